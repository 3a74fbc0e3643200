package dev.bysync.verify;

/** What is known of a module after its verification. A verdict is never better than what ran. */
public enum Verdict {
  /** Original and transformed module behaved alike, and at least one suspension was really made. */
  VERIFIED,
  /** Both behaved alike, but nothing could be suspended. */
  UNEXERCISED,
  /** They differ: the reason names the first difference. */
  MISMATCH,
  /**
   * Fuel ran out before the first suspension, or a limit was met on the way there: memory, or the
   * time that a command gets.
   */
  BUDGET,
  /**
   * The input can't be processed: not wasm, malformed, invalid, an unsupported feature, or refused
   * by the command that was to transform it.
   */
  REJECTED,
  /** Bysync's own fault. */
  ERROR
}
