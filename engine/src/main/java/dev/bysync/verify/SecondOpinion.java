package dev.bysync.verify;

/**
 * What another interpreter says of the same runs: of what our own recorded of the original, the
 * original and the transformed module, suspended by the same schedules, must repeat all there, too.
 * It says nothing of the verdict: where the two disagree, one of them is wrong, and it is not told
 * which.
 *
 * @param finding what came of it
 * @param reason why it did not run, where the two disagree, or how far they agree if a limit of the
 *     other one ended a run early; else empty
 * @param suspensions suspensions made and resumed there
 */
public record SecondOpinion(Finding finding, String reason, long suspensions) {
  static final SecondOpinion NOT_ASKED = new SecondOpinion(Finding.NOT_ASKED, "", 0);

  /** What came of it; a later one is the worse. */
  public enum Finding {
    /** Nobody asked for it. */
    NOT_ASKED,
    /** All that was run there was as it was on ours. */
    AGREES,
    /** The other interpreter does not take the module, or ours does not run it. */
    NOT_RUN,
    /** Something was otherwise. */
    DISAGREES
  }

  static SecondOpinion notRun(String reason) {
    return new SecondOpinion(Finding.NOT_RUN, reason, 0);
  }

  static SecondOpinion disagrees(String reason) {
    return new SecondOpinion(Finding.DISAGREES, reason, 0);
  }
}
