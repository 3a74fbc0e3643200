package dev.bysync.job.delta;

import dev.bysync.job.store.ObjectTooLargeException;
import dev.bysync.job.store.Store;
import io.delta.storage.HadoopFileSystemLogStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.util.Arrays;
import java.util.Iterator;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Writes a Delta log on {@code file:} and {@code s3a:} so that of all writers of a version, in
 * whatever processes, one wins: Delta's own log stores for these schemes are safe within one
 * process only. Who runs OPTIMIZE or VACUUM by {@code delta-spark} beside a job sets {@code
 * spark.delta.logStore.s3a.impl} to the name of this class.
 */
public final class AtomicLogStore extends HadoopFileSystemLogStore {
  /** Delta makes it by reflection. */
  public AtomicLogStore(Configuration configuration) {
    super(configuration);
  }

  /**
   * Writes an object whole or not at all.
   *
   * @throws FileAlreadyExistsException if it exists, is another's and shall not be overwritten
   */
  @Override
  public void write(
      Path path, Iterator<String> actions, Boolean overwrite, Configuration configuration)
      throws IOException {
    StringBuilder text = new StringBuilder();
    actions.forEachRemaining(action -> text.append(action).append('\n'));
    byte[] content = text.toString().getBytes(StandardCharsets.UTF_8);
    Path full = path.getFileSystem(configuration).makeQualified(path);
    Path log = full.getParent();
    Store store = Store.open(configuration, log.getParent().toUri());
    String name = log.getName() + "/" + full.getName();
    if (overwrite) {
      store.replace(name, content);
    } else if (store.create(name, content) == Store.Outcome.EXISTED
        && !holds(store, name, content)) {
      throw new FileAlreadyExistsException(full.toString());
    }
  }

  /** Our own, if the store repeated a write whose answer was lost: each commit has an id. */
  private static boolean holds(Store store, String name, byte[] content) throws IOException {
    try {
      return Arrays.equals(store.read(name, content.length), content);
    } catch (ObjectTooLargeException e) {
      return false;
    }
  }

  /**
   * Of what Delta writes past {@link #write}, checkpoints: in a folder it has to rename them into
   * place.
   */
  @Override
  public Boolean isPartialWriteVisible(Path path, Configuration configuration) throws IOException {
    return !"s3a".equals(path.getFileSystem(configuration).getUri().getScheme());
  }
}
