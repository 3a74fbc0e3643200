package dev.bysync.wasm.module;

/** Matching of value, reference and heap types (specification 3.3). */
public final class Subtyping {
  private final Types types;

  public Subtyping(Types types) {
    this.types = types;
  }

  /** Whether a value of type {@code sub} can stand where {@code type} is expected. */
  public boolean matches(int sub, int type) {
    if (sub == type || sub == ValType.BOTTOM) {
      return true;
    }
    if (!ValType.isRef(sub) || !ValType.isRef(type)) {
      return false;
    }
    if (ValType.isNullable(sub) && !ValType.isNullable(type)) {
      return false;
    }
    return heapMatches(ValType.heap(sub), ValType.heap(type));
  }

  /** Whether heap type {@code sub} matches heap type {@code type} (specification 3.3.3). */
  public boolean heapMatches(int sub, int type) {
    if (sub == type) {
      return true;
    }
    if (!ValType.isAbstract(type)) {
      return ValType.isAbstract(sub) ? sub == bottomOf(type) : types.isSubtype(sub, type);
    }
    if (!ValType.isAbstract(sub)) {
      return heapMatches(shapeOf(sub), type);
    }
    return switch (type) {
      case ValType.ANY -> isAnyFamily(sub);
      case ValType.EQ -> isAnyFamily(sub) && sub != ValType.ANY;
      case ValType.I31, ValType.STRUCT, ValType.ARRAY -> sub == ValType.NONE;
      case ValType.FUNC -> sub == ValType.NOFUNC;
      case ValType.EXTERN -> sub == ValType.NOEXTERN;
      case ValType.EXN -> sub == ValType.NOEXN;
      case ValType.CONT -> sub == ValType.NOCONT;
      default -> false;
    };
  }

  private static boolean isAnyFamily(int heap) {
    return heap == ValType.ANY
        || heap == ValType.EQ
        || heap == ValType.I31
        || heap == ValType.STRUCT
        || heap == ValType.ARRAY
        || heap == ValType.NONE;
  }

  private int shapeOf(int index) {
    return switch (types.kind(index)) {
      case Types.FUNC -> ValType.FUNC;
      case Types.STRUCT -> ValType.STRUCT;
      case Types.ARRAY -> ValType.ARRAY;
      default -> ValType.CONT;
    };
  }

  private int bottomOf(int index) {
    return switch (types.kind(index)) {
      case Types.FUNC -> ValType.NOFUNC;
      case Types.STRUCT, Types.ARRAY -> ValType.NONE;
      default -> ValType.NOCONT;
    };
  }

  /** The top type of a heap type's hierarchy: any, func, extern, exn or cont. */
  public int top(int heap) {
    int shape = ValType.isAbstract(heap) ? heap : shapeOf(heap);
    return switch (shape) {
      case ValType.FUNC, ValType.NOFUNC -> ValType.FUNC;
      case ValType.EXTERN, ValType.NOEXTERN -> ValType.EXTERN;
      case ValType.EXN, ValType.NOEXN -> ValType.EXN;
      case ValType.CONT, ValType.NOCONT -> ValType.CONT;
      default -> ValType.ANY;
    };
  }
}
