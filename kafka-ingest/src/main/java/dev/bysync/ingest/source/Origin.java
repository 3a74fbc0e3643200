package dev.bysync.ingest.source;

import dev.bysync.events.ModuleSource;
import dev.bysync.events.SourceKind;
import dev.bysync.schemas.SourcePlace;

/**
 * Where a module was found.
 *
 * @param kind FILE, MAVEN, NPM, HTTP or OCI
 * @param registry id of the repository that served the package, if its client tells; else empty
 * @param packageName for MAVEN {@code group:artifact[:type[:classifier]]}, for NPM the name, for
 *     OCI {@code host/repository}; else empty
 * @param version of the package, as resolved, for OCI the manifest's digest; else empty
 * @param path the file as the user named it, the address without user and query, or the path inside
 *     the package; {@code !/} goes into an archive, a component or a text
 */
public record Origin(
    SourceKind kind, String registry, String packageName, String version, String path) {
  /** Longest path; what goes beyond is replaced by a hash. */
  static final int MAX_PATH_CHARS = 2048;

  static Origin file(String path) {
    return new Origin(SourceKind.FILE, "", "", "", path);
  }

  /** The origin of an archive's entry. */
  Origin entry(String name) {
    String clean = EntryNames.clean(name);
    String below = path.isEmpty() ? clean : path + "!/" + clean;
    return new Origin(
        kind, registry, packageName, version, EntryNames.shorten(below, MAX_PATH_CHARS));
  }

  public ModuleSource toEvent() {
    return new ModuleSource(kind, registry, packageName, version, path);
  }

  /** As the user would write it: {@code maven:g:a:1.0!/x/y.wasm}, {@code dir/a.zip!/b.wasm}. */
  @Override
  public String toString() {
    return SourcePlace.of(kind.name(), packageName, version, path);
  }
}
