package dev.bysync.asyncify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.wasm.binary.ByteReader;
import dev.bysync.wasm.binary.ByteSink;
import dev.bysync.wasm.code.BodyTyper;
import dev.bysync.wasm.code.CodeReader;
import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.SectionId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Hints stay with their branches. Each branch is told from others by the constant before it: that
 * and the comparison between say what is to be hinted, in the original and in the output.
 */
final class BranchHintsTest {
  private static final String NAME = "metadata.code.branch_hint";

  /** Branches of all kinds, with sites and without; one function is not instrumented. */
  private static final String MODULE =
      """
      (import "asyncify" "get_state" (func $state (result i32)))
      (import "env" "f" (func $f (param i32)))
      (memory 1)
      (func $calm (param $x i32) (result i32)
        (block (br_if 0 (i32.eq (local.get $x) (i32.const 1001)))
          (if (i32.eq (local.get $x) (i32.const 1002)) (then (local.set $x (i32.const 5)))))
        (local.get $x))
      (func (export "run") (param $x i32) (result i32) (local $i i32)
        (drop (call $state))
        (if (i32.eq (local.get $x) (i32.const 1003)) (then (call $f (local.get $x))))
        (if (i32.eq (local.get $x) (i32.const 1004))
          (then (local.set $x (call $calm (local.get $x))))
          (else (call $f (i32.const 2))))
        (if (i32.eqz (i32.eq (local.get $x) (i32.const 1005))) (then (call $f (i32.const 3))))
        (if (i32.and (local.get $x) (i32.const 1006)) (then (call $f (i32.const 3))))
        (if (i32.eq (local.get $x) (i32.const 1007)) (then (local.set $x (i32.const 5))))
        (block $out
          (loop $again
            (br_if $out (i32.eq (local.get $i) (i32.const 1008)))
            (call $f (local.get $i))
            (local.set $i (i32.add (local.get $i) (i32.const 1)))
            (br_if $again (i32.lt_u (local.get $i) (i32.const 1009)))))
        (loop $cold
          (local.set $i (i32.sub (local.get $i) (i32.const 1)))
          (br_if $cold (i32.lt_u (local.get $i) (i32.const 1010))))
        (local.get $x))
      """;

  /** A branch: where, and what its condition is made of. */
  private record Branch(int function, int offset, int constant, boolean inverted) {}

  private static List<Branch> branches(byte[] bytes) {
    List<Branch> branches = new ArrayList<>();
    Module module = Module.read(bytes);
    BodyTyper typer = new BodyTyper(module);
    for (int body = 0; body < module.bodyCount(); body++) {
      CodeReader code = new CodeReader(bytes, typer.begin(body), module.bodyEnd(body));
      int constant = 0;
      boolean inverted = false;
      while (!code.atEnd()) {
        switch (code.next()) {
          case Opcodes.I32_CONST -> {
            constant = (int) code.literal();
            inverted = false;
          }
          case Opcodes.I32_EQZ, Opcodes.I32_NE, 0x4F -> inverted = !inverted; // ge_u
          case Opcodes.IF, Opcodes.BR_IF -> {
            if (constant > 1000) {
              branches.add(
                  new Branch(
                      module.importedFunctionCount() + body,
                      code.start() - module.bodyStart(body),
                      constant,
                      inverted));
            }
            constant = 0;
          }
          default -> {}
        }
      }
    }
    return branches;
  }

  /** Whether the branch's comparison, without what turns it round, is likely to hold. */
  private static boolean holds(Branch branch, int hint) {
    return (hint == 1) != branch.inverted();
  }

  private static byte[] section(Map<Integer, Map<Integer, Integer>> hints) {
    ByteSink content = new ByteSink();
    content.name(NAME);
    content.u32(hints.size());
    hints.forEach(
        (function, own) -> {
          content.u32(function);
          content.u32(own.size());
          own.forEach(
              (offset, hint) -> {
                content.u32(offset);
                content.u8(1);
                content.u8(hint);
              });
        });
    return content.toByteArray();
  }

  private static byte[] withSection(byte[] module, byte[] content) {
    ByteSink out = new ByteSink();
    out.bytes(module, 0, 8);
    for (Module.Section section : Module.read(module).sections()) {
      if (section.id() == SectionId.CODE) {
        ByteSink sink = new ByteSink();
        sink.bytes(content);
        out.u8(SectionId.CUSTOM);
        out.sized(sink);
      }
      out.bytes(module, section.headerStart(), section.end());
    }
    return out.toByteArray();
  }

  /** Every branch hinted, every third as unlikely. */
  private static byte[] hinted(byte[] module) {
    Map<Integer, Map<Integer, Integer>> hints = new TreeMap<>();
    for (Branch branch : branches(module)) {
      hints
          .computeIfAbsent(branch.function(), function -> new TreeMap<>())
          .put(branch.offset(), branch.constant() % 3 == 0 ? 0 : 1);
    }
    return withSection(module, section(hints));
  }

  private static Map<Integer, Map<Integer, Integer>> hints(byte[] bytes) {
    Map<Integer, Map<Integer, Integer>> hints = new TreeMap<>();
    Module module = Module.read(bytes);
    boolean code = false;
    for (Module.Section section : module.sections()) {
      code |= section.id() == SectionId.CODE;
      if (section.id() == SectionId.CUSTOM && module.customName(section).equals(NAME)) {
        assertThat(code).as("hints stand before the code").isFalse();
        ByteReader in = new ByteReader(bytes, section.start(), section.end());
        in.name();
        int functions = in.count();
        int last = -1;
        for (int i = 0; i < functions; i++) {
          int function = in.index();
          assertThat(function).isGreaterThan(last);
          last = function;
          Map<Integer, Integer> own = new TreeMap<>();
          int count = in.count();
          int before = -1;
          for (int k = 0; k < count; k++) {
            int offset = in.index();
            assertThat(offset).isGreaterThan(before);
            before = offset;
            assertThat(in.u8()).isEqualTo(1);
            own.put(offset, in.u8());
          }
          hints.put(function, own);
        }
        assertThat(in.atEnd()).isTrue();
      }
    }
    return hints;
  }

  /** Comparisons that hold, or don't, by their constants; every hint must be at a branch. */
  private static Map<Integer, List<Boolean>> likely(byte[] bytes) {
    Map<Integer, Map<Integer, Integer>> hints = hints(bytes);
    int[] left = {hints.values().stream().mapToInt(Map::size).sum()};
    Map<Integer, List<Boolean>> likely = new TreeMap<>();
    for (Branch branch : branches(bytes)) {
      Integer hint = hints.getOrDefault(branch.function(), Map.of()).get(branch.offset());
      if (hint != null) {
        left[0]--;
        likely
            .computeIfAbsent(branch.constant(), constant -> new ArrayList<>())
            .add(holds(branch, hint));
      }
    }
    assertThat(left[0]).as("hints that are at no branch").isZero();
    return likely;
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MAX_VALUE, 0})
  void everyBranchKeepsItsHint(int splitAbove) {
    byte[] original = hinted(Pairs.assemble(MODULE));
    Map<Integer, List<Boolean>> before = likely(original);
    assertThat(before).hasSize(10);

    AsyncifyOptions options = AsyncifyOptions.defaults().withSplitAbove(splitAbove);
    Transformed transformed = Asyncify.transform(original, options);

    assertThat(transformed.warnings()).isEmpty();
    Map<Integer, List<Boolean>> after = likely(transformed.bytes());
    assertThat(after.keySet()).isEqualTo(before.keySet());
    after.forEach(
        (constant, all) -> {
          assertThat(all)
              .as("branch at %d", constant)
              .containsOnly(before.getOrDefault(constant, List.of()).get(0));
          boolean twice = splitAbove == 0 && constant > 1002;
          assertThat(all).as("branch at %d", constant).hasSize(twice ? 2 : 1);
        });
  }

  @Test
  void hintsChangeNothingElse() {
    byte[] original = Pairs.assemble(MODULE);
    byte[] plain = Pairs.transform(original).bytes();
    byte[] output = Pairs.transform(hinted(original)).bytes();
    ByteSink content = new ByteSink();
    content.bytes(section(hints(output)));
    assertThat(output).isEqualTo(withSection(plain, content.toByteArray()));
    OffsetMap offsets = new OffsetMap();
    assertThat(Asyncify.transform(hinted(original), AsyncifyOptions.defaults(), offsets).bytes())
        .isEqualTo(output);
  }

  static List<String> fixtures() {
    return Resources.names(".");
  }

  /** Any hints at all lead to branches. */
  @ParameterizedTest
  @MethodSource("fixtures")
  void hintsOfFixturesStayAtBranches(String name) {
    byte[] original = Pairs.assemble(Resources.read(name));
    Module module = Module.read(original);
    BodyTyper typer = new BodyTyper(module);
    Map<Integer, Map<Integer, Integer>> hints = new TreeMap<>();
    for (int body = 0; body < module.bodyCount(); body++) {
      CodeReader code = new CodeReader(original, typer.begin(body), module.bodyEnd(body));
      while (!code.atEnd()) {
        int opcode = code.next();
        if (opcode == Opcodes.IF || opcode == Opcodes.BR_IF) {
          hints
              .computeIfAbsent(module.importedFunctionCount() + body, f -> new TreeMap<>())
              .put(code.start() - module.bodyStart(body), 1);
        }
      }
    }
    Transformed transformed = Pairs.transform(withSection(original, section(hints)));
    byte[] output = transformed.bytes();
    Module after = Module.read(output);
    hints(output)
        .forEach(
            (function, own) -> {
              int start = after.bodyStart(function - after.importedFunctionCount());
              own.keySet().forEach(at -> assertThat((int) output[start + at]).isIn(0x04, 0x0D));
            });
    assertThat(transformed.warnings()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "a hint of two bytes, 01 02 01 05 02 01 01",
    "an unknown hint, 01 02 01 05 01 02",
    "an imported function, 01 01 01 05 01 01",
    "no such function, 01 09 01 05 01 01",
    "an offset behind the body, 01 02 01 7F 01 01",
    "offsets that descend, 01 02 02 06 01 01 05 01 01",
    "functions that descend, 02 03 00 02 00",
    "more behind it, 00 00",
    "too short, 01 02 01 05"
  })
  void aMalformedSectionIsDroppedWithAWarning(String what, String content) {
    ByteSink section = new ByteSink();
    section.name(NAME);
    for (String digits : content.split(" ", -1)) {
      section.u8(Integer.parseInt(digits, 16));
    }
    Transformed transformed =
        Pairs.transform(withSection(Pairs.assemble(MODULE), section.toByteArray()));
    assertThat(transformed.warnings()).as(what).singleElement().asString().contains(NAME);
    assertThat(hints(transformed.bytes())).isEmpty();
  }

  @Test
  void withoutAHintThereIsNoSection() {
    byte[] empty = section(Map.of());
    Transformed transformed = Pairs.transform(withSection(Pairs.assemble(MODULE), empty));
    assertThat(transformed.warnings()).isEmpty();
    Module module = Module.read(transformed.bytes());
    assertThat(module.sections())
        .noneMatch(s -> s.id() == SectionId.CUSTOM && module.customName(s).equals(NAME));
  }
}
