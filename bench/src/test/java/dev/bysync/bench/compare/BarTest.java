package dev.bysync.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.bysync.bench.compare.ChildRun.End;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** The figures over all modules, on rows with round numbers. */
final class BarTest {
  private static final Offset<Double> NEAR = within(1e-9);

  @Test
  void bytesAddedAreComparedWithWhatTheyAddToTheirOwnOptimisedModule() {
    Bar bar =
        new Bar(
            List.of(
                Samples.row("a", 1000, 40, 100),
                Samples.row("b", 1000, 90, 100),
                Samples.row("c", 1000, 50, 100)));

    assertThat(bar.figures(Row::added)).containsOnlyKeys("a", "b", "c");
    assertThat(Statistics.median(bar.figures(Row::added).values())).isCloseTo(0.5, NEAR);
    assertThat(Statistics.max(bar.figures(Row::added).values())).isCloseTo(0.9, NEAR);
    assertThat(bar.large()).containsExactly("b");
  }

  @Test
  void debugInformationThatIsDroppedIsNoSaving() {
    Row row = Samples.row("a", 1000, 40, 100);
    OurRun ours = row.ours();
    Sizes smaller =
        new Sizes(1040 - 500, 270, 100); // of 600 bytes of custom sections, 100 are left
    Row dropped =
        new Row(
            row.name(),
            row.sha256(),
            new Sizes(1000, 500, 600),
            row.asyncify(),
            row.optimised(),
            row.optimisedAsyncify(),
            new OurRun(
                ours.end(),
                "",
                ours.coldSeconds(),
                ours.coldCpuSeconds(),
                ours.coldPeakBytes(),
                ours.warmSeconds(),
                ours.warmCpuSeconds(),
                smaller),
            List.of());

    assertThat(dropped.added()).isCloseTo(0.4, NEAR);
    assertThat(dropped.addedGzip()).isNaN();
  }

  @Test
  void aModuleThatEitherFailedAtCountsNowhere() {
    Row row = Samples.row("a", 1_000_000, 40, 100);
    Row theirs = Samples.withTheirs(row, Samples.failedPeer());
    Row ours = Samples.withOurs(row, OurRun.failed(End.TIMEOUT, ""));
    Bar bar = new Bar(List.of(theirs, ours));

    assertThat(bar.figures(Row::added)).isEmpty();
    assertThat(bar.ours(Row::optimisedAsyncify).modules()).isZero();
    assertThat(bar.coldCompared(Row::optimisedAsyncify)).isZero();
    assertThat(Statistics.median(bar.figures(Row::added).values())).isNaN();
  }

  @Test
  void throughputIsBytesOfTheOriginalByAllOfTheTime() {
    Bar bar = new Bar(List.of(Samples.row("a", 1000, 1, 1), Samples.row("b", 3000, 1, 1)));

    // 4,000 bytes in 0.4 ms and in 40 s
    assertThat(bar.ours(Row::optimisedAsyncify).byWall()).isCloseTo(1e7, within(1.0));
    assertThat(bar.theirs(Row::optimisedAsyncify).byWall()).isCloseTo(100, NEAR);
  }

  @Test
  void aModuleBelowAFifthOfTheMedianIsSlow() {
    Row row = Samples.row("slow", 1000, 1, 1);
    Row slow = Samples.withOurs(row, Samples.our(1001, 1, 1000 / 1.9e6));
    Row fair =
        Samples.withOurs(Samples.row("fair", 1000, 1, 1), Samples.our(1001, 1, 1000 / 2.1e6));
    Bar bar =
        new Bar(
            List.of(
                slow,
                fair,
                Samples.row("a", 1, 1, 1),
                Samples.row("b", 2, 1, 1),
                Samples.row("c", 3, 1, 1)));

    assertThat(bar.slow()).containsExactly("slow");
  }

  @Test
  void coldRunsAreComparedFrom250KilobytesUp() {
    Row small = Samples.withOurs(Samples.row("small", 249_999, 1, 1), Samples.our(1, 30, 1));
    Row slower = Samples.withOurs(Samples.row("slower", 250_000, 1, 1), Samples.our(1, 20, 1));
    Row faster = Samples.withOurs(Samples.row("faster", 250_000, 1, 1), Samples.our(1, 19, 1));
    Bar bar = new Bar(List.of(small, slower, faster));

    assertThat(bar.coldCompared(Row::optimisedAsyncify)).isEqualTo(2);
    assertThat(bar.coldSlower(Row::optimisedAsyncify)).containsExactly("slower");
  }

  @Test
  void timesInNodeAreRatiosOfTheSameWorkload() {
    Row row = Samples.row("a", 1000, 1, 1);
    Row one = Samples.withTimes(row, Map.of(Form.ORIGINAL, 10.0, Form.OURS, 10.0));
    Row two = Samples.withTimes(row, Map.of(Form.ORIGINAL, 20.0, Form.OURS, 80.0));
    Row none = Samples.withTimes(row, Map.of(Form.ORIGINAL, 20.0));
    List<Double> ratios = new Bar(List.of(one, two, none)).ratios(Form.OURS, Form.ORIGINAL);

    assertThat(ratios).hasSize(2);
    assertThat(Statistics.geometricMean(ratios)).isCloseTo(2, NEAR); // of 1 and 4
  }

  @Test
  void theMedianOfAnEvenNumberLiesBetweenTheMiddleTwo() {
    assertThat(Statistics.median(List.of(9.0, 1.0, 3.0, 2.0))).isCloseTo(2.5, NEAR);
  }
}
