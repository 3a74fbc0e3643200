package dev.bysync.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.verify.Verdict;
import dev.bysync.verify.Verifier;
import dev.bysync.verify.VerifyOptions;
import dev.bysync.wasm.text.WatReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

final class ModuleProcessorTest {
  private final ModuleProcessor processor = new ModuleProcessor(ProcessOptions.defaults());

  private static final byte[] MODULE =
      WatReader.assemble(
          """
          (module
            (import "env" "get" (func $get (param i32) (result i32)))
            (memory (export "memory") 1)
            (func $twice (param i32) (result i32)
              (i32.add (call $get (local.get 0)) (call $get (i32.const 7))))
            (func (export "work") (param i32) (result i32) (local i32)
              (loop $l
                (local.set 1 (i32.add (local.get 1) (call $twice (local.get 1))))
                (br_if $l (i32.lt_u (local.get 1) (i32.const 20))))
              (local.get 1))
            (func (export "pure") (param i32) (result i32) (i32.mul (local.get 0) (i32.const 3))))
          """);

  @Test
  void moduleIsTransformedVerifiedAndMeasured() {
    ProcessedModule processed = processor.process(MODULE);

    assertThat(processed.reason()).isEmpty();
    assertThat(processed.verdict()).isEqualTo(Verdict.VERIFIED);
    ModuleMetrics metrics = processed.metrics();
    assertThat(metrics.functions()).isEqualTo(3);
    assertThat(metrics.instrumentedFunctions()).isEqualTo(2);
    assertThat(metrics.sites()).isEqualTo(3);
    assertThat(metrics.sitesSuspended()).isEqualTo(3);
    assertThat(metrics.exportsRun()).isEqualTo(2);
    assertThat(metrics.suspensions()).isPositive();
    assertThat(metrics.fuelTransformed()).isGreaterThan(metrics.fuelOriginal());
    assertThat(processed.transformed()).hasSize((int) metrics.transformedBytes());
  }

  @Test
  void sameModuleGivesTheSameButForTimes() {
    ProcessedModule first = processor.process(MODULE);
    ProcessedModule second = processor.process(MODULE);

    assertThat(second.transformed()).isEqualTo(first.transformed());
    assertThat(second.metrics())
        .usingRecursiveComparison()
        .ignoringFields("transformNanos", "verifyNanos")
        .isEqualTo(first.metrics());
  }

  @Test
  void flippedBitsOfTheTransformNeverMakeTheVerifierFail() {
    byte[] transformed = Objects.requireNonNull(processor.process(MODULE).transformed());
    VerifyOptions options = new VerifyOptions(1, 100_000);
    int found = 0;
    for (int at = 8; at < transformed.length; at++) {
      byte[] flipped = transformed.clone();
      flipped[at] ^= (byte) (1 << (at & 7));

      Verdict verdict = Verifier.verify(MODULE, flipped, null, options).verdict();

      assertThat(verdict).as("byte %d", at).isNotIn(Verdict.ERROR, Verdict.REJECTED);
      found += verdict == Verdict.MISMATCH ? 1 : 0;
    }
    assertThat(found).isGreaterThan((transformed.length - 8) / 2);
  }

  @Test
  void bytesThatAreNoModuleAreRejectedWithAReason() {
    for (String text : new String[] {"", "x", "\0asm", "\0asm\1\0\0\0garbage"}) {
      byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);

      ProcessedModule processed = processor.process(bytes);

      assertThat(processed.verdict()).isEqualTo(Verdict.REJECTED);
      assertThat(processed.reason()).isNotEmpty();
      assertThat(processed.transformed()).isNull();
      assertThat(processed.metrics().originalBytes()).isEqualTo(bytes.length);
    }
  }

  @Test
  void randomBytesBehindAHeaderNeverThrow() {
    Random random = new Random(1);
    byte[] module = WatReader.assemble("(module (func (export \"f\") (result i32) i32.const 1))");
    for (int i = 0; i < 300; i++) {
      byte[] changed = module.clone();
      for (int j = 0; j < 3; j++) {
        changed[8 + random.nextInt(changed.length - 8)] = (byte) random.nextInt();
      }

      assertThat(processor.process(changed).verdict())
          .as("round %d", i)
          .isNotEqualTo(Verdict.ERROR);
    }
  }

  @Test
  void gzipSizeIsThatOfAFile() throws IOException {
    byte[] bytes = new byte[100_000];
    new Random(1).nextBytes(bytes);
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] &= 7;
    }
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(file)) {
      gzip.write(bytes);
    }

    assertThat(Gzip.size(bytes)).isEqualTo(file.size());
  }
}
