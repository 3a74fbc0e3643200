package dev.bysync.job.transform;

import java.io.IOException;

/** The store itself fails: no module's fault, so it ends the job. */
public final class StoreFailedException extends IOException {
  StoreFailedException(String what, IOException cause) {
    super(what + ": " + cause.getMessage(), cause);
  }
}
