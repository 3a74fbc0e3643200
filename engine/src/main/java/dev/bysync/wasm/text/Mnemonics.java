package dev.bysync.wasm.text;

import dev.bysync.wasm.binary.ByteSink;
import dev.bysync.wasm.code.Opcodes;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the text format derives from the opcode table: names to opcodes, default alignments. */
final class Mnemonics {
  private static final Map<String, Integer> OPCODES = new HashMap<>();
  private static final Pattern ACCESS =
      Pattern.compile("(?:load|store|rmw|wait)(?:(\\d+)(?:x(\\d+))?)?");

  static {
    for (int opcode = 0; opcode < Opcodes.COUNT; opcode++) {
      if (Opcodes.exists(opcode)) {
        OPCODES.putIfAbsent(Opcodes.name(opcode), opcode);
      }
    }
  }

  private Mnemonics() {}

  /**
   * The opcode of an instruction's name, or -1. Where instructions share a name it is the one of
   * the smallest code: {@code select}, {@code ref.test}, {@code ref.cast}.
   */
  static int opcode(String name) {
    return OPCODES.getOrDefault(name, -1);
  }

  /** Writes an opcode, with its prefix if it has one. */
  static void write(int opcode, ByteSink out) {
    int prefix = Opcodes.prefix(opcode);
    if (prefix == 0) {
      out.u8(opcode);
    } else {
      out.u8(prefix);
      out.u32(Opcodes.suffix(opcode));
    }
  }

  /** The natural alignment of a memory access, as the exponent of a power of two bytes. */
  static int naturalAlignment(int opcode) {
    String name = Opcodes.name(opcode);
    Matcher access = ACCESS.matcher(name);
    int bits;
    if (access.find() && access.group(1) != null) {
      int lanes = access.group(2) == null ? 1 : Integer.parseInt(access.group(2));
      bits = Integer.parseInt(access.group(1)) * lanes;
    } else if (name.startsWith("v128")) {
      bits = 128;
    } else {
      bits = name.startsWith("i64") || name.startsWith("f64") ? 64 : 32;
    }
    return Integer.numberOfTrailingZeros(bits / 8);
  }
}
