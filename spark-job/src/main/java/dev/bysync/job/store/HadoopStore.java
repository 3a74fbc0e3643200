package dev.bysync.job.store;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StreamCapabilities;

/** Any file system that Hadoop knows. */
final class HadoopStore implements Store {
  /** Option of s3a: PUT with If-None-Match. */
  private static final String CONDITIONAL = "fs.option.create.conditional.overwrite";

  private static final int ATTEMPTS = 6;
  private static final long PAUSE_MILLIS = 100;

  private final URI root;
  private final String scheme;
  private final Path base;
  private final FileSystem files;
  private final Configuration configuration;

  private HadoopStore(URI root, FileSystem files, Configuration configuration) {
    this.root = root;
    this.scheme = String.valueOf(root.getScheme());
    this.base = new Path(root);
    this.files = files;
    this.configuration = configuration;
  }

  static HadoopStore open(Configuration configuration, URI root) throws IOException {
    return new HadoopStore(root, FileSystem.get(root, configuration), configuration);
  }

  @Override
  public URI root() {
    return root;
  }

  @Override
  public Outcome create(String path, byte[] content) throws IOException {
    Path target = new Path(base, path);
    return switch (scheme) {
      case "s3a" -> createConditionally(target, content);
      case "gs" -> createAtClose(target, content);
      default -> createByRename(target, content);
    };
  }

  @Override
  public void replace(String path, byte[] content) throws IOException {
    Path target = new Path(base, path);
    if (scheme.equals("s3a") || scheme.equals("gs")) { // appears whole when it is closed
      write(files.create(target, true), content);
      return;
    }
    rename(target, content, Options.Rename.OVERWRITE);
  }

  @Override
  public byte[] read(String path, long limit) throws IOException {
    try (InputStream in = files.open(new Path(base, path))) {
      return Streams.readAll(in, path, limit);
    }
  }

  @Override
  public List<Entry> list(String folder) throws IOException {
    List<Entry> entries = new ArrayList<>();
    try {
      for (FileStatus status : files.listStatus(new Path(base, folder))) {
        if (status.isFile()) {
          entries.add(
              new Entry(
                  folder + "/" + status.getPath().getName(),
                  status.getLen(),
                  status.getModificationTime()));
        }
      }
    } catch (FileNotFoundException e) {
      return List.of();
    }
    entries.sort(Comparator.comparing(Entry::path));
    return List.copyOf(entries);
  }

  @Override
  public List<String> folders(String folder) throws IOException {
    List<String> folders = new ArrayList<>();
    try {
      for (FileStatus status : files.listStatus(new Path(base, folder))) {
        if (status.isDirectory()) {
          folders.add(folder + "/" + status.getPath().getName());
        }
      }
    } catch (FileNotFoundException e) {
      return List.of();
    }
    return folders.stream().sorted().toList();
  }

  @Override
  public void delete(String path) throws IOException {
    files.delete(new Path(base, path), true);
  }

  private Outcome createConditionally(Path target, byte[] content) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        FSDataOutputStreamBuilder<?, ?> builder = files.createFile(target);
        builder.overwrite(true);
        builder.recursive();
        builder.must(CONDITIONAL, true);
        write(builder.build(), content);
        return Outcome.CREATED;
      } catch (IOException e) {
        // s3a reports a lost race as RemoteFileChangedException, which is not on our class path.
        if (e instanceof FileAlreadyExistsException || files.exists(target)) {
          return Outcome.EXISTED;
        }
        if (attempt == ATTEMPTS || !isConflict(e)) {
          throw e;
        }
        pause(attempt);
      }
    }
  }

  /** S3 answers 409 where another request for the object was under way: it may be tried again. */
  private static boolean isConflict(IOException e) {
    for (Throwable at = e; at != null; at = at.getCause()) {
      String message = at.getMessage();
      if (message != null
          && (message.contains("Status Code: 409")
              || message.contains("ConditionalRequestConflict"))) {
        return true;
      }
    }
    return false;
  }

  private static void pause(int attempt) throws IOException {
    try {
      Thread.sleep(PAUSE_MILLIS << (attempt - 1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while writing");
    }
  }

  /** The client of Google's store creates an object only if there is none, when it is closed. */
  private Outcome createAtClose(Path target, byte[] content) throws IOException {
    try {
      write(files.create(target, false), content);
      return Outcome.CREATED;
    } catch (IOException e) {
      if (e instanceof FileAlreadyExistsException || files.exists(target)) {
        return Outcome.EXISTED;
      }
      throw e;
    }
  }

  /** To close a stream publishes what was written: after a failure that would be half an object. */
  private static void write(FSDataOutputStream out, byte[] content) throws IOException {
    try {
      out.write(content);
    } catch (IOException | RuntimeException e) {
      if (out.hasCapability(StreamCapabilities.ABORTABLE_STREAM)) {
        out.abort();
      }
      throw e;
    }
    out.close();
  }

  private Outcome createByRename(Path target, byte[] content) throws IOException {
    try {
      rename(target, content, Options.Rename.NONE);
      return Outcome.CREATED;
    } catch (FileAlreadyExistsException e) {
      return Outcome.EXISTED;
    }
  }

  private void rename(Path target, byte[] content, Options.Rename how) throws IOException {
    Path temporary = new Path(base, TEMPORARY + "/" + UUID.randomUUID());
    FileContext context = FileContext.getFileContext(base.toUri(), configuration);
    try {
      try (FSDataOutputStream out = files.create(temporary, false)) {
        out.write(content);
        out.hsync();
      }
      files.mkdirs(target.getParent());
      context.rename(temporary, target, how);
    } finally {
      files.delete(temporary, false);
    }
  }
}
