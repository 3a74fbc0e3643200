package dev.bysync.verify;

import dev.bysync.asyncify.SiteMap;
import dev.bysync.verify.frame.FrameCoverage;
import java.util.BitSet;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Finds the verdict on a pair from what frames and programs have shown. Where the sites are known,
 * it rests on how many of them were suspended and resumed; where they are not, on whether anything
 * was.
 */
final class Judgement {
  private final Subject subject;
  private final @Nullable SiteCalls calls;
  private final VerifyOptions options;
  private final FrameCheck frames;

  /**
   * @param calls the sites as calls, as far as they are known
   */
  Judgement(Subject subject, @Nullable SiteCalls calls, VerifyOptions options, FrameCheck frames) {
    this.subject = subject;
    this.calls = calls;
    this.options = options;
    this.frames = frames;
  }

  /** The verdict where frames alone have shown a difference, and no program was run. */
  Verification ofFrames() {
    Verification found = Verification.without(Verdict.MISMATCH, frames.difference());
    Verification asked =
        options.second() == null
            ? found
            : found.with(SecondOpinion.notRun("frames differ, so that no program was run"));
    return covered(asked, new BitSet(), new BitSet());
  }

  /** The verdict, given what running programs has shown. */
  Verification of(Comparison.Result programs) {
    Verification own = programs.verification();
    if (own.verdict() == Verdict.REJECTED || own.verdict() == Verdict.ERROR) {
      return own;
    }
    if (subject.sites() == null) {
      return foreign(own, programs);
    }
    Verification covered = covered(own, programs.resumed(), programs.forced());
    if (own.verdict() == Verdict.MISMATCH || programs.extent() == Comparison.Extent.CUT_SHORT) {
      return covered;
    }
    if (covered.coverage().reachableSites() == 0) {
      return withoutSites(covered, programs);
    }
    int askedFor = covered.coverage().sitesAskedFor(options.minSites());
    if (covered.coverage().sitesSuspended() >= askedFor) {
      return covered.by(Verdict.VERIFIED, framesOnly(own));
    }
    Verdict verdict = own.verdict() == Verdict.BUDGET ? Verdict.BUDGET : Verdict.UNEXERCISED;
    return covered.by(verdict, tooFew(covered.coverage(), askedFor, own.reason()));
  }

  /** Of another tool's output: what programs alone have shown, and at which sites. */
  private Verification foreign(Verification own, Comparison.Result programs) {
    if (calls == null || calls.size() == 0) {
      return own.verdict() == Verdict.VERIFIED
          ? own.by(own.verdict(), joined("by the host only: its sites are not known", own))
          : own;
    }
    SiteCoverage reached = SiteCoverage.of(calls, programs.resumed(), programs.forced());
    Verification covered = own.covering(own.coverage().with(reached, calls), reached);
    return own.verdict() == Verdict.VERIFIED
        ? covered.by(own.verdict(), joined(programsOnly(covered.coverage(), calls), own))
        : covered;
  }

  private static String programsOnly(Coverage coverage, SiteCalls calls) {
    String found =
        String.format(
            Locale.ROOT,
            "%,d of %,d sites were suspended",
            coverage.sitesSuspended(),
            coverage.sites());
    if (!calls.canBeForced()) {
      return "by the host only, since there are tail calls: " + found;
    }
    return coverage.sitesUnmatched() == 0
        ? "by programs only: " + found
        : String.format(
            Locale.ROOT,
            "by programs only: %s; not matched with calls of the original: %,d",
            found,
            coverage.sitesUnmatched());
  }

  private static String joined(String reason, Verification own) {
    return own.reason().isEmpty() ? reason : reason + "; " + own.reason();
  }

  /** The same with what is known of its sites, if anything is. */
  private Verification covered(Verification own, BitSet resumed, BitSet forced) {
    SiteMap sites = subject.sites();
    if (sites == null) {
      return own;
    }
    FrameCoverage byFrames = frames.coverage();
    SiteCoverage reached = SiteCoverage.of(sites.size(), resumed, forced, byFrames);
    return own.covering(own.coverage().with(reached, byFrames, sites), reached);
  }

  /** Nothing in it suspends: that it behaves alike is all that can be shown. */
  private static Verification withoutSites(Verification covered, Comparison.Result programs) {
    if (!programs.hasRun()) {
      return covered;
    }
    String none = covered.coverage().sites() == 0 ? "no site" : "no site that can be reached";
    return covered.by(Verdict.VERIFIED, none + ": it behaves alike, and nothing in it suspends");
  }

  /** Empty if programs were suspended as well as frames. */
  private static String framesOnly(Verification own) {
    return own.verdict() == Verdict.VERIFIED ? own.reason() : "by frames only: " + own.reason();
  }

  private String tooFew(Coverage coverage, int askedFor, String reason) {
    String found =
        String.format(
            Locale.ROOT,
            "only %,d of %,d reachable sites were suspended, %,d have to be (%d %%): %,d missing",
            coverage.sitesSuspended(),
            coverage.reachableSites(),
            askedFor,
            options.minSites(),
            askedFor - coverage.sitesSuspended());
    return reason.isEmpty() ? found : found + "; " + reason;
  }
}
