package dev.bysync.wasm.code;

import dev.bysync.wasm.binary.ByteReader;
import dev.bysync.wasm.binary.Failure;
import dev.bysync.wasm.binary.WasmException;
import dev.bysync.wasm.module.ValType;
import java.util.Arrays;

/**
 * A cursor over instructions: {@link #next} decodes one and its immediates are read off the cursor
 * until the next call. Nothing is allocated per instruction.
 *
 * <p>Which accessor is meaningful follows from {@link Opcodes#immediate}; the table of {@link
 * Immediate} says what each instruction carries. The cursor knows nothing of nesting or types.
 */
public final class CodeReader {
  /**
   * By one-byte opcode, its short form: an instruction with at most one index or constant of one
   * byte, or an access with an offset of one byte to the first memory. Bits 0 to 15 are the bits of
   * the two bytes behind the opcode that must be clear, {@link #LONG} is set if there is no short
   * form, bits 20 and 21 are the length in bytes, and {@link #ACCESS} tells an access.
   */
  private static final int[] FORMS = new int[256];

  private static final int LONG = 1 << 16;
  private static final int LENGTH_SHIFT = 20;
  private static final int ACCESS_SHIFT = 22;
  private static final int ACCESS = 1 << ACCESS_SHIFT;

  /** Among the bits that must be clear: that the first immediate's one byte is its last. */
  private static final int ONE_BYTE = 0x80;

  private static final int BLOCK = LONG | 1 << 23;

  static {
    for (int opcode = 0; opcode < FORMS.length; opcode++) {
      Immediate kind = opcode < 0xFB ? Opcodes.immediateIfAny(opcode) : null;
      FORMS[opcode] = kind == null ? LONG : form(kind);
    }
  }

  private static int form(Immediate kind) {
    return switch (kind) {
      case NONE -> 1 << LENGTH_SHIFT;
      case LABEL, FUNC, TYPE, LOCAL, GLOBAL, TABLE, TAG, I32, I64 -> ONE_BYTE | 2 << LENGTH_SHIFT;
      case MEMARG -> 0x80C0 | 3 << LENGTH_SHIFT | ACCESS;
      case BLOCKTYPE -> BLOCK;
      default -> LONG;
    };
  }

  private final ByteReader in;
  private final byte[] bytes;
  private int position;
  private int limit;
  private int start;
  private int opcode;
  private int index;
  private int index2;
  private int type;
  private int type2;
  private int align;
  private long literal;
  private int[] list = new int[16];
  private int listSize;

  public CodeReader(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    in = new ByteReader(bytes, from, to);
    reset(from, to);
  }

  /** Moves the cursor to another range of the same bytes. */
  public void reset(int from, int to) {
    position = from;
    limit = to;
  }

  public boolean atEnd() {
    return position >= limit;
  }

  /** Offset of the current instruction. */
  public int start() {
    return start;
  }

  /** Offset behind the current instruction. */
  public int end() {
    return position;
  }

  /** The current instruction's dense opcode. */
  public int opcode() {
    return opcode;
  }

  /** The kind of the current instruction's immediates. */
  public Immediate immediate() {
    return Opcodes.immediate(opcode);
  }

  /** First index: label, function, type, local, global, table, memory, tag, segment. */
  public int index() {
    return index;
  }

  /** Second index: the table of an indirect call, a field, the source of a copy. */
  public int index2() {
    return index2;
  }

  /**
   * Value type of a block type, 0 if it has none; heap type of {@code ref.null}, {@code ref.test},
   * {@code ref.cast}; source heap type of {@code br_on_cast}.
   */
  public int type() {
    return type;
  }

  /** Target heap type of {@code br_on_cast}. */
  public int type2() {
    return type2;
  }

  /** Type index of a block type, -1 if it is given by a value type or empty. */
  public int blockTypeIndex() {
    return index;
  }

  /** Binary logarithm of a memory access's alignment; flags of {@code br_on_cast}. */
  public int align() {
    return align;
  }

  /**
   * A constant's bits; a memory access's offset; a lane; for 16-byte immediates the offset of the
   * first byte in the module.
   */
  public long literal() {
    return literal;
  }

  /**
   * Length of {@link #list}: labels of br_table (default last), types of select, 3 ints a clause.
   */
  public int listSize() {
    return listSize;
  }

  /**
   * An entry of the list: a label; a value type; of try_table, in threes, a clause's kind (0 catch,
   * 1 catch_ref, 2 catch_all, 3 catch_all_ref), tag (-1 if none) and label; of resume, a handler's
   * kind (0 label, 1 switch), tag and label (-1 if none).
   */
  public int list(int at) {
    return list[at];
  }

  /** Decodes the next instruction and returns its dense opcode. */
  public int next() {
    int at = position;
    start = at;
    if (at + 2 < limit) {
      int code = bytes[at] & 0xFF;
      int first = bytes[at + 1];
      int second = bytes[at + 2];
      int form = FORMS[code];
      if ((((first & 0xFF) | (second << 8) | LONG) & form & (LONG | 0xFFFF)) == 0) {
        // without branches, which would be mispredicted: fields that the form lacks hold anything
        int access = -(form >>> ACCESS_SHIFT);
        index = first & ~access;
        align = first;
        literal = (second & access) | ((first << 25 >> 25) & ~access);
        position = at + ((form >>> LENGTH_SHIFT) & 3);
        opcode = code;
        return code;
      }
    }
    return at + 3 < limit && isMiddle(at) ? opcode : read();
  }

  /**
   * Decodes an instruction of a form that is also frequent: an index or constant of two bytes, an
   * access with an offset of two bytes, a block without a type or of one number. Gives false if it
   * is none.
   */
  private boolean isMiddle(int at) {
    int code = bytes[at] & 0xFF;
    int first = bytes[at + 1];
    int second = bytes[at + 2];
    int form = FORMS[code];
    if ((form & ONE_BYTE) == ONE_BYTE && (form & ACCESS) == 0) {
      if (second < 0) {
        return false;
      }
      index = (first & 0x7F) | second << 7;
      literal = (long) index << 50 >> 50;
      position = at + 3;
    } else if ((form & ACCESS) != 0) {
      int third = bytes[at + 3];
      if ((first & 0xC0) != 0 || third < 0) {
        return false;
      }
      align = first;
      index = 0;
      literal = (second & 0x7F) | third << 7;
      position = at + 4;
    } else if (form == BLOCK && (first == 0x40 || first >= ValType.V128)) {
      type = first == 0x40 ? 0 : first;
      index = -1;
      position = at + 2;
    } else {
      return false;
    }
    opcode = code;
    return true;
  }

  /**
   * Decodes up to the next instruction whose opcode is wanted; the cursor is at it then.
   *
   * @param wanted by dense opcode
   * @return its opcode, or -1 at the end
   */
  public int next(boolean[] wanted) {
    while (true) {
      int at = position;
      while (at + 2 < limit) {
        int code = bytes[at] & 0xFF;
        int form = FORMS[code];
        int behind = (bytes[at + 1] & 0xFF) | (bytes[at + 2] << 8) | LONG;
        if ((behind & form & (LONG | 0xFFFF)) != 0 || wanted[code]) {
          break;
        }
        at += (form >>> LENGTH_SHIFT) & 3;
      }
      position = at;
      if (at >= limit) {
        return -1;
      }
      int code = next();
      if (wanted[code]) {
        return code;
      }
    }
  }

  /** Decodes an instruction of any form. */
  private int read() {
    in.reset(start, limit);
    int code = in.u8();
    if (code >= 0xFB && code <= 0xFE) {
      code = Opcodes.dense(code, in.u32());
    }
    Immediate kind = Opcodes.immediateIfAny(code);
    if (kind == null) {
      throw illegal();
    }
    opcode = code;
    readImmediate(kind);
    position = in.position();
    return code;
  }

  private WasmException illegal() {
    in.reset(start, limit);
    int code = in.u8();
    String sub = code >= 0xFB ? " %x".formatted(Integer.toUnsignedLong(in.u32())) : "";
    return new WasmException(
        Failure.MALFORMED, start, "illegal opcode %02x%s".formatted(code, sub));
  }

  private void readImmediate(Immediate kind) {
    switch (kind) {
      case LABEL, FUNC, TYPE, LOCAL, GLOBAL, TABLE, TAG, MEMORY, DATA, ELEM -> index = in.index();
      case CALL_INDIRECT,
          TYPE_FIELD,
          TYPE_COUNT,
          TYPE_DATA,
          TYPE_ELEM,
          TYPE_TYPE,
          TYPE_TAG,
          DATA_MEMORY,
          ELEM_TABLE,
          MEMORY_MEMORY,
          TABLE_TABLE -> {
        index = in.index();
        index2 = in.index();
      }
      case MEMARG -> readMemarg();
      case MEMARG_LANE -> {
        readMemarg();
        index2 = in.u8();
      }
      case I32 -> literal = in.s32();
      case I64 -> literal = in.s64();
      case F32 -> literal = in.fixed32();
      case F64 -> literal = in.fixed64();
      case V128, SHUFFLE -> literal = in.skip(16);
      case LANE -> literal = in.u8();
      case BLOCKTYPE -> readBlockType();
      case HEAPTYPE -> type = ValType.readHeap(in);
      case BR_TABLE -> readLabels();
      case VALTYPES -> readValTypes();
      case TRY_TABLE -> readTryTable();
      case BR_ON_CAST -> readCast();
      case FENCE -> readFence();
      case RESUME -> {
        index = in.index();
        readHandlers();
      }
      case RESUME_THROW -> {
        index = in.index();
        index2 = in.index();
        readHandlers();
      }
      case NONE -> {}
    }
  }

  /** Alignment, memory index if bit 6 is set, offset (specification 5.4.6). */
  private void readMemarg() {
    int at = in.position();
    int flags = in.u32();
    if (flags < 0 || flags >= 128) {
      throw new WasmException(Failure.MALFORMED, at, "malformed memop flags");
    }
    align = flags & 63;
    index = (flags & 64) != 0 ? in.index() : 0;
    literal = in.u64();
  }

  private void readBlockType() {
    type = 0;
    index = -1;
    int at = in.position();
    int b = in.peek();
    if (b == 0x40) {
      in.u8();
    } else if (b >= 0x60 && b < 0x80) {
      type = ValType.read(in);
    } else {
      long code = in.s33();
      if (code < 0 || code >= ValType.ABSTRACT) {
        throw new WasmException(Failure.MALFORMED, at, "malformed block type");
      }
      index = (int) code;
    }
  }

  private void ensureList(int size) {
    listSize = size;
    if (size > list.length) {
      list = Arrays.copyOf(list, Math.max(size, list.length * 2));
    }
  }

  private void readLabels() {
    int count = in.count();
    ensureList(count + 1);
    for (int i = 0; i <= count; i++) {
      list[i] = in.index();
    }
  }

  private void readValTypes() {
    ensureList(in.count());
    for (int i = 0; i < listSize; i++) {
      list[i] = ValType.read(in);
    }
  }

  private void readTryTable() {
    readBlockType();
    int clauses = in.count();
    ensureList(Math.multiplyExact(clauses, 3));
    for (int i = 0; i < listSize; i += 3) {
      int at = in.position();
      int kind = in.u8();
      if (kind > 3) {
        throw new WasmException(Failure.MALFORMED, at, "malformed catch clause " + kind);
      }
      list[i] = kind;
      list[i + 1] = kind < 2 ? in.index() : -1;
      list[i + 2] = in.index();
    }
  }

  private void readHandlers() {
    int handlers = in.count();
    ensureList(Math.multiplyExact(handlers, 3));
    for (int i = 0; i < listSize; i += 3) {
      int at = in.position();
      int kind = in.u8();
      if (kind > 1) {
        throw new WasmException(Failure.MALFORMED, at, "malformed handler " + kind);
      }
      list[i] = kind;
      list[i + 1] = in.index();
      list[i + 2] = kind == 0 ? in.index() : -1;
    }
  }

  private void readCast() {
    int at = in.position();
    align = in.u8();
    if (align > 3) {
      throw new WasmException(Failure.MALFORMED, at, "malformed br_on_cast flags");
    }
    index = in.index();
    type = ValType.readHeap(in);
    type2 = ValType.readHeap(in);
  }

  private void readFence() {
    int at = in.position();
    if (in.u8() != 0) {
      throw new WasmException(Failure.MALFORMED, at, "zero byte expected");
    }
  }
}
