package dev.bysync.job.source;

import dev.bysync.job.sink.ProvenanceRow;

/**
 * An event: a module was found somewhere.
 *
 * @param position where the event is
 * @param size size of the module as the event says, bytes
 * @param payload where the module's bytes are
 * @param provenance the module and its source
 * @param rawSize size of the event without an inline payload, bytes
 */
public record Submission(
    Position position, long size, PayloadKind payload, ProvenanceRow provenance, int rawSize)
    implements Decoded {
  /** Where the module's bytes are. */
  public enum PayloadKind {
    /** In the event. */
    INLINE,
    /** In an object that the event names. */
    STORED,
    /** In an earlier event of the same module, or in its object. */
    EARLIER
  }

  public String sha256() {
    return provenance.sha256();
  }
}
