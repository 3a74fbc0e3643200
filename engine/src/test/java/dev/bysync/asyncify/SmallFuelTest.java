package dev.bysync.asyncify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.verify.Subject;
import dev.bysync.verify.Verdict;
import dev.bysync.verify.Verification;
import dev.bysync.verify.Verifier;
import dev.bysync.verify.VerifyOptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A verification whose fuel runs out somewhere, in a program, in a control function or while
 * several calls are under way, has found no difference.
 */
final class SmallFuelTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "blocks.wat",
        "branches.wat",
        "dead-code.wat",
        "indirect.wat",
        "memory64.wat",
        "recursion.wat",
        "start.wat",
        "v8/foreign.wat",
        "v8/tail-calls-host.wat"
      })
  void whatRunsOutIsNoDifference(String fixture) {
    byte[] original = Pairs.assemble(Resources.read(fixture));
    Subject subject = Subject.of(original, Pairs.transform(original));

    for (long fuel : new long[] {500, 1_000, 3_000, 5_000, 10_000, 20_000, 40_000}) {
      for (long seed = 1; seed <= 4; seed++) {
        Verification verification = Verifier.verify(subject, new VerifyOptions(seed, fuel));

        assertThat(verification.verdict())
            .as("fuel %d, seed %d: %s", fuel, seed, verification.reason())
            .isNotIn(Verdict.MISMATCH, Verdict.ERROR);
      }
    }
  }
}
