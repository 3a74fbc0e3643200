package dev.bysync.job.transform;

import dev.bysync.job.sink.BinaryStore;
import java.io.Serializable;
import java.util.Set;

/**
 * What every task of a run needs to know.
 *
 * @param topic the topic that is read
 * @param out root of the store, a URI
 * @param profile identity of engine version and options
 * @param strategy name of the strategy
 * @param runId the run
 * @param maxModuleBytes the largest module that is processed, bytes
 * @param payloads where modules that are not in their events are read from
 * @param existing what becomes of a binary that is there and differs
 * @param budgets what one module may use
 * @param slots modules that one JVM processes at the same time; 0 for as many as its machine has
 *     processors
 * @param notes folder on this machine for notes of attempts, or empty for none
 * @param suspects SHA-256 of modules at which an earlier run died
 */
public record TaskSettings(
    String topic,
    String out,
    String profile,
    String strategy,
    String runId,
    long maxModuleBytes,
    PayloadRules payloads,
    BinaryStore.Existing existing,
    Budgets budgets,
    int slots,
    String notes,
    Set<String> suspects)
    implements Serializable {
  /** The same with the modules at which an earlier run on this machine died. */
  public TaskSettings withSuspects() {
    return new TaskSettings(
        topic,
        out,
        profile,
        strategy,
        runId,
        maxModuleBytes,
        payloads,
        existing,
        budgets,
        slots,
        notes,
        Set.copyOf(AttemptNotes.suspects(notes)));
  }

  /** To be called when everything that was on the topic has its verdict. */
  public void forgetSuspects() {
    AttemptNotes.forget(notes);
  }
}
