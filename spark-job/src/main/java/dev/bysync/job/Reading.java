package dev.bysync.job;

import dev.bysync.job.sink.TableWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * Which of the topic's events a run reads.
 *
 * @param until when it ends
 * @param from where it starts
 * @param mode what is done with modules that the table has
 * @param pollSeconds how often a run that does not end by itself looks for new events, s, 1 to
 *     86,400
 */
public record Reading(Until until, From from, TableWriter.Mode mode, int pollSeconds) {
  /** When a run ends. */
  public enum Until {
    /** When all that was on the topic at its start is in the table. */
    AVAILABLE_NOW,
    /** When it is asked to stop. */
    STOPPED
  }

  /** Where a run starts. */
  public enum From {
    /** Behind the last event that is in the table. */
    COMMITTED,
    /** With the first event that the topic still has. */
    EARLIEST
  }

  /** What is new on the topic now. */
  public static Reading defaults() {
    return new Reading(Until.AVAILABLE_NOW, From.COMMITTED, TableWriter.Mode.NEW_ONLY, 10);
  }

  public Reading until(Until other) {
    return new Reading(other, from, mode, pollSeconds);
  }

  public Reading from(From other) {
    return new Reading(until, other, mode, pollSeconds);
  }

  /** All modules anew: reads from the start, too. */
  public Reading force() {
    return new Reading(until, From.EARLIEST, TableWriter.Mode.FORCE, pollSeconds);
  }

  /** What is wrong with these, one sentence each. */
  List<String> problems() {
    List<String> problems = new ArrayList<>();
    if (pollSeconds < 1 || pollSeconds > 86_400) {
      problems.add(
          "poll seconds must be 1 to 86400, not %d (--poll-seconds)".formatted(pollSeconds));
    }
    if (mode == TableWriter.Mode.FORCE && until == Until.STOPPED) {
      problems.add("--force does everything once and ends: not with --continuous");
    }
    return problems;
  }
}
