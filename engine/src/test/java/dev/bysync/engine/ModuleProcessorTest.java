package dev.bysync.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.bysync.analysis.Selection.NamedList;
import dev.bysync.analysis.Unmatched;
import dev.bysync.asyncify.Asyncify;
import dev.bysync.asyncify.AsyncifyOptions;
import dev.bysync.asyncify.OptionParser;
import dev.bysync.asyncify.TransformOption;
import dev.bysync.asyncify.WasmOpt;
import dev.bysync.strategy.ExternalLimits;
import dev.bysync.strategy.Strategy;
import dev.bysync.verify.SecondOpinion;
import dev.bysync.verify.Verdict;
import dev.bysync.verify.Verification;
import dev.bysync.verify.Verifier;
import dev.bysync.verify.VerifyOptions;
import dev.bysync.wasm.text.WatReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
  void sampleOfModulesHasASecondOpinion() {
    ProcessOptions all = ProcessOptions.defaults().withSecondOpinions(100);
    ProcessOptions none = ProcessOptions.defaults().withSecondOpinions(0);
    ProcessOptions some = ProcessOptions.defaults().withSecondOpinions(20);

    assertThat(new ModuleProcessor(all).process(MODULE).second())
        .isEqualTo(SecondOpinion.Finding.AGREES);
    assertThat(new ModuleProcessor(none).process(MODULE).second())
        .isEqualTo(SecondOpinion.Finding.NOT_ASKED);
    assertThat(all.profile()).isNotEqualTo(none.profile());
    long asked =
        IntStream.range(0, 1000)
            .filter(i -> some.asksSecond(Integer.toString(i).getBytes(StandardCharsets.US_ASCII)))
            .count();
    assertThat(asked).isBetween(150L, 250L); // 200 expected, with a deviation of 13
  }

  @Test
  void sectionsAreMeasured() {
    byte[] plain =
        WatReader.assemble("(module (memory 1) (data (i32.const 0) \"12345678\") (func (nop)))");
    byte[] module = Arrays.copyOf(plain, plain.length + 7);
    System.arraycopy(new byte[] {0, 5, 1, 'c', 'x', 'y', 'z'}, 0, module, plain.length, 7);

    ModuleMetrics metrics = processor.process(module).metrics();

    assertThat(metrics.originalCodeBytes()).isEqualTo(5); // count; size, no locals, nop, end
    assertThat(metrics.originalDataBytes())
        .isEqualTo(14); // count; kind, i32.const 0, end; size, bytes
    assertThat(metrics.originalCustomBytes()).isEqualTo(5); // size and name, content
    assertThat(metrics.transformedDataBytes()).isEqualTo(14);
    assertThat(metrics.transformedCustomBytes()).isEqualTo(5 + 11); // and the record of defaults
  }

  @Test
  void entriesThatMatchNothingAreTold() {
    byte[] module =
        WatReader.assemble(
            "(import \"env\" \"fetch\" (func)) (memory 1) (func (export \"run\") call 0)");
    AsyncifyOptions options =
        new OptionParser(name -> name)
            .add(TransformOption.IMPORTS, "env.fetch,env.fetsh")
            .add(TransformOption.REMOVE_LIST, "nobody")
            .options();
    assertThat(new ModuleProcessor(new ProcessOptions(options, 1, 1000)).process(module))
        .extracting(ProcessedModule::unmatched)
        .isEqualTo(
            List.of(
                new Unmatched(NamedList.IMPORTS, 1, "env.fetsh", List.of("env.fetch")),
                new Unmatched(NamedList.REMOVE_LIST, 0, "nobody", List.of())));
    assertThat(processor.process(module).unmatched()).isEmpty();
  }

  @Test
  void itIsToldWhatInstrumentsFunctions() {
    byte[] module =
        WatReader.assemble(
            """
            (module
              (type $f (func (param i32) (result i32)))
              (import "env" "get" (func $get (type $f)))
              (table 1 funcref)
              (elem (i32.const 0) $twice)
              (func $twice (export "twice") (type $f) (call $get (call $get (local.get 0))))
              (func (export "by_table") (result i32) (call_indirect (type $f) (i32.const 1) (i32.const 0)))
              (func (export "pure") (result i32) (i32.const 3)))
            """);

    List<Responsible> responsible = processor.process(module).responsible();

    assertThat(responsible)
        .extracting(
            Responsible::kind, Responsible::name, Responsible::functions, Responsible::alone)
        .contains(tuple(Responsible.Kind.INDIRECT_CALLS, "(i32) -> (i32)", 1, 1));
    assertThat(responsible)
        .filteredOn(one -> one.kind() == Responsible.Kind.IMPORT)
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.name()).isEqualTo("env.get");
              assertThat(one.functions()).isPositive();
              assertThat(one.bytes()).isPositive();
            });
  }

  @Test
  void sameModuleGivesTheSameButForTimes() {
    ProcessedModule first = processor.process(MODULE);
    ProcessedModule second = processor.process(MODULE);

    assertThat(second.transformed()).isEqualTo(first.transformed());
    assertThat(second.responsible()).isEqualTo(first.responsible());
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

      Verification verification = Verifier.verify(MODULE, flipped, null, options);

      assertThat(verification.verdict())
          .as("byte %d: %s", at, verification.reason())
          .isNotIn(Verdict.ERROR, Verdict.REJECTED);
      found += verification.verdict() == Verdict.MISMATCH ? 1 : 0;
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

  private static ProcessedModule by(String command) {
    return by(command, ExternalLimits.defaults());
  }

  private static ProcessedModule by(String command, ExternalLimits limits) {
    Strategy strategy = Strategy.parse("external:" + command, limits);
    return new ModuleProcessor(ProcessOptions.defaults().withStrategy(strategy)).process(MODULE);
  }

  @Test
  void aCommandsResultIsVerifiedLikeOurs() {
    ProcessedModule copied = by("cp {in} {out}");
    assertThat(copied.verdict()).isEqualTo(Verdict.MISMATCH);
    assertThat(copied.reason()).contains("no export asyncify_");
    assertThat(copied.transformed()).isEqualTo(MODULE);
    ProcessedModule empty = by("sh -c ': > {out}' {in}");
    assertThat(empty.verdict()).isEqualTo(Verdict.MISMATCH);
    assertThat(empty.reason()).contains("the transformed module is invalid");
  }

  @Test
  void aCommandThatGivesNothingHasAVerdict() {
    ProcessedModule refused = by("sh -c 'echo not this one; exit 1' {in} {out}");
    assertThat(refused.verdict()).isEqualTo(Verdict.REJECTED);
    assertThat(refused.reason()).isEqualTo("sh: exit code 1: not this one");
    assertThat(refused.transformed()).isNull();
    assertThat(by("/no/such/tool {in} {out}").verdict()).isEqualTo(Verdict.ERROR);
    assertThat(by("sh -c 'sleep 60' {in} {out}", new ExternalLimits(1, 4096, 1)).verdict())
        .isEqualTo(Verdict.BUDGET);
  }

  @Test
  void whatWasmOptMakesIsVerified() throws Exception {
    String program = WasmOpt.required().program();
    ProcessedModule processed = by("'" + program + "' -all --asyncify -O2 {in} -o {out}");
    assertThat(processed.verdict()).as(processed.reason()).isEqualTo(Verdict.VERIFIED);
    assertThat(processed.metrics().suspensions()).isPositive();
    assertThat(processed.metrics().transformedBytes()).isPositive();
    assertSitesAreFound(processed);
  }

  /** A command that makes what our transform makes. */
  @Test
  void sitesOfACommandsResultAreFound(@TempDir Path folder) throws IOException {
    byte[] made = Asyncify.transform(MODULE, AsyncifyOptions.defaults()).bytes();
    Path file = Files.write(folder.resolve("made.wasm"), made);
    ProcessedModule processed = by("sh -c 'cp " + file + " {out}' {in}");
    assertThat(processed.verdict()).as(processed.reason()).isEqualTo(Verdict.VERIFIED);
    assertSitesAreFound(processed);
  }

  private static void assertSitesAreFound(ProcessedModule processed) {
    ModuleMetrics metrics = processed.metrics();
    assertThat(processed.reason()).startsWith("by programs only: ");
    assertThat(metrics.sites()).isPositive().isEqualTo(metrics.reachableSites());
    assertThat(metrics.sitesSuspended()).isBetween(1, metrics.sites());
    assertThat(metrics.sitesByFrames() + metrics.sitesByBranches()).isZero();
    assertThat(metrics.instrumentedFunctions()).isZero();
  }

  @Test
  void theProfileTellsStrategiesApart() {
    ProcessOptions options = ProcessOptions.defaults();
    Strategy a = Strategy.parse("external:a {in} {out}", ExternalLimits.defaults());
    Strategy b = Strategy.parse("external:b {in} {out}", ExternalLimits.defaults());
    assertThat(
            new String[] {
              options.profile(),
              options.withStrategy(a).profile(),
              options.withStrategy(b).profile()
            })
        .doesNotHaveDuplicates();
  }
}
