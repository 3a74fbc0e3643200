package dev.bysync.job.sink;

import dev.bysync.schemas.SourcePlace;
import java.io.Serializable;

/**
 * One place where a module was found.
 *
 * @param id identity of (sha256, source), 32 hexadecimal digits
 * @param sha256 the module
 * @param kind FILE, MAVEN, NPM or OTHER
 * @param registry repository that served the package, or empty
 * @param packageName the package, or empty
 * @param version its version, or empty
 * @param path the file, or the path inside the package
 * @param corpus the user's label, or empty
 * @param submittedAtMillis when it was found, milliseconds since 1970
 * @param topic topic of the event
 * @param partition partition of the event
 * @param offset offset of the event
 */
public record ProvenanceRow(
    String id,
    String sha256,
    String kind,
    String registry,
    String packageName,
    String version,
    String path,
    String corpus,
    long submittedAtMillis,
    String topic,
    int partition,
    long offset)
    implements Serializable {
  /** The place in one line. */
  public String place() {
    return SourcePlace.of(kind, packageName, version, path);
  }
}
