package dev.bysync.verify;

import dev.bysync.verify.machine.Shape;
import dev.bysync.verify.machine.ValueKind;
import java.util.List;

/**
 * The memory of a transformed module that asyncify's frames go to.
 *
 * @param index the memory
 * @param addressBytes size of an address in it, 4 or 8: {@code pos} and {@code end} are as large
 */
record StackMemory(int index, int addressBytes) {
  /** What was named; else what the transform adds; else, of several, what it takes by default. */
  static StackMemory of(Shape shape, String named) {
    return new StackMemory(index(shape, named), addressBytes(shape));
  }

  private static int index(Shape shape, String named) {
    for (String name : List.of(named, "asyncify_memory", "memory")) {
      for (Shape.ExportedMemory exported : shape.exportedMemories()) {
        if (exported.name().equals(name)) {
          return exported.index();
        }
      }
    }
    return 0;
  }

  private static int addressBytes(Shape shape) {
    for (Shape.ExportedFunction function : shape.functions()) {
      if (function.name().equals("asyncify_start_unwind")) {
        return function.signature().params().contains(ValueKind.I64) ? 8 : 4;
      }
    }
    return 4;
  }
}
