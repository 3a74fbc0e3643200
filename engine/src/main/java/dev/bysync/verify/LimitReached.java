package dev.bysync.verify;

import dev.bysync.verify.machine.Outcome;

/** A limit of the machine ended a call of a control function, and with it the export's. */
final class LimitReached extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Outcome.Trapped trap;

  LimitReached(Outcome.Trapped trap) {
    super(trap.detail(), null, false, false);
    this.trap = trap;
  }

  /** How the control function ended. */
  Outcome.Trapped trap() {
    return trap;
  }
}
