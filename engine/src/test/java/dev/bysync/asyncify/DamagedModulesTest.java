package dev.bysync.asyncify;

import static org.assertj.core.api.Assertions.fail;

import dev.bysync.wasm.binary.WasmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the bytes, the transform gives a module or a WasmException. */
final class DamagedModulesTest {
  static List<String> fixtures() {
    return Resources.names(".");
  }

  private static void transform(byte[] bytes) {
    try {
      Pairs.transform(bytes);
    } catch (WasmException e) {
      // the only failure there may be
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      fail(e + " from " + HexFormat.of().formatHex(bytes), e);
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
    SplittableRandom random = new SplittableRandom(name.hashCode());
    for (int round = 0; round < 2_000; round++) {
      byte[] changed = module.clone();
      for (int i = 1 + random.nextInt(3); i > 0; i--) {
        changed[8 + random.nextInt(module.length - 8)] =
            (byte) (random.nextInt(3) == 0 ? 0xFF : random.nextInt(256));
      }
      transform(changed);
    }
  }
}
