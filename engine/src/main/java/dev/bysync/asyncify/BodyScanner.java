package dev.bysync.asyncify;

import dev.bysync.analysis.Plan;
import dev.bysync.asyncify.AsyncifyOptions.Catches;
import dev.bysync.wasm.binary.Failure;
import dev.bysync.wasm.binary.WasmException;
import dev.bysync.wasm.code.BodyTyper;
import dev.bysync.wasm.code.CodeReader;
import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.IntArray;
import dev.bysync.wasm.module.Module;

/**
 * Reads a body into {@link BodyCode}: validates it, leaves out what can't be reached, finds the
 * sites and the constructs that hold them.
 */
final class BodyScanner {
  /** Stack values recorded for all sites and constructs of one body. */
  private static final int MAX_SNAPSHOT = 4_000_000;

  /** By opcode: control, calls, and what names a function or global. */
  private static final boolean[] SPECIAL = new boolean[Opcodes.COUNT];

  static {
    for (int opcode = 0; opcode < Opcodes.COUNT; opcode++) {
      SPECIAL[opcode] = Opcodes.exists(opcode) && isSpecial(opcode);
    }
  }

  private final Module module;
  private final Plan plan;
  private final Catches rule;
  private final BodyTyper typer;
  private final CodeReader code;

  private final BodyCode body = new BodyCode();
  private final IntArray open = new IntArray();
  private final IntArray tries = new IntArray();

  /** By open construct: the row of the catch that is open in it, or -1. */
  private final IntArray catches = new IntArray();

  private int openCatches;

  private int function;

  BodyScanner(Module module, Plan plan, Catches rule) {
    this.module = module;
    this.plan = plan;
    this.rule = rule;
    typer = new BodyTyper(module);
    code = new CodeReader(module.bytes(), 0, 0);
  }

  private static boolean isSpecial(int opcode) {
    return switch (Opcodes.immediate(opcode)) {
      case LABEL,
          FUNC,
          GLOBAL,
          BLOCKTYPE,
          BR_TABLE,
          TRY_TABLE,
          BR_ON_CAST,
          CALL_INDIRECT,
          TAG,
          RESUME,
          RESUME_THROW,
          TYPE_TAG ->
          true;
      default ->
          closes(opcode)
              || switch (opcode) {
                case Opcodes.UNREACHABLE,
                    Opcodes.RETURN,
                    Opcodes.THROW_REF,
                    Opcodes.CALL_REF,
                    Opcodes.RETURN_CALL_REF ->
                    true;
                default -> false;
              };
    };
  }

  /**
   * Scans a body; {@code index} counts from 0 without imports. The next scan overwrites the result.
   */
  BodyCode scan(int index) {
    body.clear();
    function = index + module.importedFunctionCount();
    open.clear();
    tries.clear();
    catches.clear();
    openCatches = 0;
    int limit = module.bodyEnd(index);
    try {
      body.declarationStart = module.bodyStart(index);
      body.firstInstruction = typer.begin(index);
      body.paramLocals = module.types().paramCount(module.functionType(function));
      for (int i = 0; i < typer.localCount(); i++) {
        body.localType.add(typer.local(i));
      }
      body.effects.begin(typer.localCount());
      code.reset(body.firstInstruction, limit);
      while (typer.depth() > 0) {
        int opcode = code.next();
        if (!SPECIAL[opcode]) {
          record(opcode);
          continue;
        }
        recordSpecial(opcode, false);
        if (typer.isDead()) {
          skipDead();
        }
      }
      if (code.end() != limit) {
        throw new WasmException(
            Failure.MALFORMED, code.end(), function, "unexpected content behind the body's end");
      }
    } catch (WasmException e) {
      throw e.inFunction(function);
    }
    return body;
  }

  private static boolean closes(int opcode) {
    return switch (opcode) {
      case Opcodes.END, Opcodes.ELSE, Opcodes.CATCH, Opcodes.CATCH_ALL, Opcodes.DELEGATE -> true;
      default -> false;
    };
  }

  /**
   * Passes over code that can't be reached and records what closes it, up to code that can be; the
   * values that are made in between keep their numbers.
   */
  private void skipDead() {
    int depth = 0;
    while (typer.depth() > 0 && (depth > 0 || typer.isDead())) {
      int opcode = code.next();
      if (depth == 0 && closes(opcode)) {
        recordSpecial(opcode, true);
        continue;
      }
      switch (opcode) {
        case Opcodes.BLOCK, Opcodes.LOOP, Opcodes.IF, Opcodes.TRY, Opcodes.TRY_TABLE -> depth++;
        case Opcodes.END, Opcodes.DELEGATE -> depth--;
        default -> {}
      }
      typer.step(code);
      while (body.valueCount() < typer.valueCount()) {
        body.addValue(0, 0, body.size());
      }
    }
  }

  /** Records an instruction that is not special: it leaves all that it makes. */
  private void record(int opcode) {
    int height = typer.height();
    int value = typer.valueCount();
    typer.step(code);
    int results = typer.valueCount() - value;
    int row = body.addRow(opcode, code.start(), code.end(), code.index(), height, results);
    for (int i = results; i > 1; i--) {
      body.addValue(typer.operand(typer.height() - i), typer.height() - i, row);
    }
    int top = typer.height() - 1; // there may be none, which is added to nothing
    body.addValueIf(Math.min(results, 1), typer.operand(top), top, row);
    if (opcode == Opcodes.LOCAL_GET) {
      body.effects.read(code.index());
    } else if (opcode == Opcodes.LOCAL_SET || opcode == Opcodes.LOCAL_TEE) {
      body.effects.write(code.index());
      body.writes.add(row);
      body.writes.add(code.index());
    }
  }

  private void recordSpecial(int opcode, boolean dead) {
    int heightBefore = typer.height();
    int parent = open.size() == 0 ? BodyCode.NO_CONSTRUCT : open.last();
    if (isSite(opcode)) {
      addSite(body.size(), parent);
    }
    int valuesBefore = typer.valueCount();
    typer.step(code);
    int index = isBranch(opcode) ? target(opcode, code.index()) : code.index();
    int row = body.addRow(opcode, code.start(), code.end(), index, heightBefore, 0);
    int index2 = opcode == Opcodes.RETHROW ? targetCatch(code.index()) : code.index2();
    int tryParent = tries.size() == 0 ? BodyCode.NO_CONSTRUCT : tries.last();
    body.addSpecial(row, index2, parent, tryParent, dead);
    addResults(row, valuesBefore);
    if (isSuspendingTail(opcode)) {
      body.suspendingTails.set(row);
    }
    track(opcode, row);
  }

  private void addResults(int row, int valuesBefore) {
    int made = typer.valueCount() - valuesBefore;
    int left = countLeft(valuesBefore);
    body.setResults(row, valuesBefore + made - left, left);
    for (int i = 0; i < made; i++) {
      int height = typer.height() - made + i;
      body.addValue(i < made - left ? 0 : typer.operand(height), height, row);
    }
  }

  private static boolean isTry(int opcode) {
    return opcode == Opcodes.TRY || opcode == Opcodes.TRY_TABLE;
  }

  private static boolean isBranch(int opcode) {
    return switch (Opcodes.immediate(opcode)) {
      case LABEL, BR_ON_CAST -> true;
      default -> false;
    };
  }

  /** The construct a label names; a delegate's labels count from outside of its try. */
  private int target(int opcode, int label) {
    int at = open.size() - 1 - label - (opcode == Opcodes.DELEGATE ? 1 : 0);
    return at < 0 ? BodyCode.NO_CONSTRUCT : open.get(at);
  }

  /** The catch that a rethrow's label names. */
  private int targetCatch(int label) {
    return catches.get(open.size() - 1 - label);
  }

  /** Adds the labels of a br_table, or of the clauses of a try_table. */
  private void addTargets(int opcode, int row) {
    int from = body.targetPool.size();
    int step = opcode == Opcodes.BR_TABLE ? 1 : 3;
    for (int i = step - 1; i < code.listSize(); i += step) {
      body.targetPool.add(target(opcode, code.list(i)));
    }
    body.setTargets(row, from, body.targetPool.size());
  }

  private int countLeft(int valuesBefore) {
    int left = 0;
    while (left < typer.height() && typer.value(typer.height() - 1 - left) >= valuesBefore) {
      left++;
    }
    return left;
  }

  private void track(int opcode, int row) {
    switch (opcode) {
      case Opcodes.BLOCK, Opcodes.LOOP, Opcodes.IF, Opcodes.TRY, Opcodes.TRY_TABLE -> {
        if (opcode == Opcodes.TRY_TABLE) {
          addTargets(opcode, row);
        }
        open.add(row);
        if (isTry(opcode)) {
          tries.add(row);
        }
        catches.add(-1);
        int blockType = code.blockTypeIndex();
        int height = typer.frameHeight(typer.depth() - 1);
        body.addConstruct(row, height, typer.paramCount(blockType), blockType, code.type());
      }
      case Opcodes.BR_TABLE -> addTargets(opcode, row);
      case Opcodes.ELSE -> body.setElse(open.last(), row);
      case Opcodes.CATCH, Opcodes.CATCH_ALL -> {
        body.addCatch(row);
        if (body.elseOf(open.last()) < 0) {
          body.setElse(open.last(), row);
        }
        openCatches += catches.last() < 0 ? 1 : 0;
        catches.set(catches.size() - 1, row);
      }
      case Opcodes.END, Opcodes.DELEGATE -> {
        if (open.size() > 0) {
          int construct = open.removeLast();
          body.setEnd(construct, row);
          if (isTry(body.opcode(construct))) {
            tries.removeLast();
          }
          openCatches -= catches.removeLast() < 0 ? 0 : 1;
        }
      }
      default -> {}
    }
  }

  private boolean isSite(int opcode) {
    return (openCatches == 0 || rule == Catches.SUSPEND) && maySuspend(opcode);
  }

  private boolean maySuspend(int opcode) {
    return switch (opcode) {
      case Opcodes.CALL -> code.index() < module.functionCount() && plan.maySuspend(code.index());
      case Opcodes.CALL_INDIRECT -> plan.isTableSite(function, code.index(), code.index2());
      case Opcodes.CALL_REF -> plan.isReferenceSite(function, code.index());
      case Opcodes.CONT_NEW,
          Opcodes.CONT_BIND,
          Opcodes.SUSPEND,
          Opcodes.RESUME,
          Opcodes.RESUME_THROW,
          Opcodes.RESUME_THROW_REF,
          Opcodes.SWITCH ->
          throw unsupported("stack switching (%s)".formatted(Opcodes.name(opcode)));
      default -> false;
    };
  }

  /** Whether it is a tail call that may suspend. */
  private boolean isSuspendingTail(int opcode) {
    return switch (opcode) {
      case Opcodes.RETURN_CALL -> plan.maySuspend(code.index());
      case Opcodes.RETURN_CALL_INDIRECT -> plan.isTableSite(function, code.index(), code.index2());
      case Opcodes.RETURN_CALL_REF -> plan.isReferenceSite(function, code.index());
      default -> false;
    };
  }

  private WasmException unsupported(String what) {
    return new WasmException(Failure.UNSUPPORTED, code.start(), function, what);
  }

  private void addSite(int row, int parent) {
    body.siteCall.add(row);
    body.siteStackStart.add(body.siteStackPool.size());
    snapshot(body.baseHeight(parent), typer.height(), body.siteStackPool);
    for (int i = open.size() - 1; i >= 0 && !isKnownHot(i); i--) {
      int construct = open.get(i);
      if (catches.get(i) >= 0) {
        body.hotCatches.set(catches.get(i));
      }
      if (body.hot.get(construct)) {
        continue;
      }
      int below = i == 0 ? BodyCode.NO_CONSTRUCT : open.get(i - 1);
      body.hot.set(construct);
      int from = body.belowPool.size();
      snapshot(body.baseHeight(below), body.baseHeight(construct), body.belowPool);
      body.setBelow(construct, from, body.belowPool.size());
    }
  }

  /**
   * Whether an open construct, and so all around it, is known to contain a site where it is open.
   */
  private boolean isKnownHot(int i) {
    return body.hot.get(open.get(i)) && (catches.get(i) < 0 || body.hotCatches.get(catches.get(i)));
  }

  private void snapshot(int from, int to, IntArray pool) {
    if (pool.size() + to - from > MAX_SNAPSHOT) {
      throw new WasmException(
          Failure.LIMIT, code.start(), function, "operands below calls: over " + MAX_SNAPSHOT);
    }
    typer.addValues(from, to, pool);
  }
}
