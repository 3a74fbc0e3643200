package dev.bysync.asyncify;

import dev.bysync.wasm.binary.ByteSink;
import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.ValType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
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

  /** Pops the values into the locals from 0 on. */
  void pop(ByteSink code) {
    pop(code, ValType::isRef);
  }

  /**
   * Pops the values into the locals from 0 on.
   *
   * @param taken tells by its type whether a reference is taken out of its slot; of others the
   *     local gets the slot's number, an i32
   */
  void pop(ByteSink code, IntPredicate taken) {
    helpers.pop(frame, i -> store(i - 1, code, taken), code);
  }

  private void store(int value, ByteSink code, IntPredicate taken) {
    if (value < 0) {
      code.u8(Opcodes.DROP); // the number
      return;
    }
    int type = types.get(value);
    if (ValType.isRef(type) && taken.test(type)) {
      helpers.references().take(type, code);
    }
    code.u8(Opcodes.LOCAL_SET);
    code.u32(value);
  }
}
