package dev.bysync.bench.faults;

import dev.bysync.wasm.code.BodyTyper;
import dev.bysync.wasm.code.CodeReader;
import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.Module;

/** Heights of the operand stack in a body, and where its labels lead. */
final class Typing {
  private final Module module;
  private final Body body;

  /** By instruction: operands before it. */
  private final int[] heights;

  /** By what opens a block: operands below it, its parameters not counted; its arities. */
  private final int[] floors;

  private final int[] params;
  private final int[] results;
  private final int[] elses;

  Typing(Module module, Body body) {
    this.module = module;
    this.body = body;
    heights = new int[body.size()];
    floors = new int[body.size()];
    params = new int[body.size()];
    results = new int[body.size()];
    elses = new int[body.size()];
    BodyTyper typer = new BodyTyper(module);
    int number = body.function() - module.importedFunctionCount();
    CodeReader code = new CodeReader(module.bytes(), typer.begin(number), module.bodyEnd(number));
    for (int i = 0; i < body.size(); i++) {
      int opcode = code.next();
      heights[i] = typer.height();
      typer.step(code);
      if (opens(opcode)) {
        floors[i] = typer.frameHeight(typer.depth() - 1);
        params[i] = typer.paramCount(code.blockTypeIndex());
        results[i] = typer.resultCount(code.blockTypeIndex(), code.type());
      } else if (opcode == Opcodes.ELSE) {
        elses[body.opener(i)] = i;
      }
    }
  }

  private static boolean opens(int opcode) {
    return opcode == Opcodes.BLOCK
        || opcode == Opcodes.LOOP
        || opcode == Opcodes.IF
        || opcode == Opcodes.TRY
        || opcode == Opcodes.TRY_TABLE;
  }

  int height(int i) {
    return heights[i];
  }

  /** Where a branch to what an instruction opened leads; the body's size for a return. */
  int target(int opener) {
    if (opener == Body.WHOLE) {
      return body.size();
    }
    return body.at(opener).is(Opcodes.LOOP) ? opener + 1 : body.partner(opener) + 1;
  }

  /** Operands below what a branch takes along. */
  int floor(int opener) {
    return opener == Body.WHOLE ? 0 : floors[opener];
  }

  /** Operands that a branch takes along. */
  int arity(int opener) {
    if (opener == Body.WHOLE) {
      return module.types().resultCount(module.functionType(body.function()));
    }
    return body.at(opener).is(Opcodes.LOOP) ? params[opener] : results[opener];
  }

  /** Where an {@code if} leads when its condition is zero. */
  int otherwise(int opener) {
    return (elses[opener] > 0 ? elses[opener] : body.partner(opener)) + 1;
  }

  /** Whether an {@code if} or a branch, taken or not, leads to the same instruction. */
  boolean leadsOn(int i) {
    Instruction at = body.at(i);
    if (at.is(Opcodes.IF)) {
      return settle(i + 1) == settle(otherwise(i));
    }
    int opener = body.label(i, at.index());
    return settle(target(opener)) == settle(i + 1) && arity(opener) == 0;
  }

  /**
   * The first instruction at or behind a place that does more than lead on; the body's size for a
   * return.
   */
  int settle(int place) {
    int at = place;
    for (int steps = 0; steps < body.size() && at < body.size() - 1; steps++) {
      Instruction next = body.at(at);
      switch (next.opcode()) {
        case Opcodes.NOP, Opcodes.END, Opcodes.BLOCK -> at++;
        case Opcodes.ELSE -> at = body.partner(body.opener(at)) + 1;
        case Opcodes.BR -> at = target(body.label(at, next.index()));
        default -> {
          return at;
        }
      }
    }
    return at >= body.size() - 1 ? body.size() : at;
  }
}
