package dev.bysync.wasm.code;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The opcode table, read once from {@code opcodes.txt}.
 *
 * <p>An instruction is a small dense int: a one-byte opcode stands for itself, prefixed ones follow
 * in blocks, so that every property is an array lookup.
 *
 * <pre>
 *   0x000..0x0FF  one byte
 *   0x100..0x11F  FB, aggregates
 *   0x120..0x13F  FC, saturating truncation and bulk operations
 *   0x140..0x19F  FE, atomics
 *   0x1A0..0x2BF  FD, vectors
 * </pre>
 */
public final class Opcodes {
  /** Number of dense opcodes, used or not. */
  public static final int COUNT = 0x2C0;

  static final int FB = 0x100;
  static final int FC = 0x120;
  static final int FE = 0x140;
  static final int FD = 0x1A0;

  public static final int UNREACHABLE = 0x00;
  public static final int NOP = 0x01;
  public static final int BLOCK = 0x02;
  public static final int LOOP = 0x03;
  public static final int IF = 0x04;
  public static final int ELSE = 0x05;
  public static final int TRY = 0x06;
  public static final int CATCH = 0x07;
  public static final int THROW = 0x08;
  public static final int RETHROW = 0x09;
  public static final int THROW_REF = 0x0A;
  public static final int END = 0x0B;
  public static final int BR = 0x0C;
  public static final int BR_IF = 0x0D;
  public static final int BR_TABLE = 0x0E;
  public static final int RETURN = 0x0F;
  public static final int CALL = 0x10;
  public static final int CALL_INDIRECT = 0x11;
  public static final int RETURN_CALL = 0x12;
  public static final int RETURN_CALL_INDIRECT = 0x13;
  public static final int CALL_REF = 0x14;
  public static final int RETURN_CALL_REF = 0x15;
  public static final int DELEGATE = 0x18;
  public static final int CATCH_ALL = 0x19;
  public static final int DROP = 0x1A;
  public static final int SELECT = 0x1B;
  public static final int SELECT_T = 0x1C;
  public static final int TRY_TABLE = 0x1F;
  public static final int LOCAL_GET = 0x20;
  public static final int LOCAL_SET = 0x21;
  public static final int LOCAL_TEE = 0x22;
  public static final int GLOBAL_GET = 0x23;
  public static final int GLOBAL_SET = 0x24;
  public static final int TABLE_GET = 0x25;
  public static final int TABLE_SET = 0x26;
  public static final int I32_LOAD = 0x28;
  public static final int I64_LOAD = 0x29;
  public static final int F32_LOAD = 0x2A;
  public static final int F64_LOAD = 0x2B;
  public static final int I32_STORE = 0x36;
  public static final int I64_STORE = 0x37;
  public static final int F32_STORE = 0x38;
  public static final int F64_STORE = 0x39;
  public static final int MEMORY_SIZE = 0x3F;
  public static final int MEMORY_GROW = 0x40;
  public static final int I32_CONST = 0x41;
  public static final int I64_CONST = 0x42;
  public static final int F32_CONST = 0x43;
  public static final int F64_CONST = 0x44;
  public static final int I32_EQZ = 0x45;
  public static final int I32_EQ = 0x46;
  public static final int I32_NE = 0x47;
  public static final int I32_LT_S = 0x48;
  public static final int I32_LT_U = 0x49;
  public static final int I32_GT_U = 0x4B;
  public static final int I32_LE_U = 0x4D;
  public static final int I64_LT_U = 0x54;
  public static final int I64_GT_U = 0x56;
  public static final int I64_LE_U = 0x58;
  public static final int I32_ADD = 0x6A;
  public static final int I32_SUB = 0x6B;
  public static final int I32_MUL = 0x6C;
  public static final int I32_SHL = 0x74;
  public static final int I64_ADD = 0x7C;
  public static final int I64_SUB = 0x7D;
  public static final int I64_MUL = 0x7E;
  public static final int I64_EXTEND_I32_U = 0xAD;
  public static final int REF_NULL = 0xD0;
  public static final int REF_IS_NULL = 0xD1;
  public static final int REF_FUNC = 0xD2;
  public static final int REF_EQ = 0xD3;
  public static final int REF_AS_NON_NULL = 0xD4;
  public static final int BR_ON_NULL = 0xD5;
  public static final int BR_ON_NON_NULL = 0xD6;
  public static final int CONT_NEW = 0xE0;
  public static final int CONT_BIND = 0xE1;
  public static final int SUSPEND = 0xE2;
  public static final int RESUME = 0xE3;
  public static final int RESUME_THROW = 0xE4;
  public static final int RESUME_THROW_REF = 0xE5;
  public static final int SWITCH = 0xE6;
  public static final int STRUCT_NEW = FB;
  public static final int STRUCT_NEW_DEFAULT = FB + 0x01;
  public static final int STRUCT_GET = FB + 0x02;
  public static final int STRUCT_GET_S = FB + 0x03;
  public static final int STRUCT_GET_U = FB + 0x04;
  public static final int STRUCT_SET = FB + 0x05;
  public static final int ARRAY_NEW = FB + 0x06;
  public static final int ARRAY_NEW_DEFAULT = FB + 0x07;
  public static final int ARRAY_NEW_FIXED = FB + 0x08;
  public static final int ARRAY_NEW_DATA = FB + 0x09;
  public static final int ARRAY_NEW_ELEM = FB + 0x0A;
  public static final int ARRAY_GET = FB + 0x0B;
  public static final int ARRAY_GET_S = FB + 0x0C;
  public static final int ARRAY_GET_U = FB + 0x0D;
  public static final int ARRAY_SET = FB + 0x0E;
  public static final int ARRAY_LEN = FB + 0x0F;
  public static final int ARRAY_FILL = FB + 0x10;
  public static final int ARRAY_COPY = FB + 0x11;
  public static final int ARRAY_INIT_DATA = FB + 0x12;
  public static final int ARRAY_INIT_ELEM = FB + 0x13;
  public static final int REF_TEST = FB + 0x14;
  public static final int REF_TEST_NULL = FB + 0x15;
  public static final int REF_CAST = FB + 0x16;
  public static final int REF_CAST_NULL = FB + 0x17;
  public static final int BR_ON_CAST = FB + 0x18;
  public static final int BR_ON_CAST_FAIL = FB + 0x19;
  public static final int ANY_CONVERT_EXTERN = FB + 0x1A;
  public static final int EXTERN_CONVERT_ANY = FB + 0x1B;
  public static final int REF_I31 = FB + 0x1C;
  public static final int I31_GET_S = FB + 0x1D;
  public static final int I31_GET_U = FB + 0x1E;
  public static final int MEMORY_INIT = FC + 0x08;
  public static final int DATA_DROP = FC + 0x09;
  public static final int MEMORY_COPY = FC + 0x0A;
  public static final int MEMORY_FILL = FC + 0x0B;
  public static final int TABLE_INIT = FC + 0x0C;
  public static final int ELEM_DROP = FC + 0x0D;
  public static final int TABLE_COPY = FC + 0x0E;
  public static final int TABLE_GROW = FC + 0x0F;
  public static final int TABLE_SIZE = FC + 0x10;
  public static final int TABLE_FILL = FC + 0x11;
  public static final int ATOMIC_FENCE = FE + 0x03;
  public static final int V128_LOAD = FD;
  public static final int V128_STORE = FD + 0x0B;
  public static final int V128_CONST = FD + 0x0C;

  private static final @Nullable String[] NAMES = new String[COUNT];
  private static final @Nullable Immediate[] IMMEDIATES = new Immediate[COUNT];
  private static final @Nullable String[] STACK = new String[COUNT];

  static {
    try (InputStream in = Objects.requireNonNull(Opcodes.class.getResourceAsStream("opcodes.txt"));
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.startsWith("#")) {
          addRow(line);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Opcodes() {}

  private static void addRow(String line) {
    String[] cells = line.trim().split(" +", -1);
    int prefix = cells[0].length() > 2 ? Integer.parseInt(cells[0].substring(0, 2), 16) : 0;
    int sub = Integer.parseInt(prefix == 0 ? cells[0] : cells[0].substring(2), 16);
    int opcode = prefix == 0 ? sub : dense(prefix, sub);
    NAMES[opcode] = cells[1].intern();
    IMMEDIATES[opcode] =
        cells[2].equals("-")
            ? Immediate.NONE
            : Immediate.valueOf(cells[2].toUpperCase(Locale.ROOT));
    STACK[opcode] = cells[3].intern();
  }

  /** The dense opcode of a prefixed one, or -1 if no block holds it. */
  public static int dense(int prefix, int sub) {
    return switch (prefix) {
      case 0xFB -> sub >= 0 && sub < 0x20 ? FB + sub : -1;
      case 0xFC -> sub >= 0 && sub < 0x20 ? FC + sub : -1;
      case 0xFD -> sub >= 0 && sub < 0x120 ? FD + sub : -1;
      case 0xFE -> sub >= 0 && sub < 0x60 ? FE + sub : -1;
      default -> -1;
    };
  }

  /** The prefix byte, or 0 for a one-byte opcode. */
  public static int prefix(int opcode) {
    if (opcode < FB) {
      return 0;
    }
    return opcode < FC ? 0xFB : opcode < FE ? 0xFC : opcode < FD ? 0xFE : 0xFD;
  }

  /** What follows the prefix byte as a u32; the opcode itself where there is no prefix. */
  public static int suffix(int opcode) {
    if (opcode < FB) {
      return opcode;
    }
    return opcode - (opcode < FC ? FB : opcode < FE ? FC : opcode < FD ? FE : FD);
  }

  /** True if the table has a row for this dense opcode. */
  public static boolean exists(int opcode) {
    return opcode >= 0 && opcode < COUNT && NAMES[opcode] != null;
  }

  /** The text format's name. {@code select} with types is named {@code select} there as well. */
  public static String name(int opcode) {
    String name = row(NAMES, opcode);
    return switch (opcode) {
      case SELECT_T -> "select";
      case REF_TEST_NULL -> "ref.test";
      case REF_CAST_NULL -> "ref.cast";
      default -> name;
    };
  }

  public static Immediate immediate(int opcode) {
    return row(IMMEDIATES, opcode);
  }

  /** The kind of an opcode's immediates; null if there is no such opcode. */
  static @Nullable Immediate immediateIfAny(int opcode) {
    return opcode < 0 ? null : IMMEDIATES[opcode];
  }

  /** Stack effect as in {@code opcodes.txt}: {@code ii:i}, or {@code *}. */
  public static String stack(int opcode) {
    return row(STACK, opcode);
  }

  private static <T> T row(@Nullable T[] column, int opcode) {
    T cell = column[opcode];
    if (cell == null) {
      throw new IllegalArgumentException("no opcode 0x" + Integer.toHexString(opcode));
    }
    return cell;
  }
}
