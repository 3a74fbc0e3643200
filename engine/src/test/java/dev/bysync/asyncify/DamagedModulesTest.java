package dev.bysync.asyncify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.bysync.wasm.binary.Failure;
import dev.bysync.wasm.binary.WasmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever the bytes, the transform gives a valid module or a WasmException that says where.
 *
 * <p>{@code -Dbysync.fuzz.runs=N} makes N changed modules of each fixture, {@code
 * -Dbysync.fuzz.seed=S} others.
 */
final class DamagedModulesTest {
  private static final int RUNS = Integer.getInteger("bysync.fuzz.runs", 1_000);
  private static final long SEED = Long.getLong("bysync.fuzz.seed", 1);

  static List<String> fixtures() {
    return Resources.names(".");
  }

  /** True if it was transformed. */
  static boolean transform(byte[] bytes) {
    try {
      Transformed transformed;
      try {
        transformed = Pairs.transform(bytes);
      } catch (WasmException e) {
        check(e, bytes.length);
        return false;
      }
      Pairs.assertValid(transformed.bytes());
      return true;
    } catch (RuntimeException | AssertionError | StackOverflowError | OutOfMemoryError e) {
      return fail(e + " from " + HexFormat.of().formatHex(bytes), e);
    }
  }

  private static void check(WasmException refusal, int length) {
    assertThat(refusal.detail()).isNotBlank();
    if (refusal.failure() == Failure.MALFORMED || refusal.failure() == Failure.INVALID) {
      assertThat(refusal.offset()).as(refusal.getMessage()).isBetween(0L, (long) length);
    }
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void truncated(String name) {
    byte[] module = Pairs.assemble(Resources.read(name));
    for (int length = 0; length < module.length; length++) {
      transform(Arrays.copyOf(module, length));
    }
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void changed(String name) {
    byte[] module = Pairs.assemble(Resources.read(name));
    int good = 0;
    for (int run = 0; run < RUNS; run++) {
      if (transform(new Mutator(SEED + run).mutate(module))) {
        good++;
      }
    }
    assertThat(good).as("changed modules that are valid still").isPositive();
  }
}
