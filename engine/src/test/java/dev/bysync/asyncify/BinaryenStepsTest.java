package dev.bysync.asyncify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What later steps of a build do to the output by default, with nothing but what the modules use:
 * Binaryen reads and writes it, and its passes for modules that are known to unwind, or not to,
 * find what they look for. Skips itself without a {@link WasmOpt} of a known version.
 */
class BinaryenStepsTest {
  private static final List<String> PLAIN = List.of("--mvp-features", "--enable-mutable-globals");

  @TempDir Path folder;

  /** The last known one that has the passes for modules of which it is known; 132 has not. */
  private static final Set<Integer> WITH_PASSES = Set.of(108);

  private byte[] step(WasmOpt wasmOpt, byte[] module, String... passes)
      throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(PLAIN);
    arguments.addAll(List.of(passes));
    WasmOpt.Result result = wasmOpt.run(folder, module, arguments);
    assertThat(result.exitCode()).as(result.text()).isZero();
    return Files.readAllBytes(folder.resolve("out.wasm"));
  }

  /** The original is written anew before, so that only what the transform adds can grow. */
  @Test
  void theOutputHardlyGrowsWhereItIsReadAndWritten() throws IOException, InterruptedException {
    WasmOpt wasmOpt = WasmOpt.required();
    byte[] original = step(wasmOpt, Pairs.assemble(manyFunctions()));
    AsyncifyOptions options = AsyncifyOptions.defaults();
    byte[] output = Asyncify.transform(original, options).bytes();
    byte[] again = output;
    for (int i = 0; i < 3; i++) {
      again = step(wasmOpt, again);
    }
    assertThat((double) again.length / output.length).isLessThanOrEqualTo(1.03);

    byte[] several = Asyncify.transform(original, options.withLevel(FeatureLevel.V3_0)).bytes();
    WasmOpt.Result refusal = wasmOpt.run(folder, several, PLAIN);
    assertThat(refusal.exitCode()).as("what the default avoids").isNotZero();
  }

  private static final String MIXING =
      """
                (local.set $sum
                  (i32.xor
                    (i32.mul (local.get $sum) (i32.const 31))
                    (i32.rotl (i32.load offset=8 (i32.shl (local.get $i) (i32.const 2))) (local.get $p))))
      """;

  /** Loops, branches, results that are stored, dropped and used, and up to eight live locals. */
  private static String manyFunctions() {
    StringBuilder text =
        new StringBuilder(
            """
            (import "env" "get" (func $get (param i32) (result i32)))
            (memory (export "memory") 1)
            """);
    for (int i = 0; i < 130; i++) {
      text.append(
          """
          (func $f%1$d (export "f%1$d") (param $n i32) (param $p i32) (result i32)
            (local $i i32) (local $sum i32) (local $d f64) (local $l i64) (local $t i32)
            (local.set $d (f64.convert_i32_s (local.get $p)))
            (local.set $l (i64.extend_i32_u (local.get $n)))
            (block $end
              (loop $next
                (br_if $end (i32.ge_s (local.get $i) (local.get $n)))
                (local.set $t (call $get (i32.add (local.get $i) (i32.const %1$d))))
                (local.set $sum (i32.add (local.get $sum) (i32.mul (local.get $t) (i32.const 3))))
                (i32.store (i32.shl (local.get $i) (i32.const 2)) (local.get $sum))
          %2$s
                (if (i32.and (local.get $t) (i32.const 1))
                  (then (drop (call $get (local.get $sum))))
                  (else (local.set $d (f64.add (local.get $d) (f64.const 0.5)))))
                (local.set $i (i32.add (local.get $i) (i32.const 1)))
                (br $next)))
            (i32.add
              (i32.add (local.get $sum) (i32.trunc_f64_s (local.get $d)))
              (i32.wrap_i64 (i64.add (local.get $l) (i64.extend_i32_s (call $get (local.get $p)))))))
          """
              .formatted(i, MIXING.repeat(12)));
    }
    return text.toString();
  }

  private static final String LOADS_ITS_CODE =
      """
      (import "env" "load" (func $load))
      (memory (export "memory") 1)
      (func (export "run") (param $n i32) (result i32)
        (call $load)
        (i32.store (i32.const 64) (local.get $n))
        (i32.store (i32.const 68) (i32.mul (local.get $n) (i32.const 77)))
        (i32.add (i32.load (i32.const 72)) (i32.load (i32.const 76))))
      """;

  /** Emscripten's code that loads the rest: what is behind the call goes. */
  @Test
  void whatIsBehindAnImportThatAlwaysUnwindsIsTakenAway() throws IOException, InterruptedException {
    WasmOpt wasmOpt = WasmOpt.required(WITH_PASSES);
    byte[] output =
        Asyncify.transform(Pairs.assemble(LOADS_ITS_CODE), AsyncifyOptions.defaults()).bytes();
    byte[] loader = step(wasmOpt, output, "--mod-asyncify-always-and-only-unwind", "-O2");
    assertThat(UsedFeatures.constants(loader)).doesNotContain(68, 77).contains(1);
    assertThat(UsedFeatures.constants(step(wasmOpt, output, "-O2"))).contains(64, 68, 77);
  }

  /** Emscripten's code that is loaded: it is only rewound, so the check behind the call goes. */
  @Test
  void theCheckBehindAnImportThatNeverUnwindsIsTakenAway()
      throws IOException, InterruptedException {
    WasmOpt wasmOpt = WasmOpt.required(WITH_PASSES);
    byte[] output =
        Asyncify.transform(Pairs.assemble(LOADS_ITS_CODE), AsyncifyOptions.defaults()).bytes();
    byte[] loaded = step(wasmOpt, output, "--mod-asyncify-never-unwind", "-O2");
    assertThat(UsedFeatures.constants(loaded)).contains(64, 68, 77);
    assertThat(loaded.length).isLessThan(step(wasmOpt, output, "-O2").length);
  }
}
