package dev.bysync.ingest.source;

import dev.bysync.events.ModuleSource;
import dev.bysync.events.SourceKind;

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
    String below = path.isEmpty() ? "" : "!/" + path;
    return switch (kind) {
      case MAVEN -> "maven:" + coordinates() + below;
      case NPM -> "npm:" + packageName + "@" + version + below;
      case OCI -> "oci:" + packageName + "@" + version + below;
      default -> path;
    };
  }

  private String coordinates() {
    String[] parts = packageName.split(":", 3); // group, artifact, type[:classifier]
    StringBuilder text = new StringBuilder(parts[0]);
    if (parts.length > 1) {
      text.append(':').append(parts[1]);
    }
    text.append(':').append(version);
    if (parts.length > 2) {
      text.append(':').append(parts[2]);
    }
    return text.toString();
  }
}
