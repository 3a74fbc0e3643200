package dev.bysync.ingest.source;

import dev.bysync.ingest.http.HttpFetcher;
import dev.bysync.ingest.http.Proxies;
import dev.bysync.ingest.http.Retries;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks through sources as users write them: a file, a directory, {@code
 * maven:GROUP:ARTIFACT:VERSION[:TYPE[:CLASSIFIER]]}, {@code npm:NAME[@VERSION]}, {@code
 * https://HOST/PATH[#sha256=HEX]}, {@code oci:HOST/REPOSITORY[:TAG][@sha256:HEX]}, and {@code
 * list:FILE[#GLOB]} or {@code npm-list:FILE[#GLOB]} of many. What has to be fetched is fetched
 * ahead by a few threads; the sink is called by the caller's alone. The same sources with the same
 * content give the same modules in the same order. Not thread-safe.
 */
public final class SourceScanner implements AutoCloseable {
  private final Limits limits;
  private final KnownPackages known;
  private final MavenPackages maven;
  private final List<PackageSource> kinds;

  /** Passes over packages that are known. */
  public SourceScanner(Limits limits, KnownPackages known, Fetching fetching) {
    this.limits = limits;
    this.known = known;
    Retries retries = Retries.defaults(limits.maxFetch());
    this.maven = new MavenPackages(limits.maxFetch(), fetching.mavenRepository());
    HttpFetcher http =
        new HttpFetcher(retries, Proxies.of(System.getenv()), null, fetching.internal());
    Path home = Path.of(System.getProperty("user.home"));
    this.kinds =
        List.of(
            maven,
            new NpmPackages(limits, retries, fetching),
            new HttpFiles(limits, http),
            new OciArtifacts(limits, http, DockerLogins.of(System.getenv(), home)));
  }

  /**
   * Hands every module of the sources to the sink, and every problem; throws only what that throws.
   */
  public <E extends Exception> void scan(Iterable<String> sources, ModuleSink<E> sink) throws E {
    try (Expansion each = new Expansion(sources.iterator());
        Prefetch prefetch = new Prefetch(each, this::kind, known, limits.parallel())) {
      for (Prefetch.Ready ready = prefetch.next(); ready != null; ready = prefetch.next()) {
        sink.end(scan(ready, sink));
      }
    }
  }

  private <E extends Exception> SourceEnd scan(Prefetch.Ready ready, ModuleSink<E> sink) throws E {
    String name = SourceText.show(ready.source());
    Tally<E> tally = new Tally<>(sink);
    ContentScanner<E> content = new ContentScanner<>(name, limits, tally);
    FetchedPackage fetched = ready.fetched();
    String identity = fetched == null ? "" : fetched.identity();
    if (fetched != null && fetched.state() == FetchedPackage.State.KNOWN) {
      return new SourceEnd(name, identity, SourceEnd.How.KNOWN);
    }
    try {
      if (ready.problem() != null) {
        throw ready.problem();
      }
      if (fetched == null) {
        path(ready.source(), content, tally);
      } else {
        fetched(fetched, content);
      }
      if (tally.isEmpty()) {
        sink.problem( // but there is nothing more to be had
            new SourceProblem(
                name, name, "no wasm module in it", "check that it is the right one"));
      }
    } catch (FetchException e) {
      tally.problem(new SourceProblem(name, name, e.what(), e.remedy()));
    }
    return new SourceEnd(
        name, identity, tally.isWhole() ? SourceEnd.How.READ : SourceEnd.How.INCOMPLETE);
  }

  private @Nullable PackageSource kind(String source) {
    for (PackageSource kind : kinds) {
      if (kind.takes(source)) {
        return kind;
      }
    }
    return null;
  }

  @Override
  public void close() {
    maven.close();
  }

  private static <E extends Exception> void fetched(
      FetchedPackage fetched, ContentScanner<E> content) throws E {
    try (fetched) {
      for (FetchedPackage.Part part : fetched.parts()) {
        content.scan(part.file(), part.origin(), ContentScanner.Role.FOUND);
      }
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

  /** The sources, and in the place of each list what is in it. */
  private static final class Expansion implements Iterator<SourceLists.Item>, AutoCloseable {
    private final Iterator<String> sources;
    private @Nullable SourceLists list;

    Expansion(Iterator<String> sources) {
      this.sources = sources;
    }

    @Override
    public boolean hasNext() {
      return (list != null && list.hasNext()) || sources.hasNext();
    }

    @Override
    public SourceLists.Item next() {
      while (true) {
        if (list != null && list.hasNext()) {
          return list.next();
        }
        String source = sources.next();
        if (!SourceLists.isList(source)) {
          return new SourceLists.Item(source, null);
        }
        try {
          list = SourceLists.open(source);
          if (!list.hasNext()) {
            throw new FetchException("nothing in the list, or nothing that matches", "check it");
          }
        } catch (FetchException e) {
          return new SourceLists.Item(source, e);
        }
      }
    }

    @Override
    public void close() {
      if (list != null) {
        list.close();
      }
    }
  }

  /** Knows whether anything was found, and whether everything could be read. */
  private static final class Tally<E extends Exception> implements ModuleSink<E> {
    private final ModuleSink<E> sink;
    private boolean empty = true;
    private boolean whole = true;

    Tally(ModuleSink<E> sink) {
      this.sink = sink;
    }

    boolean isEmpty() {
      return empty;
    }

    boolean isWhole() {
      return whole;
    }

    @Override
    public void module(Origin origin, ModuleBytes bytes) throws E {
      empty = false;
      sink.module(origin, bytes);
    }

    @Override
    public void problem(SourceProblem problem) throws E {
      empty = false;
      whole = false;
      sink.problem(problem);
    }
  }
}
