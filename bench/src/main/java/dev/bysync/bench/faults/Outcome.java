package dev.bysync.bench.faults;

import dev.bysync.verify.Verdict;

/**
 * What became of one mutant.
 *
 * @param number in its module, in the order of drawing
 * @param function index in the output, or -1 outside of bodies
 * @param offset in the good output
 * @param site number of the site whose check is the nearest before it in its function, or -1
 * @param reason the verdict's, if it has one
 * @param equal why it is equal for all inputs, if that is proved; else empty
 */
record Outcome(
    String module,
    int number,
    Kind kind,
    Planted.Draw draw,
    int function,
    int offset,
    int site,
    String before,
    String after,
    Verdict verdict,
    String reason,
    String equal) {
  boolean isKilled() {
    return verdict == Verdict.MISMATCH;
  }

  boolean isEqual() {
    return !isKilled() && !equal.isEmpty();
  }

  /** Whether the verifier found what is proved to be equal: one of the two is wrong. */
  boolean isContradiction() {
    return isKilled() && !equal.isEmpty();
  }

  boolean isMissed() {
    return !isKilled() && equal.isEmpty();
  }

  /** Whether the other is of the same mutant. */
  boolean isOf(Outcome other) {
    return module.equals(other.module)
        && offset == other.offset
        && before.equals(other.before)
        && after.equals(other.after);
  }

  Outcome with(Verdict newVerdict, String newReason) {
    return new Outcome(
        module,
        number,
        kind,
        draw,
        function,
        offset,
        site,
        before,
        after,
        newVerdict,
        newReason,
        equal);
  }

  Outcome withEqual(String why) {
    return new Outcome(
        module, number, kind, draw, function, offset, site, before, after, verdict, reason, why);
  }

  /** In a line, for a list. */
  String line() {
    return "%s #%d: %s, function %d, 0x%x, site %d: %s -> %s: %s%s%s"
        .formatted(
            module,
            number,
            kind,
            function,
            offset,
            site,
            before,
            after,
            verdict,
            reason.isEmpty() ? "" : ", " + reason,
            equal.isEmpty() ? "" : "; " + equal);
  }
}
