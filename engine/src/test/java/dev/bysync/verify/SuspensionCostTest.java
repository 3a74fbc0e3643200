package dev.bysync.verify;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SuspensionCostTest {
  /** Each suspension of the module that is written by hand writes one frame of one local. */
  @Test
  void framesAndInstructionsAreCounted() {
    Coverage coverage =
        Fixtures.verify(
                Fixtures.assemble(Fixtures.ORIGINAL), Fixtures.assemble(Fixtures.TRANSFORMED))
            .coverage();

    assertThat(coverage.cost().stackBytes()).isEqualTo(4 * coverage.suspensions());
    assertThat(coverage.cost().deepestStackBytes()).isEqualTo(4);
    assertThat(coverage.cost().fuel())
        .isBetween(20 * coverage.suspensions(), 200 * coverage.suspensions());
  }

  /** Twice the deepest, in whole multiples of what Emscripten gives by default. */
  @ParameterizedTest
  @CsvSource({"0, 4096", "1, 4096", "2048, 4096", "2049, 8192", "1048576, 2097152"})
  void recommendedStackIsAMultipleOfEmscriptensDefault(long deepest, long recommended) {
    assertThat(new SuspensionCost(1, deepest, deepest).recommendedStackBytes())
        .isEqualTo(recommended);
  }
}
