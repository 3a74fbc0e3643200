package dev.bysync.verify.frame;

import dev.bysync.wasm.binary.WasmException;
import dev.bysync.wasm.code.BodyTyper;
import dev.bysync.wasm.code.CodeReader;
import dev.bysync.wasm.code.Immediate;
import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.Types;
import dev.bysync.wasm.module.ValType;
import java.util.ArrayList;
import java.util.List;

/**
 * Decodes bodies to {@link FrameCode}, in one pass. How many operands an instruction takes and
 * leaves is what the type checker does with them, so a body that is read is valid.
 *
 * <p>Branches to labels that are not placed yet are noted with their block and get their row at its
 * end. Code that can't be reached has no rows.
 */
final class FrameCodeReader {
  private final Module module;
  private final Types types;
  private final Origins origins;
  private final BodyTyper typer;
  private final CodeReader code;
  private final List<Block> blocks = new ArrayList<>();

  private FrameCode out = new FrameCode(-1, 0);
  private boolean dead;
  private int deadDepth;
  private int region;

  /** A block that is open. */
  private static final class Block {
    int opcode;
    int typeIndex;
    int valType;

    /** Operands below its own. */
    int floor;

    /** First row of a loop. */
    int start;

    /** The last branch to its end, or -1; each has the one before as its target so far. */
    int toEnd = -1;

    /** The branch of an if to its else or end, or -1. */
    int otherwise = -1;

    int outerRegion;

    /** Its own try, or -1; and the last of that one's clauses. */
    int region = -1;

    int lastClause = -1;

    /** Clauses of a try_table, in threes, with their labels. */
    int[] clauses = {};
  }

  FrameCodeReader(Module module, Origins origins) {
    this.module = module;
    this.origins = origins;
    types = module.types();
    typer = new BodyTyper(module);
    code = new CodeReader(module.bytes(), 0, 0);
  }

  /**
   * Reads a function's body.
   *
   * @throws WasmException if it is malformed or invalid
   */
  FrameCode read(int function) {
    int body = function - module.importedFunctionCount();
    int type = module.functionType(function);
    int bytes = module.bodyEnd(body) - module.bodyStart(body);
    out = new FrameCode(function, bytes / 2); // instructions have about two bytes
    out.params = types.paramCount(type);
    out.results = types.resultCount(type);
    blocks.clear();
    dead = false;
    region = -1;
    int first = typer.begin(body);
    out.locals = typer.localCount();
    for (int local = 0; local < out.locals; local++) {
      int localType = typer.local(local);
      if (ValType.isRef(localType) && ValType.isNullable(localType)) {
        out.nullable.set(local);
        out.alwaysNull.set(local, isAlwaysNull(localType));
      }
    }
    code.reset(first, module.bodyEnd(body));
    Origins.Walk walk = origins.walk(first);
    open(Opcodes.BLOCK, type, 0, 0);
    while (!blocks.isEmpty()) {
      step(walk);
    }
    return out;
  }

  /** Whether null is the only value of a type. */
  private static boolean isAlwaysNull(int type) {
    return switch (ValType.heap(type)) {
      case ValType.NONE, ValType.NOFUNC, ValType.NOEXTERN, ValType.NOEXN, ValType.NOCONT -> true;
      default -> false;
    };
  }

  private void step(Origins.Walk walk) {
    int opcode = code.next();
    int before = typer.height();
    int values = typer.valueCount();
    typer.step(code);
    if (dead) {
      skip(opcode);
      return;
    }
    int pushes = typer.valueCount() - values;
    int pops = before - typer.height() + pushes;
    int origin = walk.origin(code.start());
    out.maxHeight = Math.max(out.maxHeight, Math.max(before, typer.height()));
    if (RowKinds.isPlain(opcode)) {
      plain(opcode, origin, before, pops, pushes);
      return;
    }
    switch (opcode) {
      case Opcodes.NOP -> {}
      case Opcodes.BLOCK, Opcodes.LOOP, Opcodes.TRY, Opcodes.TRY_TABLE -> enter(opcode, before);
      case Opcodes.IF -> {
        int row = row(FrameCode.IF, opcode, origin, before - 1);
        enter(opcode, before - 1);
        int branch = branch(0, before - 1);
        out.x[row] = branch;
        blocks.get(blocks.size() - 1).otherwise = branch;
      }
      case Opcodes.ELSE, Opcodes.CATCH, Opcodes.CATCH_ALL, Opcodes.DELEGATE, Opcodes.END ->
          punctuation(opcode, before);
      case Opcodes.BR -> {
        go(origin, code.index(), before);
        die();
      }
      case Opcodes.BR_IF -> {
        byte kind = walk.isInverted() ? FrameCode.BR_IF_INVERTED : FrameCode.BR_IF;
        int row = row(kind, opcode, origin, before - 1);
        out.x[row] = branchTo(code.index());
      }
      case Opcodes.BR_TABLE -> {
        int row = row(FrameCode.BR_TABLE, opcode, origin, before - 1);
        out.x[row] = out.target.size();
        out.y[row] = code.listSize();
        for (int i = 0; i < code.listSize(); i++) {
          branchTo(code.list(i));
        }
        die();
      }
      case Opcodes.BR_ON_NULL -> conditional(FrameCode.BR_ON_NULL, origin, before - 1);
      case Opcodes.BR_ON_NON_NULL -> conditional(FrameCode.BR_ON_NON_NULL, origin, before - 1);
      case Opcodes.BR_ON_CAST -> conditional(FrameCode.BR_ON_CAST, origin, before - 1);
      case Opcodes.BR_ON_CAST_FAIL -> conditional(FrameCode.BR_ON_CAST_FAIL, origin, before - 1);
      case Opcodes.RETURN -> {
        row(FrameCode.RETURN, opcode, origin, before - out.results);
        die();
      }
      case Opcodes.UNREACHABLE -> {
        row(FrameCode.UNREACHABLE, opcode, origin, before);
        die();
      }
      case Opcodes.THROW -> {
        int count = types.paramCount(module.tagType(code.index()));
        int row = row(FrameCode.THROW, opcode, origin, before - count);
        out.x[row] = code.index();
        out.pops[row] = count;
        die();
      }
      case Opcodes.THROW_REF -> {
        row(FrameCode.THROW_REF, opcode, origin, before - 1);
        die();
      }
      case Opcodes.RETHROW -> {
        int row = row(FrameCode.RETHROW, opcode, origin, before);
        out.x[row] = block(code.index()).region;
        die();
      }
      case Opcodes.CALL -> call(FrameCode.CALL, origin, before, pops, pushes);
      case Opcodes.CALL_INDIRECT -> call(FrameCode.CALL_INDIRECT, origin, before, pops, pushes);
      case Opcodes.CALL_REF -> call(FrameCode.CALL_REF, origin, before, pops, pushes);
      case Opcodes.RETURN_CALL -> tailCall(FrameCode.TAIL_CALL, origin, before, 0);
      case Opcodes.RETURN_CALL_INDIRECT ->
          tailCall(FrameCode.TAIL_CALL_INDIRECT, origin, before, 1);
      case Opcodes.RETURN_CALL_REF -> tailCall(FrameCode.TAIL_CALL_REF, origin, before, 1);
      default -> throw new IllegalStateException("no control instruction: " + opcode);
    }
  }

  /** Passes over code that can't be reached. */
  private void skip(int opcode) {
    switch (opcode) {
      case Opcodes.BLOCK, Opcodes.LOOP, Opcodes.IF, Opcodes.TRY, Opcodes.TRY_TABLE -> deadDepth++;
      case Opcodes.END, Opcodes.DELEGATE -> {
        if (deadDepth > 0) {
          deadDepth--;
        } else {
          punctuation(opcode, 0);
        }
      }
      case Opcodes.ELSE, Opcodes.CATCH, Opcodes.CATCH_ALL -> {
        if (deadDepth == 0) {
          punctuation(opcode, 0);
        }
      }
      default -> {}
    }
  }

  private void die() {
    dead = true;
    deadDepth = 0;
  }

  private void revive() {
    dead = false;
  }

  /** Adds a row that takes one operand or none and leaves none. */
  private int row(byte kind, int opcode, int origin, int height) {
    int row = out.add();
    out.kind[row] = kind;
    out.opcode[row] = opcode;
    out.offset[row] = code.start();
    out.origin[row] = origin;
    out.region[row] = region;
    out.height[row] = height;
    return row;
  }

  // ---- plain instructions ----

  private void plain(int opcode, int origin, int before, int pops, int pushes) {
    byte kind = RowKinds.of(opcode);
    int row = row(kind, opcode, origin, before - pops);
    out.pops[row] = pops;
    out.pushes[row] = pushes;
    out.x[row] = code.index();
    out.y[row] = code.index2();
    switch (kind) {
      case FrameCode.CONST ->
          out.literal[row] =
              opcode == Opcodes.I32_CONST || opcode == Opcodes.REF_NULL
                  ? code.literal()
                  : Terms.number(constant(opcode));
      case FrameCode.LOAD, FrameCode.STORE -> out.literal[row] = code.literal();
      case FrameCode.LOCAL_GET, FrameCode.LOCAL_SET, FrameCode.LOCAL_TEE -> {}
      default -> out.literal[row] = hash(opcode);
    }
    if (opcode == Opcodes.REF_NULL) {
      out.literal[row] = 0;
    }
  }

  private long constant(int opcode) {
    return opcode == Opcodes.V128_CONST ? bytesHash((int) code.literal()) : code.literal();
  }

  private long bytesHash(int at) {
    long hash = 0;
    boolean isZero = true;
    for (int i = 0; i < 16; i++) {
      hash = Terms.mix(hash, module.bytes()[at + i]);
      isZero &= module.bytes()[at + i] == 0;
    }
    return isZero ? 0 : Terms.term(hash);
  }

  /** A hash of opcode and immediates, in the original's indices. */
  private long hash(int opcode) {
    long hash = opcode;
    Immediate kind = code.immediate();
    switch (kind) {
      case FUNC -> hash = Terms.mix(hash, origins.function(code.index()));
      case GLOBAL -> hash = Terms.mix(hash, origins.global(code.index()));
      case V128, SHUFFLE -> hash = Terms.mix(hash, bytesHash((int) code.literal()));
      case HEAPTYPE -> hash = Terms.mix(hash, code.type());
      case LANE, MEMARG, MEMARG_LANE -> {
        hash = Terms.mix(hash, code.literal());
        hash = kind == Immediate.LANE ? hash : Terms.mix(hash, code.index());
        hash = kind == Immediate.MEMARG_LANE ? Terms.mix(hash, code.index2()) : hash;
      }
      case NONE, VALTYPES, FENCE -> {}
      case MEMORY, TABLE, TAG, TYPE, DATA, ELEM -> hash = Terms.mix(hash, code.index());
      default -> hash = Terms.mix(Terms.mix(hash, code.index()), code.index2());
    }
    return hash;
  }

  private void call(byte kind, int origin, int before, int pops, int pushes) {
    int row = row(kind, code.opcode(), origin, before - pops);
    out.pops[row] = pops;
    out.pushes[row] = pushes;
    callee(kind == FrameCode.CALL, row);
  }

  private void tailCall(byte kind, int origin, int before, int callee) {
    int type = kind == FrameCode.TAIL_CALL ? module.functionType(code.index()) : code.index();
    int pops = types.paramCount(type) + callee;
    int row = row(kind, code.opcode(), origin, before - pops);
    out.pops[row] = pops;
    callee(kind == FrameCode.TAIL_CALL, row);
    die();
  }

  private void callee(boolean isDirect, int row) {
    out.x[row] = code.index();
    out.y[row] = isDirect ? origins.function(code.index()) : code.index2();
    out.literal[row] =
        isDirect
            ? Terms.mix(Opcodes.CALL, out.y[row])
            : Terms.mix(Terms.mix(code.opcode(), code.index()), code.index2());
  }

  // ---- blocks ----

  private void enter(int opcode, int height) {
    int typeIndex = code.blockTypeIndex();
    open(opcode, typeIndex, code.type(), height - typer.paramCount(typeIndex));
    Block block = blocks.get(blocks.size() - 1);
    if (opcode == Opcodes.TRY || opcode == Opcodes.TRY_TABLE) {
      block.region = out.parent.size();
      out.parent.add(region);
      out.firstClause.add(-1);
      if (opcode == Opcodes.TRY_TABLE) {
        block.clauses = new int[code.listSize()];
        for (int i = 0; i < block.clauses.length; i++) {
          block.clauses[i] = code.list(i);
        }
        for (int i = 0; i < block.clauses.length; i += 3) {
          // labels count from outside the try_table
          int to = branchTo(block.clauses[i + 2] + 1);
          clause(block, block.clauses[i], block.clauses[i + 1], to);
        }
      }
      region = block.region;
    }
  }

  private void open(int opcode, int typeIndex, int valType, int floor) {
    Block block = new Block();
    block.opcode = opcode;
    block.typeIndex = typeIndex;
    block.valType = valType;
    block.floor = floor;
    block.start = out.size;
    block.outerRegion = region;
    blocks.add(block);
  }

  private void clause(Block block, int kind, int tag, int branch) {
    int clause = out.clauseKind.size();
    out.clauseKind.add(kind);
    out.clauseTag.add(tag);
    out.clauseBranch.add(branch);
    out.nextClause.add(-1);
    if (block.lastClause < 0) {
      out.firstClause.set(block.region, clause);
    } else {
      out.nextClause.set(block.lastClause, clause);
    }
    block.lastClause = clause;
  }

  private Block block(int label) {
    return blocks.get(blocks.size() - 1 - label);
  }

  private int branch(int arity, int floor) {
    out.label.add(-1);
    out.target.add(-1);
    out.arity.add(arity);
    out.floor.add(floor);
    return out.target.size() - 1;
  }

  private int branchTo(int label) {
    Block block = block(label);
    if (block.opcode == Opcodes.LOOP) {
      int branch = branch(typer.paramCount(block.typeIndex), block.floor);
      out.label.set(branch, blocks.size() - 1 - label);
      out.target.set(branch, block.start);
      return branch;
    }
    int branch = branch(typer.resultCount(block.typeIndex, block.valType), block.floor);
    out.label.set(branch, blocks.size() - 1 - label);
    out.target.set(branch, block.toEnd);
    block.toEnd = branch;
    return branch;
  }

  private void go(int origin, int label, int height) {
    int row = row(FrameCode.GOTO, Opcodes.BR, origin, height);
    out.x[row] = branchTo(label);
  }

  private void conditional(byte kind, int origin, int height) {
    int row = row(kind, code.opcode(), origin, height);
    boolean casts = kind == FrameCode.BR_ON_CAST || kind == FrameCode.BR_ON_CAST_FAIL;
    long types = Terms.mix(Terms.mix(code.align(), code.type()), code.type2());
    out.literal[row] = casts ? Terms.mix(code.opcode(), types) : code.opcode();
    out.x[row] = branchTo(code.index());
  }

  private void punctuation(int opcode, int height) {
    Block block = blocks.get(blocks.size() - 1);
    switch (opcode) {
      case Opcodes.ELSE -> {
        leaveArm(height);
        out.target.set(block.otherwise, out.size);
        block.otherwise = -1;
        revive();
      }
      case Opcodes.CATCH, Opcodes.CATCH_ALL -> {
        leaveArm(height);
        region = block.outerRegion;
        block.opcode = opcode;
        int branch = branch(0, block.floor);
        out.target.set(branch, out.size);
        clause(block, FrameCode.LEGACY, opcode == Opcodes.CATCH ? code.index() : -1, branch);
        revive();
      }
      case Opcodes.DELEGATE -> {
        // as if thrown right behind the try, in the block that the label names
        out.parent.set(block.region, regionAround(code.index()));
        end(block);
      }
      default -> end(block);
    }
  }

  /** What looks first at an exception that is thrown in a block; labels count without the try. */
  private int regionAround(int label) {
    Block target = block(label + 1);
    boolean isTrying = target.opcode == Opcodes.TRY || target.opcode == Opcodes.TRY_TABLE;
    return isTrying ? target.region : target.outerRegion;
  }

  /** At the end of an arm: goes on behind the block. */
  private void leaveArm(int height) {
    if (!dead) {
      int row = row(FrameCode.GOTO, Opcodes.BR, FrameCode.ADDED, height);
      out.x[row] = branchTo(0);
    }
  }

  private void end(Block block) {
    boolean reached = !dead || block.toEnd >= 0 || block.otherwise >= 0;
    if (block.otherwise >= 0) {
      out.target.set(block.otherwise, out.size);
    }
    for (int branch = block.toEnd; branch >= 0; ) {
      int before = out.target.get(branch);
      out.target.set(branch, out.size);
      branch = before;
    }
    region = block.outerRegion;
    blocks.remove(blocks.size() - 1);
    if (reached) {
      revive();
    } else {
      die();
    }
    if (blocks.isEmpty() && reached) {
      row(FrameCode.RETURN, Opcodes.END, FrameCode.ADDED, 0);
    }
  }
}
