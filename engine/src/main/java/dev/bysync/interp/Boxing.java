package dev.bysync.interp;

import dev.bysync.wasm.module.ValType;
import org.jspecify.annotations.Nullable;

/** Boxed values to slots and back. */
final class Boxing {
  private Boxing() {}

  static @Nullable Object[] call(WasmFunction function, @Nullable Object[] args) {
    FunctionType type = function.type();
    if (args.length != type.paramCount()) {
      throw new IllegalArgumentException(args.length + " arguments for a function of type " + type);
    }
    long[] slots = new long[type.slots()];
    @Nullable Object[] refs = new Object[slots.length];
    int at = 0;
    for (int i = 0; i < args.length; i++) {
      at = put(function, type.param(i), args[i], slots, refs, at);
    }
    function.invoke(slots, refs);
    @Nullable Object[] results = new Object[type.resultCount()];
    at = 0;
    for (int i = 0; i < results.length; i++) {
      results[i] = take(type.result(i), slots, refs, at);
      at += type.result(i) == ValType.V128 ? 2 : 1;
    }
    return results;
  }

  private static int put(
      WasmFunction function,
      int type,
      @Nullable Object value,
      long[] slots,
      @Nullable Object[] refs,
      int at) {
    if (ValType.isRef(type)) {
      if (!function.type.space.isValue(value, type)) {
        throw mismatch(type, value);
      }
      refs[at] = value;
      return at + 1;
    }
    if (type == ValType.I32 && value instanceof Integer number) {
      slots[at] = number;
    } else if (type == ValType.I64 && value instanceof Long number) {
      slots[at] = number;
    } else if (type == ValType.F32 && value instanceof Float number) {
      slots[at] = Float.floatToRawIntBits(number);
    } else if (type == ValType.F64 && value instanceof Double number) {
      slots[at] = Double.doubleToRawLongBits(number);
    } else if (type == ValType.V128 && value instanceof V128 vector) {
      slots[at] = vector.low();
      slots[at + 1] = vector.high();
      return at + 2;
    } else {
      throw mismatch(type, value);
    }
    return at + 1;
  }

  private static IllegalArgumentException mismatch(int type, @Nullable Object value) {
    return new IllegalArgumentException("not a value of type " + ValType.name(type) + ": " + value);
  }

  private static @Nullable Object take(int type, long[] slots, @Nullable Object[] refs, int at) {
    return switch (type) {
      case ValType.I32 -> (int) slots[at];
      case ValType.I64 -> slots[at];
      case ValType.F32 -> Float.intBitsToFloat((int) slots[at]);
      case ValType.F64 -> Double.longBitsToDouble(slots[at]);
      case ValType.V128 -> new V128(slots[at], slots[at + 1]);
      default -> refs[at];
    };
  }
}
