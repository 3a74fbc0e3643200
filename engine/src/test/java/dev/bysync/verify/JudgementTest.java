package dev.bysync.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.asyncify.Asyncify;
import dev.bysync.asyncify.AsyncifyOptions;
import dev.bysync.asyncify.Transformed;
import dev.bysync.verify.Comparison.Extent;
import dev.bysync.verify.SiteCoverage.Way;
import dev.bysync.verify.endive.EndiveFactory;
import java.util.BitSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The verdict from what frames and programs have shown. */
final class JudgementTest {
  private static final VerifyOptions OPTIONS = new VerifyOptions(1, 100_000);

  /** Neither finds what frames by themselves find. */
  private static final FrameCheck NO_FRAMES = new FrameCheck(null, "");

  private static final Subject TEN_SITES =
      subject(
          "(import \"e\" \"f\" (func $f)) (memory 1) (func (export \"g\") "
              + "(call $f) ".repeat(10)
              + ")");

  private static Subject subject(String fields) {
    byte[] original = Fixtures.assemble("(module " + fields + ")");
    Transformed made = Asyncify.transformMapped(original, AsyncifyOptions.defaults());
    return new Subject(original, made.bytes(), made.sites(), made.map());
  }

  private static Subject foreign() {
    return Subject.foreign(TEN_SITES.original(), TEN_SITES.transformed());
  }

  private static Comparison.Result programs(
      Verdict verdict, String reason, Extent extent, int resumed) {
    BitSet sites = new BitSet();
    sites.set(0, resumed);
    return new Comparison.Result(
        Verification.without(verdict, reason), extent, 0, sites, new BitSet(), null);
  }

  private static Verification judge(Subject subject, int minSites, Comparison.Result programs) {
    return new Judgement(subject, SiteCalls.of(subject), OPTIONS.withMinSites(minSites), NO_FRAMES)
        .of(programs);
  }

  private static Verification judgeWithFrames(Subject subject, Comparison.Result programs) {
    return new Judgement(subject, null, OPTIONS, FrameCheck.of(subject, OPTIONS)).of(programs);
  }

  @Test
  void withoutSitesEqualBehaviourIsAllThereIs() {
    Subject none = subject("(memory 1) (func (export \"g\"))");

    Verification ran =
        judgeWithFrames(none, programs(Verdict.UNEXERCISED, "no host", Extent.COMPARED, 0));
    assertThat(ran.verdict()).isEqualTo(Verdict.VERIFIED);
    assertThat(ran.reason()).isEqualTo("no site: it behaves alike, and nothing in it suspends");

    Verification didNot =
        judgeWithFrames(none, programs(Verdict.UNEXERCISED, "not run: why", Extent.NOT_RUN, 0));
    assertThat(didNot.verdict()).isEqualTo(Verdict.UNEXERCISED);
    assertThat(didNot.reason()).isEqualTo("not run: why");
  }

  @Test
  void sitesThatNoPathComesToDoNotCount() {
    Subject dead =
        subject(
            "(import \"e\" \"f\" (func $f)) (memory 1)"
                + " (func (export \"g\") (block (loop $l (br $l))) (call $f))");

    Verification verification =
        judgeWithFrames(dead, programs(Verdict.UNEXERCISED, "no host", Extent.COMPARED, 0));

    assertThat(verification.verdict()).isEqualTo(Verdict.VERIFIED);
    assertThat(verification.reason()).startsWith("no site that can be reached");
    assertThat(verification.coverage().sites()).isEqualTo(1);
    assertThat(verification.coverage().reachableSites()).isZero();
    assertThat(verification.sites().way(0)).isEqualTo(Way.DEAD_CODE);
    assertThat(verification.sites().way(0).reason()).contains("never lets control go on");
  }

  @ParameterizedTest
  @CsvSource({
    "90, 9, VERIFIED",
    "90, 8, UNEXERCISED",
    "100, 10, VERIFIED",
    "100, 9, UNEXERCISED",
    "85, 9, VERIFIED", // nine is the least that is no fewer than 85 % of ten
    "81, 8, UNEXERCISED",
    "0, 1, VERIFIED",
    "0, 0, UNEXERCISED",
  })
  void soManySitesHaveToBeSuspended(int minSites, int suspended, Verdict expected) {
    Verification verification =
        judge(TEN_SITES, minSites, programs(Verdict.VERIFIED, "", Extent.COMPARED, suspended));

    assertThat(verification.verdict()).isEqualTo(expected);
    assertThat(verification.reason().isEmpty()).isEqualTo(expected == Verdict.VERIFIED);
  }

  @Test
  void tooFewSitesTellWhatIsMissing() {
    Verification verification =
        judge(TEN_SITES, 90, programs(Verdict.VERIFIED, "calls left out", Extent.COMPARED, 3));

    assertThat(verification.reason())
        .isEqualTo(
            "only 3 of 10 reachable sites were suspended, 9 have to be (90 %): 6 missing; calls"
                + " left out");
  }

  @Test
  void eachSiteCountsByTheCheapestWay() {
    BitSet host = new BitSet();
    host.set(0, 2);
    BitSet forced = new BitSet();
    forced.set(1, 4);
    Verification own = Verification.without(Verdict.VERIFIED, "");
    Comparison.Result programs = new Comparison.Result(own, Extent.COMPARED, 0, host, forced, null);

    Verification verification = judgeWithFrames(TEN_SITES, programs);

    Coverage coverage = verification.coverage();
    assertThat(coverage.ladders()).isEqualTo(new Coverage.Ladders(2, 2, 6, 0));
    assertThat(coverage.sitesSuspended()).isEqualTo(10);
    assertThat(coverage.functionsSuspended()).isEqualTo(1);
    assertThat(coverage.frameSuspensions()).isGreaterThanOrEqualTo(10);
    assertThat(verification.sites().way(1)).isEqualTo(Way.HOST);
    assertThat(verification.sites().way(3)).isEqualTo(Way.FORCED);
    assertThat(verification.sites().way(4)).isEqualTo(Way.FRAMES);
    assertThat(verification.sites().toString()).isEqualTo("{HOST=2, FORCED=2, FRAMES=6}");
  }

  /** Neither the machine that takes no such module nor one without fuel takes from the frames. */
  @ParameterizedTest
  @CsvSource({"UNEXERCISED, NOT_RUN", "UNEXERCISED, COMPARED", "BUDGET, COMPARED"})
  void framesAreEnough(Verdict own, Extent extent) {
    Verification verification = judgeWithFrames(TEN_SITES, programs(own, "why", extent, 0));

    assertThat(verification.verdict()).isEqualTo(Verdict.VERIFIED);
    assertThat(verification.reason()).isEqualTo("by frames only: why");
  }

  @Test
  void whatWasNotComparedIsNotVerified() {
    Verification verification =
        judgeWithFrames(TEN_SITES, programs(Verdict.BUDGET, "it failed", Extent.CUT_SHORT, 10));

    assertThat(verification.verdict()).isEqualTo(Verdict.BUDGET);
    assertThat(verification.reason()).isEqualTo("it failed");
    assertThat(verification.coverage().sitesSuspended()).isEqualTo(10);
  }

  @Test
  void withoutFuelAndFramesItIsTheBudget() {
    Verification verification =
        judge(TEN_SITES, 90, programs(Verdict.BUDGET, "fuel ran out", Extent.COMPARED, 0));

    assertThat(verification.verdict()).isEqualTo(Verdict.BUDGET);
    assertThat(verification.reason()).startsWith("only 0 of 10 ").endsWith("; fuel ran out");
  }

  /** No share can be asked for where frames are not looked at; what was suspended is told. */
  @ParameterizedTest
  @CsvSource({
    "VERIFIED, '', by programs only: 3 of 10 sites were suspended",
    "VERIFIED, calls left out, by programs only: 3 of 10 sites were suspended; calls left out",
    "UNEXERCISED, nothing was suspended, nothing was suspended",
    "BUDGET, fuel ran out, fuel ran out"
  })
  void foreignOutputKeepsWhatProgramsHaveShown(Verdict own, String reason, String expected) {
    Verification verification = judge(foreign(), 100, programs(own, reason, Extent.COMPARED, 3));

    assertThat(verification.verdict()).isEqualTo(own);
    assertThat(verification.reason()).isEqualTo(expected);
    assertThat(verification.coverage().ladders()).isEqualTo(new Coverage.Ladders(3, 0, 0, 0));
    assertThat(verification.coverage().reachableSites()).isEqualTo(10);
    assertThat(verification.sites().count(Way.MISSED)).isEqualTo(7);
  }

  @Test
  void foreignOutputWithoutSitesSaysSo() {
    Subject unknown = Subject.foreign(TEN_SITES.original(), TEN_SITES.original());

    Verification verification =
        judge(unknown, 100, programs(Verdict.VERIFIED, "", Extent.COMPARED, 0));

    assertThat(verification.verdict()).isEqualTo(Verdict.VERIFIED);
    assertThat(verification.reason()).isEqualTo("by the host only: its sites are not known");
  }

  @ParameterizedTest
  @EnumSource(names = {"REJECTED", "ERROR", "MISMATCH"})
  void whatIsWrongStaysWrong(Verdict own) {
    Verification verification =
        judgeWithFrames(TEN_SITES, programs(own, "why", Extent.COMPARED, 10));

    assertThat(verification.verdict()).isEqualTo(own);
    assertThat(verification.reason()).isEqualTo("why");
  }

  @Test
  void framesThatDifferSayThatNobodyElseWasAsked() {
    FrameCheck differing = new FrameCheck(null, "function 1: it ends otherwise");
    VerifyOptions asking = OPTIONS.withSecond(new EndiveFactory());

    Verification verification = new Judgement(TEN_SITES, null, asking, differing).ofFrames();

    assertThat(verification.verdict()).isEqualTo(Verdict.MISMATCH);
    assertThat(verification.reason()).isEqualTo("function 1: it ends otherwise");
    assertThat(verification.second().finding()).isEqualTo(SecondOpinion.Finding.NOT_RUN);
    assertThat(verification.coverage().sites()).isEqualTo(10);
    Verification alone = new Judgement(TEN_SITES, null, OPTIONS, differing).ofFrames();
    assertThat(alone.second().finding()).isEqualTo(SecondOpinion.Finding.NOT_ASKED);
  }

  @Test
  void verdictsOfRealRunsHaveTheirSites() {
    Verification verification = Verifier.verify(TEN_SITES, OPTIONS);

    assertThat(verification.verdict()).isEqualTo(Verdict.VERIFIED);
    assertThat(verification.reason()).isEmpty();
    assertThat(verification.coverage().ladders().sitesByHost()).isEqualTo(10);
    assertThat(verification.sites().count(Way.HOST)).isEqualTo(10);
    assertThat(Verifier.verify(foreign(), OPTIONS).sites().count(Way.HOST)).isEqualTo(10);
  }
}
