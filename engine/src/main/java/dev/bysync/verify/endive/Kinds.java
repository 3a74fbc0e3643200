package dev.bysync.verify.endive;

import dev.bysync.verify.machine.Signature;
import dev.bysync.verify.machine.ValueKind;
import java.util.ArrayList;
import java.util.List;
import run.endive.wasm.types.FunctionType;
import run.endive.wasm.types.ValType;

/** Endive's types as kinds of values. */
final class Kinds {
  private static final int NON_NULLABLE = 0x64;

  private Kinds() {}

  static ValueKind of(ValType type) {
    if (type.equals(ValType.I32)) {
      return ValueKind.I32;
    }
    if (type.equals(ValType.I64)) {
      return ValueKind.I64;
    }
    if (type.equals(ValType.F32)) {
      return ValueKind.F32;
    }
    if (type.equals(ValType.F64)) {
      return ValueKind.F64;
    }
    if (type.equals(ValType.V128)) {
      return ValueKind.V128;
    }
    if (type.opcode() != NON_NULLABLE) {
      return ValueKind.NULLABLE;
    }
    return type.typeIdx() == ValType.TypeIdxCode.EXTERN.code()
        ? ValueKind.EXTERNAL
        : ValueKind.REFERENCE;
  }

  static Signature of(FunctionType type) {
    return new Signature(of(type.params()), of(type.returns()));
  }

  private static List<ValueKind> of(List<ValType> types) {
    List<ValueKind> kinds = new ArrayList<>(types.size());
    for (ValType type : types) {
      kinds.add(of(type));
    }
    return kinds;
  }
}
