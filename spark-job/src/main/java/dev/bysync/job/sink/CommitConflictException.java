package dev.bysync.job.sink;

import java.io.IOException;

/** Two runs committed the same batch; the one that gets this came second. */
public final class CommitConflictException extends IOException {
  CommitConflictException(String path) {
    super(
        path
            + " was committed by another run at the same time; nothing is lost or doubled:"
            + " let that run end, then run again");
  }
}
