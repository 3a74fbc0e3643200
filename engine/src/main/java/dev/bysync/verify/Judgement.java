package dev.bysync.verify;

import dev.bysync.asyncify.SiteMap;
import dev.bysync.verify.frame.FrameCoverage;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** Finds the verdict on a pair from what frames and programs have shown. */
final class Judgement {
  private final Subject subject;
  private final VerifyOptions options;
  private final FrameCheck frames;

  Judgement(Subject subject, VerifyOptions options, FrameCheck frames) {
    this.subject = subject;
    this.options = options;
    this.frames = frames;
  }

  /** The coverage of frames alone. */
  static Coverage coverage(Subject subject, @Nullable FrameCoverage frames) {
    SiteMap sites = subject.sites();
    return sites == null || frames == null
        ? Coverage.NONE
        : Coverage.ofSites(sites.size()).with(frames, new BitSet(), new BitSet(), sites::function);
  }

  /** The verdict, given what running programs has shown. */
  Verification of(Comparison.Result programs) {
    Verification own = programs.verification();
    SiteMap sites = subject.sites();
    if (sites == null || own.verdict() == Verdict.REJECTED || own.verdict() == Verdict.ERROR) {
      return own;
    }
    Coverage ran = own.coverage().sites() == 0 ? Coverage.ofSites(sites.size()) : own.coverage();
    Coverage coverage =
        ran.with(frames.coverage(), programs.resumed(), programs.forced(), sites::function);
    if (own.verdict() == Verdict.MISMATCH) {
      return own.by(own.verdict(), own.reason(), coverage);
    }
    if (sites.size() == 0) {
      return noSites(own, programs.hasRun(), coverage);
    }
    if (coverage.isEnough(options.minSites())) {
      return own.by(Verdict.VERIFIED, programs.hasRun() ? "" : framesOnly(own), coverage);
    }
    Verdict verdict = own.verdict() == Verdict.BUDGET ? Verdict.BUDGET : Verdict.UNEXERCISED;
    return own.by(verdict, tooFew(coverage, own.reason()), coverage);
  }

  private static Verification noSites(Verification own, boolean hasRun, Coverage coverage) {
    return hasRun
        ? own.by(
            Verdict.VERIFIED, "no site: it behaves alike, and nothing in it suspends", coverage)
        : own.by(own.verdict(), own.reason(), coverage);
  }

  private static String framesOnly(Verification own) {
    return "by frames only; as a program it is " + own.reason();
  }

  private String tooFew(Coverage coverage, String reason) {
    String missing =
        "%d of %d reachable sites were suspended, of which %d %% are asked for"
            .formatted(coverage.sitesSuspended(), coverage.reachableSites(), options.minSites());
    return reason.isEmpty() ? missing : missing + "; " + reason;
  }
}
