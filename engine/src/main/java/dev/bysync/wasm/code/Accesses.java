package dev.bysync.wasm.code;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the immediates of memory accesses and lane instructions may be (specification 3.4.7). */
final class Accesses {
  private static final Pattern MEMORY = Pattern.compile("(load|store|rmw|wait)(\\d+)(?:x(\\d))?");
  private static final Pattern SHAPE = Pattern.compile("^[if]\\d+x(\\d+)\\.");

  /** Binary logarithm of the bytes that are accessed. */
  private static final byte[] NATURAL = new byte[Opcodes.COUNT];

  /** Number of lanes that the lane index chooses from. */
  private static final byte[] LANES = new byte[Opcodes.COUNT];

  static {
    for (int opcode = 0; opcode < Opcodes.COUNT; opcode++) {
      if (Opcodes.exists(opcode)) {
        String name = Opcodes.name(opcode);
        switch (Opcodes.immediate(opcode)) {
          case MEMARG -> NATURAL[opcode] = (byte) log2(bytes(name));
          case MEMARG_LANE -> {
            NATURAL[opcode] = (byte) log2(bytes(name));
            LANES[opcode] = (byte) (16 / bytes(name));
          }
          case LANE -> {
            Matcher shape = SHAPE.matcher(name);
            LANES[opcode] = shape.find() ? Byte.parseByte(shape.group(1)) : 0;
          }
          default -> {}
        }
      }
    }
  }

  private Accesses() {}

  private static int bytes(String name) {
    Matcher access = MEMORY.matcher(name);
    if (access.find()) {
      String times = access.group(3);
      return Integer.parseInt(access.group(2)) / 8 * (times == null ? 1 : Integer.parseInt(times));
    }
    if (name.startsWith("v128")) {
      return 16;
    }
    return name.startsWith("i64") || name.startsWith("f64") ? 8 : 4;
  }

  private static int log2(int bytes) {
    return Integer.numberOfTrailingZeros(bytes);
  }

  /** Binary logarithm of the bytes that are accessed. */
  static int natural(int opcode) {
    return NATURAL[opcode];
  }

  static boolean isAtomic(int opcode) {
    return Opcodes.prefix(opcode) == 0xFE;
  }

  /** What is wrong with the alignment, or nothing. */
  static String alignment(int opcode, int align) {
    if (isAtomic(opcode)) {
      return align == NATURAL[opcode] ? "" : "alignment of an atomic access must be natural";
    }
    return align <= NATURAL[opcode] ? "" : "alignment must not be larger than natural";
  }

  static boolean isLane(int opcode, long lane) {
    return lane < LANES[opcode];
  }
}
