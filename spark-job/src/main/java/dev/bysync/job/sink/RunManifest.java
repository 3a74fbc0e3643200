package dev.bysync.job.sink;

import dev.bysync.job.store.Store;
import java.io.IOException;
import java.util.Map;

/**
 * What one run did by one profile, in OUT/runs/RUN/manifest-PROFILE.json: written when it starts
 * and again when it ends.
 *
 * @param version version of this format
 * @param runId the run
 * @param state how far it came
 * @param topic the topic it read
 * @param profile identity of engine version and options: names the table
 * @param strategy name of what transformed the modules
 * @param processed modules it added to the table
 * @param skipped modules that the table had already
 * @param deadLetters records that are no events
 * @param bytes size of the modules it processed
 * @param verdicts how many modules got which verdict
 * @param durationMillis how long it took
 * @param failure why it failed, else empty
 */
public record RunManifest(
    int version,
    String runId,
    State state,
    String topic,
    String profile,
    String strategy,
    long processed,
    long skipped,
    long deadLetters,
    long bytes,
    Map<String, Long> verdicts,
    long durationMillis,
    String failure) {
  public static final int VERSION = 1;

  /** How far a run came. One that was killed stays RUNNING. */
  public enum State {
    RUNNING,
    DONE,
    FAILED
  }

  public void write(Store store) throws IOException {
    store.replace("runs/%s/manifest-%s.json".formatted(runId, profile), Json.write(this));
  }
}
