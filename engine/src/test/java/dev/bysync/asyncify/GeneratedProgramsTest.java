package dev.bysync.asyncify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.bysync.verify.Verdict;
import dev.bysync.verify.Verification;
import org.junit.jupiter.api.Test;

/**
 * Programs drawn from seeds behave the same suspended and not. {@code -Dbysync.seeds=N} tries more
 * of them, {@code -Dbysync.firstSeed=S} others; a failure prints the seed and the program.
 */
final class GeneratedProgramsTest {
  private static final int SEEDS = Integer.getInteger("bysync.seeds", 200);
  private static final long FIRST = Long.getLong("bysync.firstSeed", 1);

  @Test
  void programsAreVerified() {
    int verified = 0;
    for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
      if (check(seed, AsyncifyOptions.defaults()) == Verdict.VERIFIED) {
        verified++;
      }
    }
    // a program may call no import by chance
    assertThat(verified).isGreaterThan(SEEDS / 2);
  }

  /** With what 1.0 has; programs with a vector that lives across a call are refused then. */
  @Test
  void programsAreVerifiedAtTheLowestLevel() {
    AsyncifyOptions options = AsyncifyOptions.defaults().withLevel(FeatureLevel.V1_0);
    int verified = 0;
    for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
      try {
        verified += check(seed, options) == Verdict.VERIFIED ? 1 : 0;
      } catch (AssertionError e) {
        assertThat(e).hasMessageContaining("v128 needs feature level 2.0");
      }
    }
    assertThat(verified).isGreaterThan(SEEDS / 10);
  }

  private static Verdict check(long seed, AsyncifyOptions options) {
    String text = ProgramGenerator.generate(seed);
    try {
      byte[] original = Pairs.assemble(text);
      Transformed transformed =
          Asyncify.transform(original, options.withSplitAbove(splitAbove(seed)));
      Pairs.assertValid(transformed.bytes());
      Verification verification = Pairs.verify(original, transformed, seed);
      assertThat(verification.verdict())
          .as(verification.reason())
          .isIn(Verdict.VERIFIED, Verdict.UNEXERCISED);
      return verification.verdict();
    } catch (RuntimeException | AssertionError e) {
      return fail("seed " + seed + ": " + e.getMessage() + "\n" + text, e);
    }
  }

  /** Every other program with all its bodies split, the rest with none. */
  private static int splitAbove(long seed) {
    return seed % 2 == 0 ? 0 : Integer.MAX_VALUE;
  }
}
