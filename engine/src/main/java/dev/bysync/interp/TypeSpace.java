package dev.bysync.interp;

import dev.bysync.wasm.binary.ByteSink;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.SectionId;
import dev.bysync.wasm.module.Subtyping;
import dev.bysync.wasm.module.Types;
import dev.bysync.wasm.module.ValType;
import org.jspecify.annotations.Nullable;

/** The types of a module at run time: matching across modules, and of values. */
final class TypeSpace {
  /** Of hosts: no defined types. */
  static final TypeSpace EMPTY = new TypeSpace(Types.none());

  final Types types;
  private final Subtyping subtyping;
  private final DefinedType[] defined;

  TypeSpace(Types types) {
    this.types = types;
    subtyping = new Subtyping(types);
    defined = new TypeDigests(this).define();
  }

  /** The type of a host function: a final type in a recursion group of its own. */
  static DefinedType define(FunctionType type) {
    ByteSink content = new ByteSink();
    content.u32(1);
    content.u8(Types.FUNC);
    write(type.params(), content);
    write(type.results(), content);
    ByteSink module = new ByteSink();
    module.fixed32(0x6D736100);
    module.fixed32(1);
    module.u8(SectionId.TYPE);
    module.sized(content);
    return new TypeSpace(Module.read(module.toByteArray()).types()).defined(0);
  }

  private static void write(int[] types, ByteSink out) {
    out.u32(types.length);
    for (int type : types) {
      checkHostType(type);
      ValType.write(out, type);
    }
  }

  DefinedType defined(int index) {
    return defined[index];
  }

  static void checkHostType(int type) {
    boolean abstractRef = ValType.isRef(type) && ValType.isAbstract(ValType.heap(type));
    if (!ValType.isNumber(type) && !abstractRef) {
      throw new IllegalArgumentException("not a type that a host can name: " + type);
    }
  }

  /** Whether type {@code sub} of another module matches this module's {@code type}. */
  boolean accepts(int type, TypeSpace from, int sub) {
    if (!ValType.isRef(type) || !ValType.isRef(sub)) {
      return type == sub;
    }
    if (ValType.isNullable(sub) && !ValType.isNullable(type)) {
      return false;
    }
    int heap = ValType.heap(type);
    int subHeap = ValType.heap(sub);
    if (ValType.isAbstract(heap)) {
      return from.subtyping.heapMatches(subHeap, heap);
    }
    if (ValType.isAbstract(subHeap)) {
      return subtyping.heapMatches(subHeap, heap);
    }
    return from.defined[subHeap].isSubtypeOf(defined[heap]);
  }

  /** Whether both are the same type. */
  boolean same(int type, TypeSpace from, int other) {
    return accepts(type, from, other) && from.accepts(other, this, type);
  }

  /** Whether a value that isn't null is of a heap type. */
  boolean isOf(Object value, int heap) {
    if (!ValType.isAbstract(heap)) {
      DefinedType type = typeOf(value);
      return type != null && type.isSubtypeOf(defined[heap]);
    }
    return switch (heap) {
      case ValType.ANY, ValType.EXTERN -> true;
      case ValType.FUNC -> value instanceof WasmFunction;
      case ValType.EXN -> value instanceof WasmThrow;
      case ValType.EQ ->
          value instanceof I31 || value instanceof StructRef || value instanceof ArrayRef;
      case ValType.I31 -> value instanceof I31;
      case ValType.STRUCT -> value instanceof StructRef;
      case ValType.ARRAY -> value instanceof ArrayRef;
      default -> false;
    };
  }

  private static @Nullable DefinedType typeOf(Object value) {
    if (value instanceof StructRef struct) {
      return struct.type;
    }
    if (value instanceof ArrayRef array) {
      return array.type;
    }
    return value instanceof WasmFunction function ? function.type : null;
  }

  /** Whether a value of a host is of a value type. */
  boolean isValue(@Nullable Object value, int type) {
    if (value == null) {
      return ValType.isNullable(type);
    }
    return isOf(value, ValType.heap(type));
  }
}
