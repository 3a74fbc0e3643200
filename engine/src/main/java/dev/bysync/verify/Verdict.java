package dev.bysync.verify;

/** What is known of a module after its verification. A verdict is never better than what ran. */
public enum Verdict {
  /**
   * Original and transformed module behaved alike, and enough of the sites that can be reached were
   * really suspended and resumed: {@link VerifyOptions#minSites} percent, and at least one. Where
   * the sites are not known, at least one suspension was made. A module that has none to reach is
   * VERIFIED for its behaviour, and the reason says so.
   */
  VERIFIED,
  /** Both behaved alike as far as they ran, but too little was suspended. */
  UNEXERCISED,
  /** They differ: the reason names the first difference. */
  MISMATCH,
  /**
   * Fuel ran out before enough was suspended, or a limit was met on the way there: memory, or the
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
