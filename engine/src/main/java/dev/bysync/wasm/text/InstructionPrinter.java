package dev.bysync.wasm.text;

import dev.bysync.wasm.binary.Failure;
import dev.bysync.wasm.binary.WasmException;
import dev.bysync.wasm.code.CodeReader;
import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.Module;
import java.util.Arrays;
import java.util.Map;

/** Prints instructions, one a line, in plain form; nesting is indentation. */
final class InstructionPrinter {
  /** Deeper nesting is not indented further: lines stay short whatever the module. */
  private static final int MAX_INDENT = 40;

  private final StringBuilder out;
  private final ImmediatePrinter immediates;
  private final CodeReader code;
  private final Identifiers none = new Identifiers(Map.of());

  /** The opcode that opened each block around, or its last {@code else}, {@code catch}. */
  private int[] open = new int[32];

  private int depth;

  InstructionPrinter(Module module, ImmediatePrinter immediates, StringBuilder out) {
    this.out = out;
    this.immediates = immediates;
    this.code = new CodeReader(module.bytes(), 0, 0);
  }

  /** Prints a function's instructions, without the final {@code end}. */
  void body(int from, int to, Identifiers locals) {
    code.reset(from, to);
    depth = 0;
    while (true) {
      int opcode = code.next();
      if (opcode == Opcodes.END && depth == 0) {
        break;
      }
      instruction(opcode, locals);
    }
    if (!code.atEnd()) {
      throw malformed("expected the end of the function body behind its last end");
    }
  }

  private void instruction(int opcode, Identifiers locals) {
    switch (opcode) {
      case Opcodes.END -> {
        depth--;
        line(opcode);
      }
      case Opcodes.ELSE -> {
        continueBlock(opcode, open[Math.max(0, depth - 1)] == Opcodes.IF);
      }
      case Opcodes.CATCH, Opcodes.CATCH_ALL -> {
        int opened = open[Math.max(0, depth - 1)];
        continueBlock(opcode, opened == Opcodes.TRY || opened == Opcodes.CATCH);
        immediates.print(code, locals, depth);
      }
      case Opcodes.DELEGATE -> {
        check(depth > 0 && open[depth - 1] == Opcodes.TRY, opcode);
        depth--;
        line(opcode);
        immediates.print(code, locals, depth);
      }
      case Opcodes.BLOCK, Opcodes.LOOP, Opcodes.IF, Opcodes.TRY, Opcodes.TRY_TABLE -> {
        line(opcode);
        immediates.print(code, locals, depth);
        push(opcode);
        out.append("  ;; @").append(depth);
      }
      default -> {
        line(opcode);
        immediates.print(code, locals, depth);
      }
    }
  }

  private void continueBlock(int opcode, boolean fits) {
    check(depth > 0 && fits, opcode);
    depth--;
    line(opcode);
    push(opcode);
  }

  private void check(boolean fits, int opcode) {
    if (!fits) {
      throw malformed("unexpected " + Opcodes.name(opcode) + " outside of its block");
    }
  }

  private WasmException malformed(String detail) {
    return new WasmException(Failure.MALFORMED, code.start(), detail);
  }

  private void push(int opcode) {
    if (depth == open.length) {
      open = Arrays.copyOf(open, depth * 2);
    }
    open[depth++] = opcode;
  }

  private void line(int opcode) {
    out.append('\n');
    out.append("  ".repeat(2 + Math.min(depth, MAX_INDENT)));
    out.append(Opcodes.name(opcode));
  }

  /**
   * Prints a constant expression behind a space: one instruction folded, more as {@code (word
   * ...)}.
   *
   * @param word the keyword for several instructions, or nothing where they may stand alone
   * @return the offset behind the expression
   */
  int constant(int from, int to, String word) {
    code.reset(from, to);
    int mark = out.length();
    int count = 0;
    while (code.next() != Opcodes.END) {
      out.append(' ').append(Opcodes.name(code.opcode()));
      immediates.print(code, none, 0);
      count++;
    }
    if (count == 1) {
      out.insert(mark + 1, '(').append(')');
    } else if (count == 0 && !word.isEmpty()) {
      out.append(" (").append(word).append(')');
    } else if (!word.isEmpty()) {
      out.insert(mark + 1, "(" + word + " ").append(')');
    }
    return code.end();
  }
}
