package dev.bysync.asyncify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.verify.Subject;
import dev.bysync.verify.Verdict;
import dev.bysync.verify.Verification;
import dev.bysync.verify.Verifier;
import dev.bysync.verify.VerifyOptions;
import dev.bysync.wasm.binary.ByteSink;
import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.ValType;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Modules of a size that no compiler makes: whatever grows with the square of something does not
 * end in time here. All are transformed, valid, and behave when the machine can run them.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ExtremeModulesTest {
  private static final int MANY = 100_000;
  private static final long FUEL = 10_000_000;

  private static Transformed transform(RawModule module) {
    Transformed transformed = Pairs.transform(module.bytes());
    Pairs.assertValid(transformed.bytes());
    return transformed;
  }

  private static void transformSplit(RawModule module) {
    AsyncifyOptions options = AsyncifyOptions.defaults().withSplitAbove(0);
    Pairs.assertValid(Asyncify.transformMapped(module.bytes(), options).bytes());
  }

  private static void verify(RawModule module, Transformed transformed) {
    Verification verification =
        Verifier.verify(Subject.of(module.bytes(), transformed), new VerifyOptions(1, FUEL));
    assertThat(verification.verdict()).as(verification.reason()).isEqualTo(Verdict.VERIFIED);
  }

  /** A module with one function, which is exported and gives an i32. */
  private static RawModule running(Consumer<ByteSink> code) {
    RawModule module = new RawModule();
    module.exportFunction("run", module.function(RawModule.GIVES, code));
    return module;
  }

  private static void get(ByteSink code, int local) {
    code.u8(Opcodes.LOCAL_GET);
    code.u32(local);
  }

  private static void set(ByteSink code, int local) {
    code.u8(Opcodes.LOCAL_SET);
    code.u32(local);
  }

  private static void constant(ByteSink code, int value) {
    code.u8(Opcodes.I32_CONST);
    code.s64(value);
  }

  private static void call(ByteSink code, int function) {
    code.u8(Opcodes.CALL);
    code.u32(function);
  }

  private static void open(ByteSink code, int opcode) {
    code.u8(opcode);
    code.u8(0x40);
  }

  private static void locals(ByteSink code, int count) {
    if (count == 0) {
      code.u32(0);
      return;
    }
    code.u32(1);
    code.u32(count);
    code.u8(ValType.I32);
  }

  /** local 0 := local 0 * 31 + env.get() */
  private static void mix(ByteSink code) {
    get(code, 0);
    constant(code, 31);
    code.u8(Opcodes.I32_MUL);
    call(code, RawModule.GET);
    code.u8(Opcodes.I32_ADD);
    set(code, 0);
  }

  private static void mixed(ByteSink code) {
    locals(code, 0);
    mix(code);
    get(code, 0);
  }

  @Test
  void functions() {
    RawModule module = new RawModule();
    for (int i = 0; i < MANY; i++) {
      int callee = i; // the function before; of the first the import
      module.function(
          RawModule.GIVES,
          code -> {
            locals(code, 1);
            call(code, callee);
            set(code, 0);
            get(code, 0);
            constant(code, callee);
            code.u8(Opcodes.I32_ADD);
          });
    }
    module.exportFunction("run", 50);

    Transformed transformed = transform(module);

    assertThat(transformed.instrumentedFunctions()).isEqualTo(MANY);
    verify(module, transformed);
  }

  /** A body of 5 MB, with a site every 12 or every 12,000 bytes. */
  @ParameterizedTest
  @ValueSource(ints = {1, 1000})
  void largeFunction(int distance) {
    RawModule module =
        running(
            code -> {
              locals(code, 2);
              for (int i = 0; code.size() < 5_000_000; i++) {
                if (i % distance == 0) {
                  mix(code);
                }
                get(code, 0);
                constant(code, i);
                code.u8(Opcodes.I32_ADD);
                set(code, 1 - i % 2);
              }
              get(code, 0);
            });

    transform(module);
  }

  /** All locals are written before each site and read behind it. */
  @ParameterizedTest
  @ValueSource(ints = {1, 1000})
  void locals(int sites) {
    int count = 49_900; // a few are added
    RawModule module =
        running(
            code -> {
              locals(code, count);
              for (int i = 1; i < count; i++) {
                get(code, i - 1);
                constant(code, i);
                code.u8(Opcodes.I32_ADD);
                set(code, i);
              }
              for (int i = 0; i < sites; i++) {
                mix(code);
              }
              for (int i = 1; i < count; i++) {
                get(code, i);
                get(code, 0);
                code.u8(Opcodes.I32_ADD);
                set(code, 0);
              }
              get(code, 0);
            });

    Transformed transformed = transform(module);
    if (sites == 1) { // more of them take too many instructions to be run
      verify(module, transformed);
    }
  }

  /** Many locals that are read in many loops, each with a site. */
  @Test
  void localsAndLoops() {
    RawModule module =
        running(
            code -> {
              locals(code, 40_000);
              for (int i = 1; i < 20_000; i++) {
                open(code, Opcodes.LOOP);
                get(code, 2 * i);
                set(code, 2 * i + 1);
                mix(code);
                code.u8(Opcodes.END);
              }
              get(code, 0);
            });

    transform(module);
  }

  /** Constructs of one kind, nested, with a site in the innermost or one in each. */
  @ParameterizedTest
  @CsvSource({
    "BLOCK, 100000",
    "LOOP, 100000",
    "IF, 100000",
    "TRY, 100000",
    "BLOCK, 1",
    "LOOP, 1",
    "IF, 1",
    "TRY, 1"
  })
  void nesting(Construct construct, int distance) {
    RawModule module =
        running(
            code -> {
              locals(code, 3);
              open(code, Opcodes.BLOCK); // so that an exception has where to go
              for (int i = 0; i < MANY; i++) {
                construct.open(code);
                get(code, 0);
                set(code, i % 3);
                if (i % distance == 0) {
                  mix(code);
                }
              }
              mix(code);
              for (int i = 0; i < MANY; i++) {
                get(code, 1);
                set(code, i % 3);
                code.u8(Opcodes.END);
              }
              code.u8(Opcodes.END);
              get(code, 0);
            });

    transform(module);
    transformSplit(module);
  }

  private enum Construct {
    BLOCK,
    LOOP,
    IF,
    TRY;

    void open(ByteSink code) {
      switch (this) {
        case BLOCK -> ExtremeModulesTest.open(code, Opcodes.BLOCK);
        case LOOP -> ExtremeModulesTest.open(code, Opcodes.LOOP);
        case IF -> {
          constant(code, 1);
          ExtremeModulesTest.open(code, Opcodes.IF);
        }
        case TRY -> {
          ExtremeModulesTest.open(code, Opcodes.TRY_TABLE);
          code.u32(1);
          code.u8(2); // catch_all
          code.u32(0);
        }
      }
    }
  }

  /** Branches to every block around them, and to a few of them very often. */
  @ParameterizedTest
  @ValueSource(ints = {100_000, 3})
  void branchTable(int targets) {
    RawModule module =
        running(
            code -> {
              locals(code, 1);
              for (int i = 0; i < targets; i++) {
                open(code, Opcodes.BLOCK);
              }
              mix(code);
              get(code, 0);
              code.u8(Opcodes.BR_TABLE);
              code.u32(MANY);
              for (int i = 0; i <= MANY; i++) {
                code.u32(i % targets);
              }
              for (int i = 0; i < targets; i++) {
                code.u8(Opcodes.END);
                mix(code);
              }
              get(code, 0);
            });

    transform(module);
  }

  @Test
  void sites() {
    RawModule module =
        running(
            code -> {
              locals(code, 1);
              for (int i = 0; i < MANY; i++) {
                mix(code);
              }
              get(code, 0);
            });

    assertThat(transform(module).sites().size()).isEqualTo(MANY);
    transformSplit(module);
  }

  @Test
  void sitesInLoopsOfTheirOwn() {
    RawModule module =
        running(
            code -> {
              locals(code, 1);
              for (int i = 0; i < MANY; i++) {
                open(code, Opcodes.LOOP);
                mix(code);
                code.u8(Opcodes.END);
              }
              get(code, 0);
            });

    assertThat(transform(module).sites().size()).isEqualTo(MANY);
  }

  /** Operands that lie under each of many sites. */
  @Test
  void operands() {
    int depth = 1_000;
    RawModule module =
        running(
            code -> {
              locals(code, 1);
              for (int i = 0; i < depth; i++) {
                get(code, 0);
                constant(code, i);
                code.u8(Opcodes.I32_MUL);
              }
              for (int i = 0; i < depth; i++) {
                call(code, RawModule.GET);
                code.u8(Opcodes.I32_ADD);
              }
              for (int i = 1; i < depth; i++) {
                code.u8(Opcodes.I32_ADD);
              }
            });

    verify(module, transform(module));
    AsyncifyOptions options = AsyncifyOptions.defaults().withLevel(FeatureLevel.V1_0);
    Pairs.assertValid(Asyncify.transformMapped(module.bytes(), options).bytes());
  }

  @Test
  void globalsTypesAndExports() {
    RawModule module = new RawModule();
    int function = module.function(RawModule.MAPS, ExtremeModulesTest::mixed);
    for (int i = 0; i < MANY; i++) {
      module.global();
      module.type(new int[] {i % 2 == 0 ? ValType.I32 : ValType.I64}, new int[] {ValType.F32});
      module.exportFunction("run" + i, function);
    }

    transform(module);
  }

  @Test
  void tablesAndTheirExports() {
    RawModule module = new RawModule();
    int function = module.function(RawModule.MAPS, ExtremeModulesTest::mixed);
    module.exportFunction("run", function);
    for (int i = 0; i < MANY; i++) {
      module.export("table" + i, 1, module.table());
    }

    transform(module);
  }
}
