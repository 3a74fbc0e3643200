package dev.bysync.asyncify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bysync.verify.Verdict;
import dev.bysync.verify.Verification;
import dev.bysync.verify.Verifier;
import dev.bysync.verify.VerifyOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Programs drawn from seeds behave the same suspended and not. {@code -Dbysync.seeds=N} tries more
 * of them, {@code -Dbysync.firstSeed=S} others; a failure prints the seed and the program.
 */
final class GeneratedProgramsTest {
  private static final int SEEDS = Integer.getInteger("bysync.seeds", 200);

  /** A process for each: {@code -Dbysync.peerSeeds=N} tries more of them. */
  private static final int PEER_SEEDS = Integer.getInteger("bysync.peerSeeds", 20);

  private static final long FIRST = Long.getLong("bysync.firstSeed", 1);

  @Test
  void programsAreVerified() {
    int verified = 0;
    for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
      String text = ProgramGenerator.generate(seed);
      if (check(seed, text, AsyncifyOptions.defaults()) == Verdict.VERIFIED) {
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
        String text = ProgramGenerator.generateNumbers(seed);
        verified += check(seed, text, options) == Verdict.VERIFIED ? 1 : 0;
      } catch (AssertionError e) {
        assertThat(e).hasMessageContaining("v128 needs feature level 2.0");
      }
    }
    assertThat(verified).isGreaterThan(SEEDS / 10);
  }

  /** Validation by an engine that others use: each output of a program that it takes. */
  @Test
  void outputsAreTakenByV8(@TempDir Path folder) throws Exception {
    for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
      byte[] original = Pairs.assemble(ProgramGenerator.generate(seed));
      for (int splitAbove : new int[] {0, Integer.MAX_VALUE}) {
        String name = "seed-" + seed + (splitAbove == 0 ? "-split" : "");
        AsyncifyOptions options = AsyncifyOptions.defaults().withSplitAbove(splitAbove);
        Files.write(folder.resolve(name + ".original.wasm"), original);
        Files.write(
            folder.resolve(name + ".transformed.wasm"),
            Asyncify.transform(original, options).bytes());
      }
    }
    String output = Node.run(folder, "compile.mjs", folder);
    assertThat(output).doesNotContain("refused");
    assumeTrue(
        output.endsWith("taken %1$d of %1$d%n".formatted(2 * SEEDS)),
        "node is too old for some programs: " + output);
  }

  /** What {@code wasm-opt --asyncify} makes of the same programs, where it takes them. */
  @Test
  void outputsOfWasmOptAreVerifiedBeside(@TempDir Path folder) throws Exception {
    WasmOpt wasmOpt = WasmOpt.required();
    List<String> flags = List.of("-all", "--disable-compact-imports", "--asyncify");
    int taken = 0;
    int verified = 0;
    for (long seed = FIRST; seed < FIRST + PEER_SEEDS; seed++) {
      byte[] original = Pairs.assemble(ProgramGenerator.generateNumbers(seed));
      Path out = folder.resolve("out.wasm");
      Files.deleteIfExists(out);
      wasmOpt.run(folder, original, flags);
      if (Files.exists(out)) {
        taken++;
        VerifyOptions options =
            new VerifyOptions(seed, 400_000).withOverflow(VerifyOptions.Overflow.WHEN_STOPPED);
        Verification verification =
            Verifier.verify(original, Files.readAllBytes(out), null, options);
        assertThat(verification.verdict())
            .as("seed %d: %s", seed, verification.reason())
            .isIn(Verdict.VERIFIED, Verdict.UNEXERCISED);
        verified += verification.verdict() == Verdict.VERIFIED ? 1 : 0;
      }
    }
    System.out.printf(
        "wasm-opt took %d of %d programs, %d VERIFIED%n", taken, PEER_SEEDS, verified);
    assertThat(verified).isGreaterThan(PEER_SEEDS / 10);
  }

  private static Verdict check(long seed, String text, AsyncifyOptions options) {
    try {
      byte[] original = Pairs.assemble(text);
      Transformed transformed =
          Asyncify.transformMapped(original, options.withSplitAbove(splitAbove(seed)));
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
