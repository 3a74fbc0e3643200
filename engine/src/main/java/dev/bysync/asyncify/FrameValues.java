package dev.bysync.asyncify;

import dev.bysync.wasm.binary.ByteSink;
import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.ValType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * A frame of given values with a number on top, pushed and popped at once: for functions that the
 * transform adds.
 */
final class FrameValues {
  private final List<Integer> frame = new ArrayList<>();
  private final List<Integer> types;
  private final StackHelpers helpers;

  FrameValues(List<Integer> types, StackHelpers helpers) {
    this.types = types;
    this.helpers = helpers;
    frame.add(ValType.I32);
    for (int type : types) {
      frame.add(ValType.isRef(type) ? ValType.I32 : type);
    }
  }

  /** Pushes a number and the values, each had by an instruction with an index. */
  void push(ByteSink code, int number, IntUnaryOperator opcode, IntUnaryOperator index) {
    code.u8(Opcodes.I32_CONST);
    code.s64(number);
    for (int i = 0; i < types.size(); i++) {
      code.u8(opcode.applyAsInt(i));
      code.u32(index.applyAsInt(i));
      if (ValType.isRef(types.get(i))) {
        helpers.references().put(types.get(i), code);
      }
    }
    code.u8(Opcodes.CALL);
    code.u32(helpers.push(frame));
  }

  /** Pops the values into consecutive locals. */
  void pop(ByteSink code, int firstLocal) {
    helpers.pop(frame, i -> store(i - 1, code, firstLocal), code);
  }

  private void store(int value, ByteSink code, int firstLocal) {
    if (value < 0) {
      code.u8(Opcodes.DROP); // the number
      return;
    }
    if (ValType.isRef(types.get(value))) {
      helpers.references().take(types.get(value), code);
    }
    code.u8(Opcodes.LOCAL_SET);
    code.u32(firstLocal + value);
  }
}
