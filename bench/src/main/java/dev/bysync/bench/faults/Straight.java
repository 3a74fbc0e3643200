package dev.bysync.bench.faults;

import dev.bysync.wasm.code.CodeReader;
import dev.bysync.wasm.code.Immediate;
import dev.bysync.wasm.code.Opcodes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Executes a few instructions without branches on symbols: what they leave on the operand stack and
 * in locals, and what they do besides, in order. Two forms with equal symbols do the same from any
 * state.
 */
final class Straight {
  static final int FALLS_THROUGH = -1;
  static final int RETURNS = -2;

  private final Subject subject;
  private final List<String> stack = new ArrayList<>();
  private final Map<Integer, String> locals = new HashMap<>();
  private final List<String> effects = new ArrayList<>();
  private int taken;
  private boolean known = true;

  /** The depth of the branch that ends it, or what {@link #exit} says. */
  private int exit = FALLS_THROUGH;

  Straight(Subject subject, byte[] bytes, int from, int to) {
    this.subject = subject;
    CodeReader code = new CodeReader(bytes, from, to);
    while (known && exit == FALLS_THROUGH && !code.atEnd()) {
      code.next();
      step(code);
    }
  }

  /** Whether all instructions were known. */
  boolean isKnown() {
    return known;
  }

  /** The depth of the branch at its end; {@link #FALLS_THROUGH}, {@link #RETURNS}. */
  int exit() {
    return exit;
  }

  /** All that can be seen besides operands and locals. */
  List<String> effects() {
    return effects;
  }

  /** Operands that were taken off the stack before. */
  int taken() {
    return taken;
  }

  /** Operands in their place. */
  int left() {
    return stack.size();
  }

  /** The symbol of an operand, counted from the top; those below were there before. */
  String operand(int fromTop) {
    int index = stack.size() - 1 - fromTop;
    return index >= 0 ? stack.get(index) : "S" + (taken - index - 1);
  }

  boolean writes(int local) {
    return locals.containsKey(local);
  }

  String local(int local) {
    return locals.getOrDefault(local, "L" + local);
  }

  private String pop() {
    return stack.isEmpty() ? "S" + taken++ : stack.remove(stack.size() - 1);
  }

  private List<String> pop(int count) {
    List<String> operands = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      operands.add(0, pop());
    }
    return operands;
  }

  private void step(CodeReader code) {
    int opcode = code.opcode();
    switch (opcode) {
      case Opcodes.NOP -> {}
      case Opcodes.LOCAL_GET -> stack.add(local(code.index()));
      case Opcodes.LOCAL_SET -> locals.put(code.index(), pop());
      case Opcodes.LOCAL_TEE -> {
        locals.put(code.index(), pop());
        stack.add(local(code.index()));
      }
      case Opcodes.DROP -> pop();
      case Opcodes.BR -> exit = code.index();
      case Opcodes.RETURN -> exit = RETURNS;
      case Opcodes.GLOBAL_GET -> stack.add("G" + code.index() + "@" + effects.size());
      case Opcodes.GLOBAL_SET -> effects.add("global " + code.index() + " " + pop());
      case Opcodes.REF_NULL -> stack.add("null " + code.type());
      case Opcodes.CALL -> {
        effects.add("call " + code.index() + pop(subject.params(code.index())));
        for (int i = 0; i < subject.results(code.index()); i++) {
          stack.add("R" + effects.size() + "." + i);
        }
      }
      default -> plain(code, opcode);
    }
  }

  private void plain(CodeReader code, int opcode) {
    String effect = Opcodes.stack(opcode);
    Immediate kind = code.immediate();
    boolean isConstant =
        kind == Immediate.I32
            || kind == Immediate.I64
            || kind == Immediate.F32
            || kind == Immediate.F64;
    if (effect.equals("*") || !(isConstant || kind == Immediate.NONE || kind == Immediate.MEMARG)) {
      known = false;
      return;
    }
    int colon = effect.indexOf(':');
    String symbol = opcode + (kind == Immediate.NONE ? "" : " " + code.literal());
    if (kind == Immediate.MEMARG) {
      symbol += "/" + code.index();
    }
    symbol += pop(colon);
    boolean makes = colon + 1 < effect.length();
    if (!Flow.isPure(opcode)) {
      effects.add(symbol); // it may trap, or writes memory
      symbol += "@" + effects.size();
    }
    if (makes) {
      stack.add(symbol);
    }
  }
}
