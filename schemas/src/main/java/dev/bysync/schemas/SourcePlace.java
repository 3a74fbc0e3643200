package dev.bysync.schemas;

/** Where a module was found, in one line, as a user would write it. */
public final class SourcePlace {
  private SourcePlace() {}

  /**
   * {@code maven:g:a:1.0!/x/y.wasm}, {@code npm:name@1.0!/x.wasm}, {@code dir/a.zip!/b.wasm}.
   *
   * @param kind name of a {@link dev.bysync.events.SourceKind}; of one that has no packages, the
   *     path is the place
   * @param packageName for MAVEN {@code group:artifact[:type[:classifier]]}
   */
  public static String of(String kind, String packageName, String version, String path) {
    String below = path.isEmpty() ? "" : "!/" + path;
    return switch (kind) {
      case "MAVEN" -> "maven:" + coordinates(packageName, version) + below;
      case "NPM" -> "npm:" + packageName + "@" + version + below;
      case "OCI" -> "oci:" + packageName + "@" + version + below;
      default -> path;
    };
  }

  private static String coordinates(String packageName, String version) {
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
