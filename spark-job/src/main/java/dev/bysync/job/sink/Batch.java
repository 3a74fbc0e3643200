package dev.bysync.job.sink;

import java.util.List;
import java.util.Map;

/**
 * What one batch adds to the table.
 *
 * @param topic identity of the topic it was read from: cluster and topic, not only its name
 * @param offsets for each partition it read the offset behind its last record
 * @param modules a row for each module
 * @param provenance a row for each new source
 * @param deadLetters a row for each record that is no event
 * @param skipped how many modules of its events the table had before this run
 */
public record Batch(
    String topic,
    Map<Integer, Long> offsets,
    List<ModuleRow> modules,
    List<ProvenanceRow> provenance,
    List<DeadLetterRow> deadLetters,
    long skipped) {
  /** The same in figures. */
  public RunCounts counts() {
    return RunCounts.of(this);
  }
}
