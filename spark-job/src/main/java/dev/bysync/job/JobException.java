package dev.bysync.job;

/**
 * The run can't go on, through no fault of any module: broker, store or cluster. The message says
 * what failed and what to do. Batches that were committed stay; running again does the rest.
 */
public final class JobException extends Exception {
  JobException(String message, Throwable cause) {
    super(message, cause);
  }
}
