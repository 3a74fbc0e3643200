package dev.bysync.asyncify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bysync.wasm.code.BodyTyper;
import dev.bysync.wasm.code.CodeReader;
import dev.bysync.wasm.module.Module;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Where instructions went: what an offset is mapped to is the same instruction in the output, as a
 * decoder of both modules finds it.
 */
final class OffsetMapTest {
  static List<String> fixtures() {
    return Resources.names(".");
  }

  /** Opcode of every instruction by its offset. */
  private static NavigableMap<Integer, Integer> instructions(byte[] bytes) {
    NavigableMap<Integer, Integer> opcodes = new TreeMap<>();
    Module module = Module.read(bytes);
    BodyTyper typer = new BodyTyper(module);
    for (int body = 0; body < module.bodyCount(); body++) {
      CodeReader code = new CodeReader(bytes, typer.begin(body), module.bodyEnd(body));
      while (!code.atEnd()) {
        int opcode = code.next();
        opcodes.put(code.start(), opcode);
      }
    }
    return opcodes;
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void runsHoldTheSameInstructions(String name) {
    check(Pairs.assemble(Resources.read(name)));
  }

  @Test
  void runsHoldTheSameInstructionsWhereIndicesShift() {
    check(
        Pairs.assemble(
            """
            (import "asyncify" "get_state" (func $state (result i32)))
            (import "env" "f" (func $f (result i32)))
            (memory 1)
            (func $leaf (result i32) (i32.add (call $state) (i32.const 7)))
            (func (export "run") (param $a i32) (result i32)
              (i32.mul (i32.add (local.get $a) (call $leaf)) (call $f)))
            """));
  }

  private static void check(byte[] original) {
    NavigableMap<Integer, Integer> before = instructions(original);
    for (int splitAbove : new int[] {0, Integer.MAX_VALUE}) {
      OffsetMap offsets = new OffsetMap();
      AsyncifyOptions options = AsyncifyOptions.defaults().withSplitAbove(splitAbove);
      Transformed transformed = Asyncify.transform(original, options, offsets);
      byte[] output = transformed.bytes();
      NavigableMap<Integer, Integer> after = instructions(output);
      Set<Integer> copied = new HashSet<>();
      int end = 0;
      for (int run = 0; run < offsets.size(); run++) {
        int from = offsets.original(run);
        int to = offsets.output(run);
        assertThat(to).as("runs ascend").isGreaterThanOrEqualTo(end);
        end = to + 1;
        for (int at : before.subMap(from, from + offsets.length(run)).keySet()) {
          assertThat(after.get(to + at - from)).isEqualTo(before.get(at));
          copied.add(at);
        }
      }
      for (int site = 0; site < transformed.sites().size(); site++) {
        assertThat(copied).contains(transformed.sites().originalOffset(site));
      }
      assertThat(output).isEqualTo(Asyncify.transform(original, options).bytes());
    }
  }

  /** Each instruction comes from a line of its own, numbered by its offset. */
  @ParameterizedTest
  @MethodSource("fixtures")
  void sourceMapsFollowTheInstructions(String name) {
    byte[] original = Pairs.assemble(Resources.read(name));
    NavigableMap<Integer, Integer> before = instructions(original);
    StringBuilder mappings = new StringBuilder();
    int last = 0;
    for (int at : before.keySet()) {
      mappings.append(mappings.length() == 0 ? "" : ",").append(digits(at - last));
      mappings.append("A").append(digits(at - last)).append("A");
      last = at;
    }
    OffsetMap offsets = new OffsetMap();
    byte[] output = Asyncify.transform(original, AsyncifyOptions.defaults(), offsets).bytes();
    NavigableMap<Integer, Integer> after = instructions(output);

    String rewritten = SourceMappings.rewrite(mappings.toString(), offsets);
    List<int[]> segments = read(rewritten);

    int same = 0;
    for (int[] segment : segments) { // Binaryen 108 reads no shorter ones
      assertThat(segment).hasSize(4);
      assertThat(after).containsKey(segment[0]);
      assertThat(before).containsKey(segment[2]);
      same += Objects.equals(after.get(segment[0]), before.get(segment[2])) ? 1 : 0;
    }
    assertThat(same).isEqualTo(segments.size());

    // where the map has some itself, what follows the last instruction is mapped to nothing
    String withUnmapped = SourceMappings.rewrite("A," + mappings, offsets);
    assertThat(withUnmapped).startsWith(rewritten + ",");
    List<int[]> more = read(withUnmapped);
    assertThat(more).hasSize(segments.size() + 1);
    assertThat(more.get(segments.size())).hasSize(1);
    assertThat(SourceMappings.rewrite("", offsets)).isEmpty();
  }

  private static String digits(int value) {
    String all = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    StringBuilder text = new StringBuilder();
    int rest = value << 1;
    while (rest > 31) {
      text.append(all.charAt(rest % 32 + 32));
      rest /= 32;
    }
    return text.append(all.charAt(rest)).toString();
  }

  /** Segments with their fields added up. */
  private static List<int[]> read(String mappings) {
    String all = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    List<int[]> segments = new ArrayList<>();
    int[] sums = new int[5];
    for (String segment : mappings.split(",", -1)) {
      int field = 0;
      int value = 0;
      int weight = 1;
      for (int i = 0; i < segment.length(); i++) {
        int digit = all.indexOf(segment.charAt(i));
        value += digit % 32 * weight;
        weight *= 32;
        if (digit < 32) {
          sums[field++] += value % 2 == 1 ? -(value / 2) : value / 2;
          value = 0;
          weight = 1;
        }
      }
      segments.add(Arrays.copyOf(sums, field));
    }
    return segments;
  }

  @ParameterizedTest
  @ValueSource(strings = {"A*", "AAAAAA", "AA", "AAA", "g", "C;C", "gggggggg", "CAAA,DAAA"})
  void malformedMappingsAreRefused(String mappings) {
    assertThatThrownBy(() -> SourceMappings.rewrite(mappings, new OffsetMap()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("character");
  }
}
