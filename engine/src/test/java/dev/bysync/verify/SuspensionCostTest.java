package dev.bysync.verify;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

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
}
