package dev.bysync.ingest.source;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * Looks through sources as users write them: a file, a directory, {@code
 * maven:GROUP:ARTIFACT:VERSION[:TYPE[:CLASSIFIER]]} or {@code npm:NAME[@VERSION]}. The same source
 * with the same content gives the same modules in the same order. Not thread-safe.
 */
public final class SourceScanner implements AutoCloseable {
  private static final String MAVEN = "maven:";
  private static final String NPM = "npm:";

  private final Limits limits;
  private final MavenPackages maven;
  private final NpmPackages npm;

  public SourceScanner(Limits limits) {
    this.limits = limits;
    this.maven = new MavenPackages(limits.maxFetch());
    this.npm = new NpmPackages(limits.maxFetch());
  }

  /**
   * Hands every module of a source to the sink, and every problem; throws only what that throws.
   */
  public <E extends Exception> void scan(String source, ModuleSink<E> sink) throws E {
    Tally<E> tally = new Tally<>(sink);
    ContentScanner<E> content = new ContentScanner<>(source, limits, tally);
    try {
      if (source.startsWith(MAVEN)) {
        fetched(maven.fetch(source.substring(MAVEN.length())), content);
      } else if (source.startsWith(NPM)) {
        fetched(npm.fetch(source.substring(NPM.length())), content);
      } else {
        path(source, content, tally);
      }
      if (tally.isEmpty()) {
        tally.problem(
            new SourceProblem(
                source, source, "no wasm module in it", "check that it is the right one"));
      }
    } catch (FetchException e) {
      tally.problem(new SourceProblem(source, source, e.what(), e.remedy()));
    }
  }

  @Override
  public void close() {
    maven.close();
  }

  private static <E extends Exception> void fetched(
      FetchedPackage fetched, ContentScanner<E> content) throws E {
    try (fetched) {
      content.scan(fetched.file(), fetched.origin(), ContentScanner.Role.FOUND);
    }
  }

  private static <E extends Exception> void path(
      String source, ContentScanner<E> content, ModuleSink<E> sink) throws E, FetchException {
    Path path;
    try {
      path = Path.of(source).normalize();
    } catch (InvalidPathException e) {
      throw missing();
    }
    if (Files.isDirectory(path)) {
      Directories.scan(source, path, content, sink);
    } else if (Files.isRegularFile(path)) {
      content.scan(path, Origin.file(Directories.label(path)), ContentScanner.Role.NAMED);
    } else if (Files.exists(path)) {
      throw new FetchException(
          "neither a file nor a directory", "give a file, or the directory that it is in");
    } else {
      throw missing();
    }
  }

  private static FetchException missing() {
    return new FetchException(
        "no such file or directory",
        "check the path; packages are written maven:GROUP:ARTIFACT:VERSION or npm:NAME@VERSION");
  }

  /** Knows whether anything was found. */
  private static final class Tally<E extends Exception> implements ModuleSink<E> {
    private final ModuleSink<E> sink;
    private boolean empty = true;

    Tally(ModuleSink<E> sink) {
      this.sink = sink;
    }

    boolean isEmpty() {
      return empty;
    }

    @Override
    public void module(Origin origin, ModuleBytes bytes) throws E {
      empty = false;
      sink.module(origin, bytes);
    }

    @Override
    public void problem(SourceProblem problem) throws E {
      empty = false;
      sink.problem(problem);
    }
  }
}
