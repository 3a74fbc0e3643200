package dev.bysync.wasm.code;

import dev.bysync.wasm.module.Types;
import dev.bysync.wasm.module.ValType;

/** Types of the instructions on structs, arrays, i31 and casts (specification 3.4.6 to 3.4.9). */
final class AggregateTyper {
  private final BodyTyper typer;
  private final Types types;

  AggregateTyper(BodyTyper typer) {
    this.typer = typer;
    this.types = typer.types;
  }

  void step(int opcode, CodeReader code) {
    switch (opcode) {
      case Opcodes.REF_EQ -> {
        typer.pop(ValType.ref(ValType.EQ, true));
        typer.pop(ValType.ref(ValType.EQ, true));
        typer.push(ValType.I32);
      }
      case Opcodes.STRUCT_NEW -> {
        int type = struct(code);
        for (int i = types.fieldCount(type) - 1; i >= 0; i--) {
          typer.pop(unpacked(types.field(type, i)));
        }
        typer.push(ValType.ref(type, false));
      }
      case Opcodes.STRUCT_NEW_DEFAULT -> {
        int type = struct(code);
        for (int i = 0; i < types.fieldCount(type); i++) {
          checkDefault(types.field(type, i));
        }
        typer.push(ValType.ref(type, false));
      }
      case Opcodes.STRUCT_GET, Opcodes.STRUCT_GET_S, Opcodes.STRUCT_GET_U -> {
        int type = struct(code);
        int field = field(type, code.index2());
        checkPacked(field, opcode != Opcodes.STRUCT_GET);
        typer.pop(ValType.ref(type, true));
        typer.push(unpacked(field));
      }
      case Opcodes.STRUCT_SET -> {
        int type = struct(code);
        int field = field(type, code.index2());
        typer.check(types.isMutable(type, code.index2()), "immutable field");
        typer.pop(unpacked(field));
        typer.pop(ValType.ref(type, true));
      }
      case Opcodes.REF_TEST, Opcodes.REF_TEST_NULL -> {
        popTop(code.type());
        typer.push(ValType.I32);
      }
      case Opcodes.REF_CAST, Opcodes.REF_CAST_NULL -> {
        popTop(code.type());
        typer.push(ValType.ref(code.type(), opcode == Opcodes.REF_CAST_NULL));
      }
      case Opcodes.BR_ON_CAST, Opcodes.BR_ON_CAST_FAIL -> cast(opcode, code);
      case Opcodes.ANY_CONVERT_EXTERN -> convert(ValType.EXTERN, ValType.ANY);
      case Opcodes.EXTERN_CONVERT_ANY -> convert(ValType.ANY, ValType.EXTERN);
      case Opcodes.REF_I31 -> {
        typer.pop(ValType.I32);
        typer.push(ValType.ref(ValType.I31, false));
      }
      case Opcodes.I31_GET_S, Opcodes.I31_GET_U -> {
        typer.pop(ValType.ref(ValType.I31, true));
        typer.push(ValType.I32);
      }
      default -> stepArray(opcode, code);
    }
  }

  private void stepArray(int opcode, CodeReader code) {
    if (opcode == Opcodes.ARRAY_LEN) {
      typer.pop(ValType.ref(ValType.ARRAY, true));
      typer.push(ValType.I32);
      return;
    }
    int type = array(code.index());
    int storage = types.field(type, 0);
    int element = unpacked(storage);
    switch (opcode) {
      case Opcodes.ARRAY_NEW -> {
        typer.pop(ValType.I32);
        typer.pop(element);
        typer.push(ValType.ref(type, false));
      }
      case Opcodes.ARRAY_NEW_DEFAULT -> {
        checkDefault(storage);
        typer.pop(ValType.I32);
        typer.push(ValType.ref(type, false));
      }
      case Opcodes.ARRAY_NEW_FIXED -> {
        typer.check(
            code.index2() <= typer.height() || typer.isDead(),
            "type mismatch: array.new_fixed of more operands than there are");
        int count = Math.min(code.index2(), typer.height());
        for (int i = 0; i < count; i++) {
          typer.pop(element);
        }
        typer.push(ValType.ref(type, false));
      }
      case Opcodes.ARRAY_NEW_DATA, Opcodes.ARRAY_NEW_ELEM -> {
        checkSegment(opcode == Opcodes.ARRAY_NEW_DATA, storage, code.index2());
        typer.pop(ValType.I32);
        typer.pop(ValType.I32);
        typer.push(ValType.ref(type, false));
      }
      case Opcodes.ARRAY_GET, Opcodes.ARRAY_GET_S, Opcodes.ARRAY_GET_U -> {
        checkPacked(storage, opcode != Opcodes.ARRAY_GET);
        typer.pop(ValType.I32);
        typer.pop(ValType.ref(type, true));
        typer.push(element);
      }
      case Opcodes.ARRAY_SET -> {
        checkMutable(type);
        typer.pop(element);
        typer.pop(ValType.I32);
        typer.pop(ValType.ref(type, true));
      }
      case Opcodes.ARRAY_FILL -> {
        checkMutable(type);
        typer.pop(ValType.I32);
        typer.pop(element);
        typer.pop(ValType.I32);
        typer.pop(ValType.ref(type, true));
      }
      case Opcodes.ARRAY_COPY -> {
        checkMutable(type);
        int source = array(code.index2());
        typer.check(storageMatches(types.field(source, 0), storage), "array types do not match");
        typer.pop(ValType.I32);
        typer.pop(ValType.I32);
        typer.pop(ValType.ref(source, true));
        typer.pop(ValType.I32);
        typer.pop(ValType.ref(type, true));
      }
      default -> {
        checkMutable(type);
        checkSegment(opcode == Opcodes.ARRAY_INIT_DATA, storage, code.index2());
        typer.pop(ValType.I32);
        typer.pop(ValType.I32);
        typer.pop(ValType.I32);
        typer.pop(ValType.ref(type, true));
      }
    }
  }

  private void checkSegment(boolean data, int storage, int segment) {
    if (data) {
      typer.checkData(segment);
      typer.check(!ValType.isRef(storage), "array type is not numeric or vector");
    } else {
      typer.checkElement(segment);
      typer.check(
          typer.subtyping.matches(typer.module.elements().get(segment).type(), storage),
          "type mismatch: segment and array hold different types");
    }
  }

  private void cast(int opcode, CodeReader code) {
    int source = ValType.ref(typer.checkHeap(code.type()), (code.align() & 1) != 0);
    int target = ValType.ref(typer.checkHeap(code.type2()), (code.align() & 2) != 0);
    typer.check(typer.subtyping.matches(target, source), "type mismatch: br_on_cast to no subtype");
    int rest = ValType.isNullable(target) ? source & ~ValType.NULL : source;
    int taken = opcode == Opcodes.BR_ON_CAST ? target : rest;
    typer.pop(source);
    typer.push(taken);
    typer.popLabel(code.index());
    typer.pushLabel(code.index());
    typer.check(typer.labelArity(code.index()) > 0, "type mismatch: the label takes no reference");
    typer.pop();
    typer.push(opcode == Opcodes.BR_ON_CAST ? rest : target);
  }

  private void convert(int from, int to) {
    int type = typer.pop(ValType.ref(from, true));
    typer.push(ValType.ref(to, type != ValType.BOTTOM && ValType.isNullable(type)));
  }

  private void popTop(int heap) {
    typer.pop(ValType.ref(typer.subtyping.top(typer.checkHeap(heap)), true));
  }

  private int struct(CodeReader code) {
    int type = code.index();
    if (type >= types.size() || types.kind(type) != Types.STRUCT) {
      throw typer.invalid("unknown type " + type + ": no struct type");
    }
    return type;
  }

  private int array(int type) {
    if (type >= types.size() || types.kind(type) != Types.ARRAY) {
      throw typer.invalid("unknown type " + type + ": no array type");
    }
    return type;
  }

  private int field(int type, int field) {
    typer.checkIndex(field, types.fieldCount(type), "unknown field");
    return types.field(type, field);
  }

  private void checkMutable(int type) {
    typer.check(types.isMutable(type, 0), "immutable array");
  }

  private void checkPacked(int storage, boolean extending) {
    typer.check(isPacked(storage) == extending, "type mismatch: packed field and plain access");
  }

  private void checkDefault(int storage) {
    typer.check(
        !ValType.isRef(storage) || ValType.isNullable(storage), "field type is not defaultable");
  }

  private boolean storageMatches(int sub, int type) {
    return sub == type || (!isPacked(sub) && !isPacked(type) && typer.subtyping.matches(sub, type));
  }

  private static boolean isPacked(int storage) {
    return storage == ValType.I8 || storage == ValType.I16;
  }

  private static int unpacked(int storage) {
    return isPacked(storage) ? ValType.I32 : storage;
  }
}
