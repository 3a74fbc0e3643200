package dev.bysync.job.sink;

import java.util.Map;

/**
 * What one run did by one profile, a row of the table of runs: written when it starts and again
 * when it ends. A run that is started again under its id continues its counts.
 *
 * @param version version of this format
 * @param runId the run
 * @param state how far it came
 * @param topic the topic it read
 * @param profile identity of engine version and options: names the table
 * @param settings what decided about it, by the settings' names: engine version, strategy, options
 *     of the transform, seed, fuel, mode, budgets; no secrets
 * @param origin who ran it where
 * @param startedAtMillis when it was started last, milliseconds since 1970
 * @param endedAtMillis when it ended, 0 if it has not
 * @param counts what it added to the table
 * @param durationMillis how long it took since it was started last
 * @param failure why it failed, else empty
 */
public record RunManifest(
    int version,
    String runId,
    State state,
    String topic,
    String profile,
    Map<String, String> settings,
    Origin origin,
    long startedAtMillis,
    long endedAtMillis,
    RunCounts counts,
    long durationMillis,
    String failure) {
  public static final int VERSION = 2;

  /** How far a run came. */
  public enum State {
    /** Under way: {@link RunCatalog} tells its counts. */
    RUNNING,
    /** All that was on the topic is in the table. */
    DONE,
    /** It was asked to stop, and did so between two batches. */
    STOPPED,
    /** Broker, store or cluster failed. */
    FAILED,
    /** Its process ended without a word. */
    KILLED
  }

  /**
   * Who ran it where; empty text for what is not known.
   *
   * @param user name of the user
   * @param host the driver's machine
   * @param application Spark's id of the application
   * @param master Spark's master
   * @param spark Spark's version
   * @param java Java's version
   * @param bysync version of the job
   * @param revision revision of the source tree it was built from, or what the operator gave
   */
  public record Origin(
      String user,
      String host,
      String application,
      String master,
      String spark,
      String java,
      String bysync,
      String revision) {}

  /** The same of a run that was killed, about at this time. */
  RunManifest killed(long atMillis) {
    return new RunManifest(
        version,
        runId,
        State.KILLED,
        topic,
        profile,
        settings,
        origin,
        startedAtMillis,
        atMillis,
        counts,
        atMillis - startedAtMillis,
        "killed");
  }

  /** The same with other counts. */
  public RunManifest withCounts(RunCounts other) {
    return new RunManifest(
        version,
        runId,
        state,
        topic,
        profile,
        settings,
        origin,
        startedAtMillis,
        endedAtMillis,
        other,
        durationMillis,
        failure);
  }
}
