package dev.bysync.wasm.module;

import dev.bysync.wasm.binary.ByteReader;
import dev.bysync.wasm.binary.ByteSink;
import dev.bysync.wasm.binary.Failure;
import dev.bysync.wasm.binary.WasmException;

/**
 * Value types, heap types and storage types as ints (specification 5.3.1 to 5.3.5).
 *
 * <pre>
 *   number, vector, packed   the byte itself: i32 = 0x7F ... v128 = 0x7B, i8 = 0x78, i16 = 0x77
 *   reference                REF | (nullable ? NULL : 0) | heap type
 *   heap type                ABSTRACT | byte for func (0x70), extern (0x6F), any (0x6E) ..., else a type index
 *   unknown, bottom          0, of unreachable code
 * </pre>
 */
public final class ValType {
  public static final int BOTTOM = 0;
  public static final int I32 = 0x7F;
  public static final int I64 = 0x7E;
  public static final int F32 = 0x7D;
  public static final int F64 = 0x7C;
  public static final int V128 = 0x7B;

  /** Storage types of fields only. */
  public static final int I8 = 0x78;

  public static final int I16 = 0x77;

  public static final int REF = 1 << 30;
  public static final int NULL = 1 << 29;
  public static final int ABSTRACT = 1 << 28;
  private static final int HEAP_MASK = NULL - 1;

  public static final int NOEXN = ABSTRACT | 0x74;
  public static final int NOFUNC = ABSTRACT | 0x73;
  public static final int NOEXTERN = ABSTRACT | 0x72;
  public static final int NONE = ABSTRACT | 0x71;
  public static final int FUNC = ABSTRACT | 0x70;
  public static final int EXTERN = ABSTRACT | 0x6F;
  public static final int ANY = ABSTRACT | 0x6E;
  public static final int EQ = ABSTRACT | 0x6D;
  public static final int I31 = ABSTRACT | 0x6C;
  public static final int STRUCT = ABSTRACT | 0x6B;
  public static final int ARRAY = ABSTRACT | 0x6A;
  public static final int EXN = ABSTRACT | 0x69;
  public static final int CONT = ABSTRACT | 0x68;
  public static final int NOCONT = ABSTRACT | 0x75;

  public static final int FUNCREF = REF | NULL | FUNC;
  public static final int EXTERNREF = REF | NULL | EXTERN;

  private ValType() {}

  public static boolean isRef(int type) {
    return (type & REF) != 0;
  }

  public static boolean isNullable(int type) {
    return (type & (REF | NULL)) == (REF | NULL);
  }

  /** Whether zero or null is a value of the type. */
  public static boolean isDefaultable(int type) {
    return (type & (REF | NULL)) != REF;
  }

  /** The type, made nullable if it is a reference type. */
  public static int nullable(int type) {
    return isRef(type) ? type | NULL : type;
  }

  /** The heap type of a reference type. */
  public static int heap(int refType) {
    return refType & HEAP_MASK;
  }

  public static int ref(int heapType, boolean nullable) {
    return REF | (nullable ? NULL : 0) | heapType;
  }

  public static boolean isAbstract(int heapType) {
    return (heapType & ABSTRACT) != 0;
  }

  public static boolean isNumber(int type) {
    return type >= V128 && type <= I32;
  }

  /** Reads a value type. */
  public static int read(ByteReader in) {
    int at = in.position();
    int b = in.u8();
    return of(b, in, at, false);
  }

  /** Reads a value type or a packed type. */
  public static int readStorage(ByteReader in) {
    int at = in.position();
    int b = in.u8();
    return of(b, in, at, true);
  }

  private static int of(int b, ByteReader in, int at, boolean packed) {
    if (isNumber(b)) {
      return b;
    }
    if (b == 0x63 || b == 0x64) {
      return ref(readHeap(in), b == 0x63);
    }
    if (isAbstractByte(b)) {
      return ref(ABSTRACT | b, true);
    }
    if (packed && (b == I8 || b == I16)) {
      return b;
    }
    throw new WasmException(
        Failure.MALFORMED, at, "malformed value type 0x" + Integer.toHexString(b));
  }

  /** Reads a reference type. */
  public static int readRef(ByteReader in) {
    int at = in.position();
    int type = read(in);
    if (!isRef(type)) {
      throw new WasmException(Failure.MALFORMED, at, "malformed reference type");
    }
    return type;
  }

  /** Reads a heap type: s33. */
  public static int readHeap(ByteReader in) {
    int at = in.position();
    long code = in.s33();
    if (code >= 0) {
      return checkIndex(code, at);
    }
    int b = (int) (code & 0x7F);
    if (code < -64 || !isAbstractByte(b)) {
      throw new WasmException(Failure.MALFORMED, at, "malformed heap type");
    }
    return ABSTRACT | b;
  }

  static int checkIndex(long index, int at) {
    if (index >= ABSTRACT) {
      throw new WasmException(Failure.INVALID, at, "unknown type " + index);
    }
    return (int) index;
  }

  private static boolean isAbstractByte(int b) {
    return b >= 0x68 && b <= 0x75;
  }

  /** Writes a value, storage or reference type in its shortest form. */
  public static void write(ByteSink out, int type) {
    if (!isRef(type)) {
      out.u8(type);
      return;
    }
    int heap = heap(type);
    if (isNullable(type) && isAbstract(heap)) {
      out.u8(heap & 0x7F);
      return;
    }
    out.u8(isNullable(type) ? 0x63 : 0x64);
    writeHeap(out, heap);
  }

  public static void writeHeap(ByteSink out, int heap) {
    if (isAbstract(heap)) {
      out.u8(heap & 0x7F);
    } else {
      out.s64(heap);
    }
  }

  /** The text format's form: {@code i32}, {@code funcref}, {@code (ref null 3)}. */
  public static String name(int type) {
    return switch (type) {
      case BOTTOM -> "unknown";
      case I32 -> "i32";
      case I64 -> "i64";
      case F32 -> "f32";
      case F64 -> "f64";
      case V128 -> "v128";
      case I8 -> "i8";
      case I16 -> "i16";
      default -> refName(type);
    };
  }

  private static String refName(int type) {
    int heap = heap(type);
    if (isNullable(type) && isAbstract(heap)) {
      return switch (heap) {
        case NONE -> "nullref";
        case NOFUNC -> "nullfuncref";
        case NOEXTERN -> "nullexternref";
        case NOEXN -> "nullexnref";
        case NOCONT -> "nullcontref";
        default -> heapName(heap) + "ref";
      };
    }
    return "(ref " + (isNullable(type) ? "null " : "") + heapName(heap) + ")";
  }

  /** The text format's form of a heap type: {@code func}, or a type index. */
  public static String heapName(int heap) {
    return switch (heap) {
      case NOEXN -> "noexn";
      case NOFUNC -> "nofunc";
      case NOEXTERN -> "noextern";
      case NONE -> "none";
      case FUNC -> "func";
      case EXTERN -> "extern";
      case ANY -> "any";
      case EQ -> "eq";
      case I31 -> "i31";
      case STRUCT -> "struct";
      case ARRAY -> "array";
      case EXN -> "exn";
      case CONT -> "cont";
      case NOCONT -> "nocont";
      default -> Integer.toString(heap);
    };
  }
}
