package dev.bysync.bench.faults;

import dev.bysync.wasm.code.CodeReader;
import dev.bysync.wasm.code.Opcodes;
import java.util.StringJoiner;

/** Instructions as text, for a reader of a table; labels are depths. */
final class Text {
  private static final int MOST = 6;

  private Text() {}

  /** The instructions of a range, separated by semicolons; nops that follow others are left out. */
  static String of(byte[] bytes, int from, int to) {
    StringJoiner text = new StringJoiner("; ");
    CodeReader code = new CodeReader(bytes, from, to);
    int count = 0;
    while (!code.atEnd()) {
      int opcode = code.next();
      if (opcode != Opcodes.NOP || count == 0) {
        if (count++ < MOST) {
          text.add(one(code));
        }
      }
    }
    return count > MOST ? text + " ..." : text.toString();
  }

  private static String one(CodeReader code) {
    StringBuilder text = new StringBuilder(Opcodes.name(code.opcode()));
    switch (code.immediate()) {
      case FUNC, LOCAL, GLOBAL, TABLE, TAG, LABEL, TYPE -> text.append(' ').append(code.index());
      case I32, I64 -> text.append(' ').append(code.literal());
      case F32 -> text.append(' ').append(Float.intBitsToFloat((int) code.literal()));
      case F64 -> text.append(' ').append(Double.longBitsToDouble(code.literal()));
      case MEMARG -> text.append(" offset=").append(code.literal());
      case BR_TABLE -> {
        for (int i = 0; i < Math.min(40, code.listSize()); i++) {
          text.append(' ').append(code.list(i));
        }
      }
      default -> {}
    }
    return text.toString();
  }
}
