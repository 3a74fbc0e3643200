package dev.bysync.wasm.module;

import dev.bysync.wasm.binary.ByteReader;
import dev.bysync.wasm.binary.WasmException;
import dev.bysync.wasm.module.Module.Section;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Names of functions for people: those of the name section (appendix 7.4.1); without one, as
 * Binaryen's tools call them, {@code fimport$N} for imported function N, and a number counted from
 * the first function with a body for others. A malformed section names nothing from where it goes
 * wrong.
 */
public final class FunctionNames {
  private final Module module;
  private final int[] starts;
  private final int[] ends;

  private FunctionNames(Module module) {
    this.module = module;
    starts = new int[module.functionCount()];
    ends = new int[module.functionCount()];
    Arrays.fill(starts, -1);
  }

  public static FunctionNames of(Module module) {
    FunctionNames names = new FunctionNames(module);
    for (Section section : module.sections()) {
      if (section.id() == SectionId.CUSTOM && module.customName(section).equals("name")) {
        try {
          names.read(new ByteReader(module.bytes(), section.start(), section.end()));
        } catch (WasmException e) {
          return names; // what was read so far holds
        }
      }
    }
    return names;
  }

  private void read(ByteReader in) {
    in.name();
    while (!in.atEnd()) {
      int id = in.u8();
      int size = in.u32();
      int start = in.skip(size);
      if (id == 1) {
        readFunctions(new ByteReader(module.bytes(), start, start + size));
      }
    }
  }

  private void readFunctions(ByteReader in) {
    int count = in.count();
    for (int i = 0; i < count; i++) {
      int function = in.index();
      int length = in.count();
      int start = in.skip(length);
      if (function < starts.length) {
        starts[function] = start;
        ends[function] = in.position();
      }
    }
  }

  /** The function's name, never empty; several functions may have the same. */
  public String name(int function) {
    if (starts[function] >= 0 && starts[function] < ends[function]) {
      return new String(
          module.bytes(),
          starts[function],
          ends[function] - starts[function],
          StandardCharsets.UTF_8);
    }
    int imported = module.importedFunctionCount();
    return function < imported ? "fimport$" + function : Integer.toString(function - imported);
  }
}
