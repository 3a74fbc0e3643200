package dev.bysync.asyncify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.bysync.analysis.OptionException;
import dev.bysync.asyncify.AsyncifyOptions.FrameMemory;
import dev.bysync.asyncify.AsyncifyOptions.StateGlobals;
import dev.bysync.verify.Subject;
import dev.bysync.verify.Verdict;
import dev.bysync.verify.Verification;
import dev.bysync.verify.Verifier;
import dev.bysync.verify.VerifyOptions;
import dev.bysync.wasm.binary.WasmException;
import dev.bysync.wasm.module.ExternKind;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.text.DebugNames;
import dev.bysync.wasm.text.WatPrinter;
import dev.bysync.wasm.text.WatReader;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where frames, state and data are kept. */
class MemoryOptionsTest {
  /** Writes to all its memories, globals in use, several frames deep. */
  private static final String CODE =
      """
      (global $count (mut i32) (i32.const 3))
      (global $twice (export "twice") i32 (i32.const 4))
      (func $deep (param $n i32) (result i32)
        (if (result i32) (i32.eqz (local.get $n))
          (then (call $get (global.get $count)))
          (else
            (i32.store (i32.const 8) (local.get $n))
            (global.set $count (i32.add (global.get $count) (global.get $twice)))
            (i32.add (call $deep (i32.sub (local.get $n) (i32.const 1))) (i32.load (i32.const 8))))))
      (func (export "run") (result i32) (call $deep (i32.const 3)))
      """;

  private static final String IMPORT =
      "(import \"env\" \"get\" (func $get (param i32) (result i32)))";

  private static byte[] module(String fields) {
    return WatReader.assemble(IMPORT + fields + CODE, DebugNames.WRITE);
  }

  private static AsyncifyOptions in(FrameMemory memory) {
    return AsyncifyOptions.defaults().withMemory(memory);
  }

  private static Transformed assertVerified(byte[] original, AsyncifyOptions options) {
    Transformed transformed = Asyncify.transformMapped(original, options);
    Pairs.assertValid(transformed.bytes());
    Verification verification =
        Verifier.verify(
            Subject.of(original, transformed),
            new VerifyOptions(1, 400_000, options.memory().export()));
    assertThat(verification.verdict()).as(verification.reason()).isEqualTo(Verdict.VERIFIED);
    assertThat(verification.coverage().sitesSuspended()).isEqualTo(verification.coverage().sites());
    return transformed;
  }

  private static Optional<Module.Export> export(Module module, String name) {
    return module.exports().stream().filter(export -> export.name().equals(name)).findFirst();
  }

  @Test
  void framesGoToTheMemoryExportedAsMemory() {
    byte[] original = module("(memory 1) (memory $m (export \"memory\") 1)");
    Transformed transformed = assertVerified(original, AsyncifyOptions.defaults());
    Instance instance = Instance.of(transformed.bytes(), 1);
    instance.suspendIn("env.get").results("run");
    assertThat(instance.machine().read(0, 16, 64)).containsOnly(0);
    assertThat(instance.machine().read(1, 32, 4)).isNotEqualTo(new byte[4]);
  }

  @Test
  void framesGoToTheMemoryThatIsNamed() {
    byte[] original =
        module(
            "(memory (export \"memory\") 1) (memory 1) (memory (export \"frames\") 2)"
                + " (memory (export \"last\") 1)");
    Transformed transformed = assertVerified(original, in(FrameMemory.export("frames")));
    Instance instance = Instance.of(transformed.bytes(), 2);
    instance.suspendIn("env.get").results("run");
    for (int other : new int[] {0, 1, 3}) {
      assertThat(instance.machine().read(other, 16, 256)).containsOnly(0);
    }
    assertThat(instance.machine().read(2, 32, 4)).isNotEqualTo(new byte[4]);
    assertThat(transformed.warnings()).isEmpty();
  }

  @Test
  void anImportedMemoryCanBeNamed() {
    byte[] original =
        module("(import \"env\" \"m\" (memory $i 1)) (memory 1) (export \"frames\" (memory $i))");
    assertVerified(original, in(FrameMemory.export("frames")));
  }

  @Test
  void aNameThatTheOnlyMemoryDoesNotHaveIsAWarning() {
    Transformed transformed =
        assertVerified(module("(memory 1)"), in(FrameMemory.export("frames")));
    assertThat(transformed.warnings()).singleElement().asString().contains("'frames'");
  }

  @Test
  void aNameThatNoneOfSeveralMemoriesHasIsRefused() {
    byte[] original = module("(memory (export \"memory\") 1) (memory 1)");
    assertThat(
            catchThrowableOfType(
                OptionException.class,
                () -> Asyncify.transform(original, in(FrameMemory.export("frames")))))
        .hasMessageContaining("no memory is exported as 'frames'");
  }

  @Test
  void severalMemoriesOfWhichNoneIsChosenAreRefused() {
    byte[] original = module("(memory (export \"a\") 1) (memory 1)");
    assertThat(
            catchThrowableOfType(
                WasmException.class,
                () -> Asyncify.transform(original, AsyncifyOptions.defaults())))
        .hasMessageContaining("2 memories")
        .hasMessageContaining("--memory");
  }

  @ParameterizedTest
  @ValueSource(strings = {"(memory 1)", "(memory (export \"memory\") 1 1) (memory 1)"})
  void framesGoToAMemoryOfTheirOwn(String memories) {
    byte[] original = module(memories);
    Transformed transformed = assertVerified(original, in(FrameMemory.secondary(3)));
    Module output = Module.read(transformed.bytes());
    int added = Module.read(original).memories().size();
    assertThat(output.memories()).hasSize(added + 1);
    assertThat(output.memories().get(added).min()).isEqualTo(3);
    assertThat(output.memories().get(added).max()).isEqualTo(3);
    assertThat(export(output, "asyncify_memory"))
        .hasValue(new Module.Export("asyncify_memory", ExternKind.MEMORY, added));
  }

  @Test
  void aSecondaryMemoryServesModulesWithout() {
    String text = IMPORT + "(func (export \"run\") (result i32) (call $get (i32.const 2)))";
    Transformed transformed = assertVerified(Pairs.assemble(text), in(FrameMemory.secondary(1)));
    assertThat(Module.read(transformed.bytes()).memories()).hasSize(1);
  }

  @Test
  void stateAndDataAreImported() {
    byte[] original = module("(memory (export \"memory\") 1)");
    Transformed transformed =
        assertVerified(original, AsyncifyOptions.defaults().withGlobals(StateGlobals.IMPORTED));
    Module output = Module.read(transformed.bytes());
    assertThat(output.imports())
        .filteredOn(imported -> imported.kind() == ExternKind.GLOBAL)
        .extracting(imported -> imported.module() + "." + imported.name())
        .containsExactly("env.__asyncify_state", "env.__asyncify_data");
    assertThat(output.globals().get(0).mutability()).isEqualTo(Module.Mutability.VAR);
    String text = WatPrinter.print(transformed.bytes());
    assertThat(text)
        .contains("(global $count (mut i32)")
        .contains("(export \"twice\" (global $twice))");
  }

  @Test
  void importedGlobalsComeBehindThoseOfTheModule() {
    byte[] original =
        WatReader.assemble(
            "(import \"env\" \"base\" (global $base i32))"
                + IMPORT
                + "(memory 1) (global $start i32 (global.get $base))"
                + "(func (export \"base\") (result i32) (drop (call $get (global.get $start)))"
                + " global.get $base)"
                + CODE,
            DebugNames.WRITE);
    assertVerified(original, AsyncifyOptions.defaults().withGlobals(StateGlobals.IMPORTED));
  }

  @Test
  void globalsAreImportedIntoAModuleWithoutImports() {
    byte[] original = Pairs.assemble("(memory 1) (global i32 (i32.const 1)) (func (export \"f\"))");
    byte[] output =
        Asyncify.transform(original, AsyncifyOptions.defaults().withGlobals(StateGlobals.IMPORTED))
            .bytes();
    assertThat(Pairs.assertValid(output).imports()).hasSize(2);
  }

  @Test
  void dataIsWideInA64BitMemory() {
    byte[] original =
        Pairs.assemble(
            IMPORT + "(memory i64 1) (func (export \"f\") (drop (call $get (i32.const 1))))");
    byte[] output =
        Asyncify.transform(original, AsyncifyOptions.defaults().withGlobals(StateGlobals.IMPORTED))
            .bytes();
    Module module = Pairs.assertValid(output);
    assertThat(List.of(module.globals().get(0).type(), module.globals().get(1).type()))
        .containsExactly(0x7F, 0x7E);
  }

  @Test
  void stateAndDataAreExported() {
    Transformed transformed =
        assertVerified(
            module("(memory 1)"), AsyncifyOptions.defaults().withGlobals(StateGlobals.EXPORTED));
    Instance instance = Instance.of(transformed).suspendIn("env.get");
    assertThat(instance.machine().global("__asyncify_state")).containsExactly(0);
    instance.results("run");
    assertThat(instance.machine().global("__asyncify_state")).containsExactly(1);
    assertThat(instance.machine().global("__asyncify_data")).containsExactly(16);
  }

  @Test
  void anExportInTheWayIsNamed() {
    byte[] original = Pairs.assemble("(func (export \"asyncify_memory\"))");
    assertThat(
            catchThrowableOfType(
                WasmException.class,
                () -> Asyncify.transform(original, AsyncifyOptions.defaults())))
        .hasMessageContaining("an export asyncify_memory of its own");
  }
}
