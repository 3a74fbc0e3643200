package dev.bysync.asyncify;

import dev.bysync.wasm.binary.ByteReader;
import dev.bysync.wasm.binary.ByteSink;
import dev.bysync.wasm.binary.WasmException;
import dev.bysync.wasm.module.IntArray;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.SectionId;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The custom section that says which branches are likely (WebAssembly code metadata, 2.2), taken
 * along to where the branches are in the output.
 *
 * <pre>
 *   metadata.code.branch_hint   vec(function: u32, vec(hint)), functions ascending
 *   hint                        offset: u32, from the body's first byte behind its size; ascending
 *                               01, and 00 for unlikely or 01 for likely
 *
 *   01 07 01 05 01 01           function 7: the br_if or if at offset 5 is likely to be taken
 * </pre>
 *
 * <p>A hint stays with its branch: an {@code if} that contains a site becomes a {@code br_if} of
 * the contrary. Of a body that is written twice, both have it. A branch that can't be reached is
 * not copied, and its hint is left out; so is one of a copy with asserts, whose branches are not
 * followed.
 */
final class BranchHints {
  static final String NAME = "metadata.code.branch_hint";

  private static final int LIKELY = 1;

  // one row a hint, by offset in the original module
  private final IntArray offsets = new IntArray();
  private final IntArray values = new IntArray();

  private BranchHints() {}

  /** The module's hints; null if it has none, or they are malformed. */
  static @Nullable BranchHints of(Module module) {
    for (Module.Section section : module.sections()) {
      if (section.id() == SectionId.CUSTOM && module.customName(section).equals(NAME)) {
        BranchHints hints = new BranchHints();
        ByteReader in = new ByteReader(module.bytes(), section.start(), section.end());
        in.name();
        return hints.read(module, in) ? hints : null;
      }
    }
    return null;
  }

  private boolean read(Module module, ByteReader in) {
    try {
      int functions = in.count();
      int lastFunction = module.importedFunctionCount() - 1;
      for (int i = 0; i < functions; i++) {
        int function = in.index();
        if (function <= lastFunction || function >= module.functionCount()) {
          return false;
        }
        lastFunction = function;
        if (!readHints(module, function - module.importedFunctionCount(), in)) {
          return false;
        }
      }
      return in.atEnd();
    } catch (WasmException e) {
      return false;
    }
  }

  private boolean readHints(Module module, int body, ByteReader in) {
    int count = in.count();
    int start = module.bodyStart(body);
    int last = start - 1;
    for (int i = 0; i < count; i++) {
      int distance = in.index();
      int size = in.u8();
      int value = in.u8();
      if (distance >= module.bodyEnd(body) - start || size != 1 || value > LIKELY) {
        return false;
      }
      int offset = start + distance;
      if (offset <= last) {
        return false;
      }
      last = offset;
      offsets.add(offset);
      values.add(value);
    }
    return true;
  }

  /**
   * The section's content for the output.
   *
   * @param moved where instructions went, counted from the first byte of {@code bodies}
   * @param bodies all of the output's bodies, each with its size before it
   * @param firstFunction index in the output of the function with the first of them
   * @return null if no hint is left
   */
  @Nullable ByteSink content(OffsetMap moved, ByteSink bodies, int firstFunction) {
    long[] placed = placed(moved);
    ByteSink content = new ByteSink();
    int functions = 0;
    int next = 0;
    ByteReader in = new ByteReader(bodies.array(), 0, bodies.size());
    for (int function = firstFunction; next < placed.length; function++) {
      int size = in.index();
      int start = in.position();
      int first = next;
      while (next < placed.length && offset(placed[next]) < start + size) {
        next++;
      }
      if (next > first) {
        functions++;
        content.u32(function);
        content.u32(next - first);
        for (int i = first; i < next; i++) {
          content.u32(offset(placed[i]) - start);
          content.u8(1);
          content.u8((int) placed[i] & 1);
        }
      }
      in.reset(start + size, bodies.size());
    }
    if (functions == 0) {
      return null;
    }
    ByteSink section = new ByteSink();
    section.u32(functions);
    section.append(content);
    return section;
  }

  private static int offset(long placed) {
    return (int) (placed >> 1);
  }

  /** Offset in the output, and in the lowest bit the hint, ascending. */
  private long[] placed(OffsetMap moved) {
    long[] placed = new long[16];
    int count = 0;
    int[] hinted = offsets.toArray();
    for (int run = 0; run < moved.size(); run++) {
      int from = moved.original(run);
      int at = Arrays.binarySearch(hinted, from);
      for (int i = at < 0 ? -1 - at : at;
          i < hinted.length && hinted[i] < from + moved.length(run);
          i++) {
        placed = put(placed, count++, moved.output(run) + hinted[i] - from, values.get(i));
      }
    }
    for (int i = 0; i < moved.invertedCount(); i++) {
      int at = Arrays.binarySearch(hinted, moved.invertedOriginal(i));
      if (at >= 0) {
        placed = put(placed, count++, moved.invertedOutput(i), values.get(at) ^ LIKELY);
      }
    }
    long[] all = Arrays.copyOf(placed, count);
    Arrays.sort(all);
    return all;
  }

  private static long[] put(long[] placed, int count, int offset, int value) {
    long[] room = count < placed.length ? placed : Arrays.copyOf(placed, count * 2);
    room[count] = (long) offset << 1 | value;
    return room;
  }
}
