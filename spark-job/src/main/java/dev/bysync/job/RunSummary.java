package dev.bysync.job;

import dev.bysync.verify.Verdict;
import java.time.Duration;
import java.util.Map;

/**
 * What one run did.
 *
 * @param runId the run
 * @param profile identity of engine version and options: names the table
 * @param verdicts how many modules got which verdict; all verdicts, in the order of the enum
 * @param processed modules added to the table
 * @param skipped modules of the run's events that were in the table already
 * @param deadLetters records that are no events
 * @param bytes size of the processed modules
 * @param duration how long the run took
 */
public record RunSummary(
    String runId,
    String profile,
    Map<Verdict, Long> verdicts,
    long processed,
    long skipped,
    long deadLetters,
    long bytes,
    Duration duration) {}
