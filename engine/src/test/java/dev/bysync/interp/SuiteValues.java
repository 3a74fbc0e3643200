package dev.bysync.interp;

import dev.bysync.wasm.module.ValType;
import dev.bysync.wasm.text.SuiteScript;
import dev.bysync.wasm.text.SuiteScript.Nan;
import dev.bysync.wasm.text.SuiteScript.Pattern;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Arguments and expected results of scripts. */
final class SuiteValues {
  /** A reference of the host's. */
  private record Host(long number) {}

  private SuiteValues() {}

  /** Puts an argument into its slots and returns the next slot. */
  static int put(Pattern value, long[] slots, @Nullable Object[] refs, int at) {
    switch (value.type()) {
      case "i32", "f32" -> slots[at] = (int) (long) value.bits().get(0);
      case "i64", "f64" -> slots[at] = value.bits().get(0);
      case "v128" -> {
        System.arraycopy(SuiteScript.halves(value), 0, slots, at, 2);
        return at + 2;
      }
      case "ref.extern", "ref.host" -> refs[at] = new Host(value.bits().get(0));
      case "ref.null" -> refs[at] = null;
      default -> throw new IllegalArgumentException("argument " + value);
    }
    return at + 1;
  }

  /** Compares results; empty if they are as expected. */
  static String compare(
      FunctionType type, List<Pattern> expected, long[] slots, @Nullable Object[] refs) {
    if (type.resultCount() != expected.size()) {
      return type.resultCount() + " results";
    }
    int at = 0;
    for (int i = 0; i < expected.size(); i++) {
      int result = type.result(i);
      if (!matches(expected.get(i), result, slots, refs, at)) {
        return "result %d is %s %s, not %s"
            .formatted(i, Long.toHexString(slots[at]), refs[at], expected.get(i));
      }
      at += result == ValType.V128 ? 2 : 1;
    }
    return "";
  }

  private static boolean matches(
      Pattern expected, int type, long[] slots, @Nullable Object[] refs, int at) {
    return switch (expected.type()) {
      case "either" ->
          expected.choices().stream().anyMatch(one -> matches(one, type, slots, refs, at));
      case "i32" -> type == ValType.I32 && slots[at] == (int) (long) expected.bits().get(0);
      case "i64" -> type == ValType.I64 && slots[at] == expected.bits().get(0);
      case "f32", "f64" ->
          type == (expected.type().equals("f32") ? ValType.F32 : ValType.F64)
              && isNumber(expected, 0, slots[at], expected.type().equals("f32") ? 32 : 64);
      case "v128" -> type == ValType.V128 && isVector(expected, slots, at);
      default -> ValType.isRef(type) && isReference(expected, refs[at]);
    };
  }

  private static boolean isVector(Pattern expected, long[] slots, int at) {
    String shape = expected.shape();
    int width = Integer.parseInt(shape.substring(1, shape.indexOf('x')));
    for (int lane = 0; lane < 128 / width; lane++) {
      long half = slots[at + lane * width / 64];
      long bits = half >>> lane * width % 64;
      if (!isNumber(expected, lane, bits, width)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isNumber(Pattern expected, int lane, long bits, int width) {
    long mask = width == 64 ? -1 : (1L << width) - 1;
    long quiet = width == 32 ? 0x7FC00000L : 0x7FF8000000000000L;
    long magnitude = width == 32 ? 0x7FFFFFFFL : Long.MAX_VALUE;
    Nan nan = expected.nans().get(lane);
    return switch (nan) {
      case NONE -> ((bits ^ expected.bits().get(lane)) & mask) == 0;
      case CANONICAL -> (bits & magnitude) == quiet;
      case ARITHMETIC -> (bits & quiet) == quiet;
    };
  }

  private static boolean isReference(Pattern expected, @Nullable Object ref) {
    return switch (expected.type()) {
      case "ref.null" -> ref == null;
      case "ref.extern", "ref.host" ->
          ref != null && (!expected.specific() || ref.equals(new Host(expected.bits().get(0))));
      case "ref.func" -> ref instanceof WasmFunction;
      case "ref.i31" -> ref instanceof I31;
      case "ref.struct" -> ref instanceof StructRef;
      case "ref.array" -> ref instanceof ArrayRef;
      case "ref.exn" -> ref instanceof WasmThrow;
      case "ref.eq" -> ref instanceof I31 || ref instanceof StructRef || ref instanceof ArrayRef;
      case "ref.any" -> ref != null;
      default -> throw new IllegalArgumentException("expected " + expected);
    };
  }
}
