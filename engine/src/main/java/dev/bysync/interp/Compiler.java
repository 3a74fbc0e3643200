package dev.bysync.interp;

import dev.bysync.interp.Code.Handlers;
import dev.bysync.interp.Code.Places;
import dev.bysync.wasm.binary.ByteReader;
import dev.bysync.wasm.code.CodeReader;
import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.IntArray;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.Types;
import dev.bysync.wasm.module.ValType;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Compiles a valid body to the interpreter's code ({@link Op}), in one pass over its instructions.
 *
 * <p><b>Operands.</b> Each operand has a slot of the frame for its home, but reads of locals and
 * constants are not moved there until they must be: an instruction takes them from where they are
 * ({@link Operands}, {@link Assembler}). Labels want operands in their homes; at the start of a
 * block only reads of locals have to go there, as what the block does to the local is not done on
 * each path.
 *
 * <p><b>Fuel.</b> What is executed in a straight line is counted here, not at run time: {@code
 * pending} is what has been executed since fuel was charged last. A branch that is taken charges
 * it; one that is not taken goes on counting. Every path into a label must agree on what is pending
 * there, so a branch charges the difference to what falls into the label from above, which may be
 * negative. Calls and returns charge everything. So most code pays nothing for being metered, and
 * what is charged in the end is exact.
 *
 * <p>Blocks, branches, calls and handlers stand together here, in more lines than other files have,
 * because they share what makes them right: the frames, what is pending, what is dead. All other
 * instructions are in {@link Instructions}.
 *
 * <p>Code that can't be reached is not compiled. All costs are linear in the body's size, except
 * for the values that branches carry.
 */
final class Compiler {
  /** What the code is for. */
  enum Mode {
    PLAIN,
    /** With {@link Places}. The words are the same. */
    MAPPED,
    /** Reports each instruction before it is executed. */
    WATCHED
  }

  private final Module module;
  private final Types types;
  private final Mode mode;
  private final int function;
  private final boolean counted;
  private final Assembler out = new Assembler();
  private final Operands operands = out.operands;
  private final Instructions instructions;
  private final CodeReader code;
  private final List<Frame> frames = new ArrayList<>();
  private final Handlers handlers = new Handlers();
  private final Places places = new Places();
  private int pending;
  private boolean dead;
  private int deadDepth;
  private int region = -1;
  private int tables;

  /**
   * Branches that come to {@link #arrival}, by their second words; which of all are plain ones, and
   * which move a value first.
   */
  private final IntArray arriving = new IntArray();

  private final BitSet plain = new BitSet();
  private final BitSet moving = new BitSet();
  private int arrival = -1;

  /** Behind the locals; see {@link Header}. */
  private int headerSlot;

  private Compiler(Module module, int function, boolean counted, Mode mode) {
    this.module = module;
    this.function = function;
    this.counted = counted;
    this.types = module.types();
    this.mode = mode;
    instructions = new Instructions(module, out);
    code = new CodeReader(module.bytes(), 0, 0);
  }

  /**
   * A block that is open.
   *
   * <p>Branches to a label that isn't placed yet are chained through the low halves of their second
   * words.
   */
  private static final class Frame {
    int opcode;
    int typeIndex;
    int valType;

    /** Operands below the block's own, and the home of the first of its own. */
    int height;

    int home;

    /** A loop's first word, and what is pending there. */
    int target;

    int pendingAtTarget;

    /** The last branch to the end, or -1. */
    int branches = -1;

    /** The branch to the else, or -1. */
    int otherwise = -1;

    /** The region around this block; the block's own region; the last of its clauses. */
    int outerRegion;

    int region = -1;
    int clause = -1;
    int[] clauses = {};

    /** The br_table, counted from 1, that has a stub for this label, and where. */
    int table;

    int stub;
  }

  /**
   * Compiles a function.
   *
   * @param counted whether its calls count as frames; if they don't, it says when it ends
   */
  static Code compile(Module module, int function, boolean counted, Mode mode) {
    Compiler compiler = new Compiler(module, function, counted, mode);
    int body = function - module.importedFunctionCount();
    return compiler.function(
        module.functionType(function), module.bodyStart(body), module.bodyEnd(body));
  }

  /** Compiles a constant expression, as a function without parameters. */
  static Code compileExpression(Module module, int from, int to, int type) {
    Compiler compiler = new Compiler(module, -1, true, Mode.PLAIN);
    compiler.out.begin(new int[0], new byte[0], 1);
    compiler.code.reset(from, to);
    return compiler.body(-1, type, 0, 0, false);
  }

  private Code function(int type, int from, int to) {
    ByteReader in = new ByteReader(module.bytes(), from, to);
    int groups = in.count();
    int start = in.position();
    int count = types.paramCount(type);
    int params = count;
    for (int i = 0; i < groups; i++) {
      count += in.u32();
      ValType.read(in);
    }
    code.reset(in.position(), to);
    int[] slots = new int[count];
    byte[] categories = new byte[count];
    int slot = 0;
    int local = 0;
    for (; local < params; local++) {
      categories[local] = Instructions.category(types.param(type, local));
      slots[local] = slot;
      slot += Operands.width(categories[local]);
    }
    int paramSlots = slot;
    boolean refLocals = false;
    in.reset(start, to);
    for (int i = 0; i < groups; i++) {
      int last = local + in.u32();
      byte category = Instructions.category(ValType.read(in));
      for (; local < last; local++) {
        categories[local] = category;
        refLocals |= category == Operands.REF;
        slots[local] = slot;
        slot += Operands.width(category);
      }
    }
    out.begin(slots, categories, slot + 1);
    return body(type, 0, paramSlots, slot, refLocals);
  }

  private Code body(int type, int valType, int paramSlots, int localSlots, boolean refLocals) {
    Frame frame = new Frame();
    frame.opcode = Opcodes.BLOCK;
    frame.typeIndex = type;
    frame.valType = valType;
    frame.home = operands.nextHome();
    frame.outerRegion = -1;
    frames.add(frame);
    headerSlot = localSlots;
    while (!frames.isEmpty()) {
      int opcode = code.next();
      if (dead) {
        skip(opcode);
      } else {
        int word = out.size();
        if (mode == Mode.WATCHED && !isPunctuation(opcode)) {
          out.label();
          out.emit(Op.wide(Op.WATCH, 0, code.start()));
        }
        step(opcode);
        if (mode != Mode.PLAIN) {
          places.add(Math.min(word, out.size()), code.start(), pending);
        }
      }
    }
    return new Code(
        out.toArray(),
        out.frameSlots(),
        paramSlots,
        localSlots,
        refLocals,
        handlers,
        mode == Mode.PLAIN ? null : places);
  }

  private static boolean isPunctuation(int opcode) {
    return switch (opcode) {
      case Opcodes.ELSE, Opcodes.END, Opcodes.CATCH, Opcodes.CATCH_ALL, Opcodes.DELEGATE -> true;
      default -> false;
    };
  }

  /** Passes over code that can't be reached. */
  private void skip(int opcode) {
    switch (opcode) {
      case Opcodes.BLOCK, Opcodes.LOOP, Opcodes.IF, Opcodes.TRY, Opcodes.TRY_TABLE -> deadDepth++;
      case Opcodes.END, Opcodes.DELEGATE -> {
        if (deadDepth > 0) {
          deadDepth--;
        } else {
          step(opcode);
        }
      }
      case Opcodes.ELSE, Opcodes.CATCH, Opcodes.CATCH_ALL -> {
        if (deadDepth == 0) {
          step(opcode);
        }
      }
      default -> {}
    }
  }

  private void step(int opcode) {
    if (!isPunctuation(opcode)) {
      pending++;
    }
    switch (opcode) {
      case Opcodes.UNREACHABLE -> {
        out.emit(Op.RARE + opcode);
        charge(0);
        die();
      }
      case Opcodes.BLOCK, Opcodes.LOOP, Opcodes.TRY, Opcodes.TRY_TABLE -> open(opcode);
      case Opcodes.IF -> {
        long condition = Assembler.opposite(out.condition());
        Frame frame = open(opcode);
        out.emit(condition);
        frame.otherwise = out.size();
        out.extra((long) pending << 32);
      }
      case Opcodes.ELSE -> otherwise();
      case Opcodes.CATCH, Opcodes.CATCH_ALL -> catches(opcode);
      case Opcodes.DELEGATE -> delegate();
      case Opcodes.END -> end();
      case Opcodes.BR -> branch(frame(code.index()));
      case Opcodes.BR_IF -> branchIf(out.condition(), frame(code.index()));
      case Opcodes.BR_TABLE -> branchTable();
      case Opcodes.RETURN -> giveBack();
      case Opcodes.BR_ON_NULL, Opcodes.BR_ON_NON_NULL -> branchOnNull(opcode);
      case Opcodes.BR_ON_CAST, Opcodes.BR_ON_CAST_FAIL -> branchOnCast(opcode);
      case Opcodes.CALL -> {
        int d = arguments(module.functionType(code.index()));
        out.emit(Op.wide(Op.CALL, d, code.index()));
        charge(0);
        header(d);
        results(module.functionType(code.index()));
      }
      case Opcodes.RETURN_CALL -> {
        int from = arguments(module.functionType(code.index()));
        leaveFrame();
        out.emit(Op.wide(Op.TAIL_CALL, headerSlot, code.index()));
        charge(0);
        out.extra((long) from << 32 | paramSlots(module.functionType(code.index())));
        die();
      }
      case Opcodes.CALL_INDIRECT, Opcodes.CALL_REF -> {
        int a = out.pop();
        int d = arguments(code.index());
        boolean ref = opcode == Opcodes.CALL_REF;
        out.emit(Op.word(ref ? Op.CALL_REF : Op.CALL_INDIRECT, d, a, ref ? 0 : code.index2()));
        charge(code.index());
        header(d);
        results(code.index());
      }
      case Opcodes.RETURN_CALL_INDIRECT, Opcodes.RETURN_CALL_REF -> {
        out.home(1);
        int a = out.pop();
        int from = arguments(code.index());
        leaveFrame();
        boolean ref = opcode == Opcodes.RETURN_CALL_REF;
        out.emit(
            Op.word(
                ref ? Op.TAIL_CALL_REF : Op.TAIL_CALL_INDIRECT,
                headerSlot,
                a,
                ref ? 0 : code.index2()));
        charge(code.index());
        out.extra((long) from << 32 | paramSlots(code.index()));
        die();
      }
      case Opcodes.THROW -> {
        int a = arguments(module.tagType(code.index()));
        out.emit(Op.word(Op.THROW, 0, a, 0));
        charge(code.index());
        die();
      }
      case Opcodes.THROW_REF -> {
        out.emit(Op.word(Op.THROW_REF, 0, out.pop(), 0));
        charge(0);
        die();
      }
      case Opcodes.RETHROW -> {
        out.emit(Op.word(Op.THROW_REF, 0, frame(code.index()).home, 0));
        charge(0);
        die();
      }
      default -> instructions.compile(opcode, code);
    }
  }

  private void die() {
    dead = true;
    deadDepth = 0;
    pending = 0;
  }

  /** The word that charges all that is pending, with a number in its low half. */
  private void charge(int low) {
    out.extra((long) pending << 32 | low);
    pending = 0;
  }

  private Frame frame(int label) {
    return frames.get(frames.size() - 1 - label);
  }

  // ---- blocks ----

  private int paramCount(Frame frame) {
    return frame.typeIndex < 0 ? 0 : types.paramCount(frame.typeIndex);
  }

  private int resultCount(Frame frame) {
    return frame.typeIndex >= 0 ? types.resultCount(frame.typeIndex) : frame.valType == 0 ? 0 : 1;
  }

  private int labelArity(Frame frame) {
    return frame.opcode == Opcodes.LOOP ? paramCount(frame) : resultCount(frame);
  }

  private void pushParams(Frame frame) {
    for (int i = 0; i < paramCount(frame); i++) {
      operands.pushHome(Instructions.category(types.param(frame.typeIndex, i)));
    }
  }

  private void pushResults(Frame frame) {
    if (frame.typeIndex < 0) {
      if (frame.valType != 0) {
        operands.pushHome(Instructions.category(frame.valType));
      }
      return;
    }
    results(frame.typeIndex);
  }

  private void results(int type) {
    for (int i = 0; i < types.resultCount(type); i++) {
      operands.pushHome(Instructions.category(types.result(type, i)));
    }
    out.label();
  }

  private Frame open(int opcode) {
    Frame frame = new Frame();
    frame.opcode = opcode;
    frame.typeIndex = code.blockTypeIndex();
    frame.valType = code.type();
    int params = paramCount(frame);
    out.home(params);
    out.settle();
    frame.height = operands.size() - params;
    frame.home = params == 0 ? operands.nextHome() : operands.home(frame.height);
    frame.outerRegion = region;
    frames.add(frame);
    if (opcode == Opcodes.LOOP) {
      out.label();
      frame.target = out.size();
      frame.pendingAtTarget = pending;
    } else if (opcode == Opcodes.TRY || opcode == Opcodes.TRY_TABLE) {
      openRegion(frame);
    }
    return frame;
  }

  private void openRegion(Frame frame) {
    out.label();
    frame.region = handlers.add(frame.home);
    handlers.setParent(frame.region, region);
    if (frame.opcode == Opcodes.TRY_TABLE) {
      frame.clauses = new int[code.listSize()];
      for (int i = 0; i < code.listSize(); i++) {
        frame.clauses[i] = code.list(i);
      }
    }
    region = frame.region;
    handlers.boundary(out.size(), region);
  }

  private void closeRegion(Frame frame) {
    out.label();
    region = frame.outerRegion;
    handlers.boundary(out.size(), region);
  }

  private void otherwise() {
    Frame frame = frame(0);
    frame.opcode = Opcodes.ELSE;
    leave(frame);
    out.label();
    resolve(frame.otherwise, 0);
    frame.otherwise = -1;
    pending = 0;
    revive();
    operands.truncate(frame.height);
    pushParams(frame);
  }

  /** Ends an arm of a block: unless it is dead, goes to the end. */
  private void leave(Frame frame) {
    if (!dead) {
      branch(frame);
    }
  }

  private void revive() {
    dead = false;
    deadDepth = 0;
  }

  /** Places the branches chained from {@code at} here. */
  private void resolve(int at, int pendingHere) {
    if (arrival != out.size()) {
      arrival = out.size();
      arriving.clear();
    }
    int branch = at;
    while (branch >= 0) {
      arriving.add(branch);
      long word = out.get(branch);
      int next = (int) word - 1;
      long fuel = (word >> 32) - pendingHere;
      out.set(branch, fuel << 32 | out.size());
      branch = next;
    }
  }

  private void end() {
    Frame frame = frame(0);
    if (frame.opcode == Opcodes.TRY_TABLE) {
      closeRegion(frame);
      stubs(frame);
    } else if (frame.opcode == Opcodes.TRY) {
      closeRegion(frame);
    }
    frames.remove(frames.size() - 1);
    boolean joined = frame.branches >= 0 || frame.otherwise >= 0;
    if (!dead && (joined || frame.opcode == Opcodes.CATCH)) {
      moves(frame, resultCount(frame));
    }
    if (joined) {
      out.label();
      int here = dead ? 0 : pending;
      resolve(frame.branches, here);
      resolve(frame.otherwise, here);
      pending = here;
      revive();
    }
    if (!dead && (joined || frame.opcode == Opcodes.CATCH)) {
      operands.truncate(frame.height);
      pushResults(frame);
      out.label();
    }
    if (dead) {
      operands.truncate(frame.height);
    }
    if (frames.isEmpty() && !dead) {
      giveBack(resultCount(frame));
    }
  }

  // ---- exceptions ----

  /** Where the clauses of a try_table lead: to branches behind its end. */
  private void stubs(Frame frame) {
    if (frame.clauses.length == 0) {
      return;
    }
    leave(frame);
    frames.remove(frames.size() - 1);
    int clause = -1;
    for (int i = 0; i < frame.clauses.length; i += 3) {
      int kind = frame.clauses[i];
      int tag = frame.clauses[i + 1];
      clause = handlers.clause(frame.region, kind, tag, clause);
      handlers.setPlace(clause, out.size());
      operands.truncate(frame.height);
      if (tag >= 0) {
        params(module.tagType(tag));
      }
      if (kind == Handlers.CATCH_REF || kind == Handlers.CATCH_ALL_REF) {
        operands.pushHome(Operands.REF);
      }
      out.label();
      revive();
      pending = 0;
      branch(frame(frame.clauses[i + 2]));
    }
    frames.add(frame);
  }

  private void params(int type) {
    for (int i = 0; i < types.paramCount(type); i++) {
      operands.pushHome(Instructions.category(types.param(type, i)));
    }
  }

  private void catches(int opcode) {
    Frame frame = frame(0);
    leave(frame);
    if (frame.opcode == Opcodes.TRY) {
      closeRegion(frame);
    }
    frame.opcode = Opcodes.CATCH;
    boolean all = opcode == Opcodes.CATCH_ALL;
    frame.clause =
        handlers.clause(
            frame.region,
            all ? Handlers.CATCH_ALL_REF : Handlers.LEGACY_CATCH,
            all ? -1 : code.index(),
            frame.clause);
    handlers.setPlace(frame.clause, out.size());
    out.label();
    revive();
    pending = 0;
    operands.truncate(frame.height);
    operands.pushHome(Operands.REF);
    if (!all) {
      params(module.tagType(code.index()));
    }
  }

  private void delegate() {
    Frame frame = frame(0);
    Frame target = frame(code.index() + 1);
    boolean open = target.opcode == Opcodes.TRY || target.opcode == Opcodes.TRY_TABLE;
    handlers.setParent(frame.region, open ? target.region : target.outerRegion);
    end();
  }

  // ---- branches ----

  /** Whether a branch needs no moves; puts the operands it carries into their homes if it can. */
  private boolean isDirect(Frame frame, int arity) {
    if (arity == 0) {
      return true;
    }
    if (operands.size() - arity != frame.height || operands.home(frame.height) != frame.home) {
      return false;
    }
    out.home(arity);
    return true;
  }

  /** Moves the operands that a label takes to where it wants them. */
  private void moves(Frame frame, int arity) {
    if (arity == 1) {
      out.move(operands.size() - 1, frame.home);
    } else if (arity > 1) {
      out.home(arity);
      int from = operands.home(operands.size() - arity);
      if (from != frame.home) {
        out.emit(Op.word(Op.MOVES, frame.home, from, 0));
        out.extra(operands.nextHome() - from);
      }
    }
  }

  /** The second word of a branch. */
  private void link(Frame frame) {
    if (frame.opcode == Opcodes.LOOP) {
      out.extra((long) (pending - frame.pendingAtTarget) << 32 | frame.target);
      return;
    }
    out.extra((long) pending << 32 | (frame.branches + 1));
    frame.branches = out.size() - 1;
  }

  private void branch(Frame frame) {
    if (frame == frames.get(0)) {
      giveBack();
      return;
    }
    int before = out.size();
    moves(frame, labelArity(frame));
    boolean one = out.size() == before + 1 && Op.op(out.get(before)) == Op.MOVE;
    out.emit(Op.BR);
    link(frame);
    plain.set(out.size() - 1);
    moving.set(out.size() - 1, one);
    die();
  }

  private void giveBack() {
    giveBack(resultCount(frames.get(0)));
  }

  /** The frame's end is near; nothing that can fail comes between. */
  private void leaveFrame() {
    if (!counted) {
      out.emit(Op.LEAVE);
    }
  }

  private void giveBack(int count) {
    if (count == 0) {
      returnAtOnce(Op.RETURN, 0);
      leaveFrame();
      out.emit(Op.word(Op.RETURN, headerSlot, 0, 0));
      charge(0);
    } else if (count == 1 && operands.category(operands.size() - 1) == Operands.NUMBER) {
      if (operands.kind(operands.size() - 1) == Operands.HOME) {
        returnAtOnce(Op.RETURN_ONE, operands.home(operands.size() - 1));
      }
      int slot = out.slot(operands.size() - 1);
      leaveFrame();
      out.emit(Op.word(Op.RETURN_ONE, headerSlot, slot, 0));
      charge(0);
    } else {
      out.home(count);
      int from = operands.home(operands.size() - count);
      leaveFrame();
      out.emit(Op.word(Op.RETURN_MANY, headerSlot, from, 0));
      charge(operands.nextHome() - from);
    }
    die();
  }

  /** Branches that would come here, where a return follows, return by themselves. */
  private void returnAtOnce(int op, int slot) {
    if (arrival != out.size() || !counted) {
      return;
    }
    for (int i = 0; i < arriving.size(); i++) {
      int second = arriving.get(i);
      if (plain.get(second)) {
        long charged = ((out.get(second) >> 32) + pending) << 32;
        long move = moving.get(second) ? out.get(second - 2) : 0; // of what is returned, or not
        boolean moves = move != 0 && ((int) (move >>> 10) & 0x3FFFF) == slot;
        int from = moves ? (int) (move >>> 28) & 0x3FFFF : slot;
        int at = moves ? second - 2 : second - 1;
        out.set(at, Op.word(op, headerSlot, from, 0));
        out.set(at + 1, charged);
      }
    }
  }

  /** A branch whose first word is given, and which is not taken if that word's condition fails. */
  private void branchIf(long word, Frame frame) {
    int arity = labelArity(frame);
    if (isDirect(frame, arity)) {
      out.emit(word);
      link(frame);
      return;
    }
    if (arity > 1) {
      out.home(arity);
    }
    out.emit(Assembler.opposite(word));
    int around = out.size();
    out.extra(0);
    int pendingHere = pending;
    moves(frame, arity);
    out.emit(Op.BR);
    link(frame);
    out.label();
    out.set(around, out.size());
    pending = pendingHere;
  }

  private void branchTable() {
    int a = out.pop();
    int arity = labelArity(frame(code.list(code.listSize() - 1)));
    if (arity > 0) {
      out.home(arity);
    }
    out.emit(Op.word(Op.BR_TABLE, 0, a, 0));
    out.extra(code.listSize());
    tables++;
    int first = out.size();
    for (int i = 0; i < code.listSize(); i++) {
      Frame frame = frame(code.list(i));
      if (isDirect(frame, arity)) {
        link(frame);
      } else {
        out.extra(0);
      }
    }
    int pendingHere = pending;
    for (int i = 0; i < code.listSize(); i++) {
      Frame frame = frame(code.list(i));
      if (!isDirect(frame, arity)) {
        if (frame.table != tables) {
          frame.table = tables;
          frame.stub = out.size();
          out.label();
          pending = pendingHere;
          branch(frame);
        }
        out.set(first + i, frame.stub);
      }
    }
    die();
  }

  private void branchOnNull(int opcode) {
    Frame frame = frame(code.index());
    if (opcode == Opcodes.BR_ON_NON_NULL) {
      int slot = out.slot(operands.size() - 1);
      branchIf(Op.word(Op.BR_NON_NULL, 0, slot, 0), frame);
      operands.pop();
      return;
    }
    int at = operands.pop();
    boolean local = operands.kind(at) == Operands.LOCAL;
    int index = local ? operands.local(at) : 0;
    branchIf(Op.word(Op.BR_NULL, 0, out.slot(at), 0), frame);
    if (local) {
      out.localGet(index);
    } else {
      operands.pushHome(Operands.REF);
    }
  }

  /** Unlike other branches, with a third word for the type. */
  private void branchOnCast(int opcode) {
    Frame frame = frame(code.index());
    int arity = labelArity(frame);
    out.home(1);
    int slot = out.slot(operands.size() - 1);
    long type = (long) (code.align() & 2) << 32 | code.type2();
    int op = opcode == Opcodes.BR_ON_CAST ? Op.BR_ON_CAST : Op.BR_ON_CAST_FAIL;
    if (isDirect(frame, arity)) {
      out.emit(Op.word(op, 0, slot, 0));
      link(frame);
      out.extra(type);
      return;
    }
    out.home(arity);
    out.emit(Assembler.opposite(Op.word(op, 0, slot, 0)));
    int around = out.size();
    out.extra(0);
    out.extra(type);
    int pendingHere = pending;
    moves(frame, arity);
    out.emit(Op.BR);
    link(frame);
    out.label();
    out.set(around, out.size());
    pending = pendingHere;
  }

  // ---- calls ----

  /** Puts the arguments into their homes and pops them; returns the first one's home. */
  private int arguments(int type) {
    int count = types.paramCount(type);
    out.home(count);
    operands.truncate(operands.size() - count);
    return operands.nextHome();
  }

  /** The last word of a call: where it is returned to. */
  private void header(int d) {
    out.extra(Header.of(out.size() + 1, Math.max(function, 0), d));
  }

  private int paramSlots(int type) {
    int slots = 0;
    for (int i = 0; i < types.paramCount(type); i++) {
      slots += Operands.width(Instructions.category(types.param(type, i)));
    }
    return slots;
  }
}
