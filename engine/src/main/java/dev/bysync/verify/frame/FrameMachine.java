package dev.bysync.verify.frame;

import dev.bysync.wasm.code.Opcodes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Executes one frame on {@link Terms}: a function of the program, whose calls are not entered, and
 * the transform's own functions, which are.
 *
 * <p>What belongs to the program is uninterpreted: an effect goes to the {@link Trace}, a read
 * gives a term, a branch goes where the {@link Ways} say. What the transform added is really done:
 * its globals and tables hold values, its stack lies in {@link StackCells}, its branches go by
 * their conditions, which must be numbers. So added code can't depend on the program's data unseen.
 *
 * <p>{@link #run} stops at each call of the program, which is the caller's to answer.
 *
 * <p>All instructions stand here together: each is a few lines over the same stack and frames, and
 * what unwinds and rewinds has to save and restore all of them.
 */
final class FrameMachine {
  /** Why {@link #run} came back. */
  enum Stop {
    /** At a call of the program, which has not been made. */
    CALL(1),
    RETURNED(2),
    /** At an unreachable instruction. */
    TRAPPED(3),
    THROWN(4),
    TAIL_CALLED(5),
    /** Where the recorded path ends, or after too many instructions. */
    CUT(6),
    /** Something is otherwise than it must be: see {@link #fault}. */
    FAULT(7);

    final int code;

    Stop(int code) {
      this.code = code;
    }
  }

  /** What may happen. */
  enum Mode {
    /** The program runs. */
    NORMAL,
    /** The frame is put away or comes back: nothing of the program's may happen. */
    SWITCHING
  }

  /** Tells which way a branch of the program goes. */
  interface Ways {
    /**
     * Chooses.
     *
     * @param code where the branch is
     * @param row its row
     * @param count how many ways there are
     * @return one of them, or -1 if there must be no branch here
     */
    int choose(FrameCode code, int row, int count);
  }

  /** Address of {@link StackCells}, on both sides of 2 GiB. */
  static final long STACK = 0x7FFFFF00L;

  private static final int MAX_DEPTH = 64;

  /** Stands for the tag of an exception that the module has none for. */
  static final int FOREIGN = -2;

  /** An exception under way. */
  @SuppressWarnings("ArrayRecordComponent") // never changed
  private record Exn(int tag, long[] payload, long term) {}

  private final FrameModule module;
  private final Trace trace;
  final StackCells cells = new StackCells();

  private long[] stack = new long[1 << 12];
  private int sp;
  private int base;
  private int row;
  private FrameCode code;

  // one row a frame below
  private final FrameCode[] callers = new FrameCode[MAX_DEPTH];
  private final int[] callerRows = new int[MAX_DEPTH];
  private final int[] callerBases = new int[MAX_DEPTH];
  private final long[][] callerCaught = new long[MAX_DEPTH][];
  private int depth;

  /** By try of the running body: the exception that its legacy catch has. */
  private long[] caught = {};

  /**
   * What locals of the program's hold before they are set: not zero, so that nothing is by chance.
   */
  private long localHash;

  /** Whether references may be null where nobody has computed them. */
  private boolean hasNulls;

  private final Map<Long, Exn> exceptions = new HashMap<>();
  private final long[] globals;
  private final List<long[]> tables = new ArrayList<>();

  /** Added tables, counted from the first, that a reference was put in. */
  private final BitSet written = new BitSet();

  /** The added table that can't grow, or -1. */
  private int full = -1;

  private Mode mode = Mode.NORMAL;
  private Ways ways = (where, at, count) -> -1;
  private long steps;
  private long limit;
  private String fault = "";

  /** Told what happens; null while nobody listens. */
  private @Nullable FrameWatch watch;

  FrameMachine(FrameModule module, Trace trace) {
    this.module = module;
    this.trace = trace;
    code = module.nothing();
    globals = new long[module.globalCount()];
  }

  // ---- what a caller sets and sees ----

  void mode(Mode next) {
    mode = next;
  }

  void ways(Ways next) {
    ways = next;
  }

  /** Tells what happens from now on. */
  void watch(@Nullable FrameWatch next) {
    watch = next;
  }

  /** Instructions executed so far. */
  long steps() {
    return steps;
  }

  /** Lets so many more instructions be executed. */
  void allow(long more) {
    limit = steps + more;
  }

  String fault() {
    return fault;
  }

  FrameCode code() {
    return code;
  }

  /** The row it is at. */
  int row() {
    return row;
  }

  /** What the legacy catch of a try of the running body has caught. */
  long caught(int t) {
    return caught[t];
  }

  /** The tag of an exception, {@link #FOREIGN} included; below that if it is none. */
  int tag(long term) {
    Exn exn = exceptions.get(term);
    return exn == null ? FOREIGN - 1 : exn.tag();
  }

  /** Whether a legacy catch of a frame has an exception that the module can't throw again. */
  boolean hasForeign(Snapshot frame) {
    for (long term : frame.caught) {
      if (tag(term) == FOREIGN) {
        return true;
      }
    }
    return false;
  }

  /** Frames below the running one. */
  int depth() {
    return depth;
  }

  /** A local of the running body. */
  long local(int index) {
    return stack[base + index];
  }

  /** Operands of the running body. */
  int height() {
    return sp - base - code.locals;
  }

  long operand(int index) {
    return stack[base + code.locals + index];
  }

  long result(int index) {
    return stack[sp - code.results + index];
  }

  /** Forgets what another function has thrown. */
  void forgetExceptions() {
    exceptions.clear();
  }

  /** Puts all of the program's and the transform's globals at their start. */
  void reset(long seed) {
    for (int i = 0; i < globals.length; i++) {
      globals[i] =
          module.isAddedGlobal(i)
              ? module.initialValue(i)
              : Terms.term(Terms.mix(seed, module.origins().global(i)));
    }
    tables.clear();
    written.clear();
    cells.clear();
    depth = 0;
    sp = 0;
    base = 0;
    fault = "";
  }

  /**
   * Enters a function with arguments that are terms of a seed, and locals that are others. If the
   * seed is odd no reference is null: what is null can be right by chance.
   */
  void enter(FrameCode body, long seed) {
    hasNulls = (seed & 1) == 0;
    enter(body, seed, Terms.mix(seed));
  }

  /** Enters a function to rewind; what it is given is rubbish. */
  void rewind(FrameCode body, long garbage) {
    hasNulls = true;
    enter(body, garbage, garbage);
  }

  private void enter(FrameCode body, long arguments, long locals) {
    depth = 0;
    base = 0;
    sp = 0;
    localHash = locals;
    begin(body, 0);
    for (int i = 0; i < body.params; i++) {
      stack[i] = unknown(body, i, arguments);
    }
    if (watch != null) {
      watch.entered(body, mode, stack, base);
    }
  }

  /**
   * What the program puts into a local: a number becomes a term of the instruction that puts it
   * there, so that a zero, or a neighbour with the same number, is not right by chance. Nulls stay.
   */
  private static long named(FrameCode c, int r, long value) {
    boolean isAdded = c.origin[r] == FrameCode.ADDED;
    if (isAdded || !Terms.isNumber(value) || c.nullable.get(c.x[r]) || c.alwaysNull.get(c.x[r])) {
      return value;
    }
    return Terms.term(Terms.mix(Terms.mix(Opcodes.LOCAL_SET, c.origin[r]), value));
  }

  /** A value of a local that nobody has computed; of references some are null. */
  private long unknown(FrameCode body, int local, long hash) {
    long mixed = Terms.mix(hash, local);
    boolean isNull = hasNulls && (mixed & 1) == 0 && body.nullable.get(local);
    return isNull || body.alwaysNull.get(local) ? 0 : Terms.term(mixed);
  }

  /** Enters a function of the transform with plain arguments. */
  void enter(FrameCode body, long... arguments) {
    depth = 0;
    base = 0;
    sp = 0;
    begin(body, 0);
    System.arraycopy(arguments, 0, stack, 0, arguments.length);
  }

  private void begin(FrameCode body, int at) {
    base = at;
    code = body;
    row = 0;
    ensure(at + body.slots() + 1);
    Arrays.fill(stack, at + body.params, at + body.locals, 0);
    sp = at + body.locals;
    if (body.parent.size() > 0) {
      caught = new long[body.parent.size()];
    }
    int program = module.programLocals(body);
    for (int i = Math.min(body.params, body.programParams); i < program; i++) {
      stack[at + i] = unknown(body, i, localHash);
    }
  }

  private void ensure(int slots) {
    if (slots > stack.length) {
      stack = Arrays.copyOf(stack, Math.max(slots, stack.length * 2));
    }
  }

  /** A hash of the locals whose bits are set. */
  long hashOfLocals(long[] mask) {
    long hash = 0;
    for (int word = 0; word < mask.length; word++) {
      for (long rest = mask[word]; rest != 0; rest &= rest - 1) {
        int local = (word << 6) + Long.numberOfTrailingZeros(rest);
        hash = Terms.mix(hash, stack[base + local]);
      }
    }
    return hash;
  }

  // ---- answers to branches and calls ----

  /** Goes a way of the branch that it has asked {@link Ways} for. */
  void take(int way) {
    follow(code, row, way);
  }

  /** The hash of the call that it is at: callee and arguments. */
  long callDigest() {
    long hash = code.literal[row];
    for (int i = sp - code.pops[row]; i < sp; i++) {
      hash = Terms.mix(hash, stack[i]);
    }
    return hash;
  }

  /** Takes the arguments off and goes on behind the call, with results that are terms of a hash. */
  void answer(long results) {
    sp -= code.pops[row];
    for (int i = 0; i < code.pushes[row]; i++) {
      stack[sp++] = Terms.term(Terms.mix(results, i));
    }
    if (watch != null) {
      watch.answered(code, row, stack, sp);
    }
    row++;
  }

  /** Takes the arguments off and goes on behind the call, with zeros. */
  void answerZeros() {
    sp -= code.pops[row];
    Arrays.fill(stack, sp, sp + code.pushes[row], 0);
    sp += code.pushes[row];
    row++;
  }

  /** The call throws; gives what {@link #run} would if nothing catches it, else null. */
  boolean answerThrow(int tag, int payload, long hash) {
    if (watch != null) {
      watch.thrown(code, row, tag);
    }
    sp -= code.pops[row];
    long[] values = new long[payload];
    for (int i = 0; i < payload; i++) {
      values[i] = Terms.term(Terms.mix(hash, i));
    }
    return raise(exception(tag, values));
  }

  private Exn exception(int tag, long[] payload) {
    long hash = Terms.mix(Opcodes.THROW, tag);
    for (long value : payload) {
      hash = Terms.mix(hash, value);
    }
    Exn exn = new Exn(tag, payload, Terms.term(hash));
    exceptions.put(exn.term(), exn);
    return exn;
  }

  // ---- snapshots ----

  /** The running frame and those below it, to be put back. */
  static final class Snapshot {
    private long[] stack = {};
    private int sp;
    private int base;
    private int row;
    private FrameCode code = new FrameCode(-1, 0);
    private long[] caught = {};
    private int depth;
    private FrameCode[] callers = {};
    private int[] callerRows = {};
    private int[] callerBases = {};
    private long[][] callerCaught = {};

    private void ensure(int slots, int frames) {
      if (stack.length < slots) {
        stack = new long[Math.max(slots, 64)];
      }
      if (callers.length < frames) {
        callers = new FrameCode[frames];
        callerRows = new int[frames];
        callerBases = new int[frames];
        callerCaught = new long[frames][];
      }
    }

    /** Values that it keeps. */
    int size() {
      return sp;
    }

    FrameCode code() {
      return code;
    }

    long local(int index) {
      return stack[base + index];
    }

    int row() {
      return row;
    }

    int height() {
      return sp - base - code.locals;
    }

    long operand(int index) {
      return stack[base + code.locals + index];
    }

    long caught(int t) {
      return caught[t];
    }
  }

  void save(Snapshot to) {
    to.ensure(sp, depth);
    System.arraycopy(stack, 0, to.stack, 0, sp);
    to.sp = sp;
    to.base = base;
    to.row = row;
    to.code = code;
    to.caught = code.parent.size() > 0 ? caught.clone() : caught;
    to.depth = depth;
    System.arraycopy(callers, 0, to.callers, 0, depth);
    System.arraycopy(callerRows, 0, to.callerRows, 0, depth);
    System.arraycopy(callerBases, 0, to.callerBases, 0, depth);
    System.arraycopy(callerCaught, 0, to.callerCaught, 0, depth);
  }

  void restore(Snapshot from) {
    System.arraycopy(from.stack, 0, stack, 0, from.sp);
    sp = from.sp;
    base = from.base;
    row = from.row;
    code = from.code;
    caught = code.parent.size() > 0 ? from.caught.clone() : from.caught;
    depth = from.depth;
    System.arraycopy(from.callers, 0, callers, 0, depth);
    System.arraycopy(from.callerRows, 0, callerRows, 0, depth);
    System.arraycopy(from.callerBases, 0, callerBases, 0, depth);
    System.arraycopy(from.callerCaught, 0, callerCaught, 0, depth);
  }

  // ---- the transform's tables ----

  /** Those that a reference was put in since they were forgotten, counted from the first added. */
  BitSet written() {
    return written;
  }

  /** Takes all references out of one of them. */
  void empty(int index) {
    Arrays.fill(tables.get(index), 0);
  }

  /** Lets one of them grow no more; none for -1. */
  void fill(int index) {
    full = index;
  }

  /** References that one of them holds. */
  int held(int index) {
    int held = 0;
    for (long reference : tables.get(index)) {
      held += reference != 0 ? 1 : 0;
    }
    return held;
  }

  /** Slots of one of them. */
  int slots(int index) {
    return tables.get(index).length;
  }

  /** What all of them hold. */
  List<long[]> tables() {
    return tables.stream().map(long[]::clone).toList();
  }

  /** Puts that back. */
  void setTables(List<long[]> from) {
    tables.clear();
    tables.addAll(from);
  }

  /** Copies all globals to an array, which may be made larger. */
  long[] globals(long[] to) {
    long[] copy = to.length < globals.length ? new long[globals.length] : to;
    System.arraycopy(globals, 0, copy, 0, globals.length);
    return copy;
  }

  /** Puts all globals back. */
  void setGlobals(long[] from) {
    System.arraycopy(from, 0, globals, 0, globals.length);
  }

  // ---- execution ----

  /** Goes on until something happens that the caller has to know. */
  Stop run() {
    while (true) {
      if (steps++ >= limit) {
        return Stop.CUT;
      }
      FrameCode c = code;
      int r = row;
      switch (c.kind[r]) {
        case FrameCode.CONST -> push(c.literal[r]);
        case FrameCode.LOCAL_GET -> push(stack[base + c.x[r]]);
        case FrameCode.LOCAL_SET -> stack[base + c.x[r]] = named(c, r, stack[--sp]);
        case FrameCode.LOCAL_TEE -> {
          stack[sp - 1] = named(c, r, stack[sp - 1]);
          stack[base + c.x[r]] = stack[sp - 1];
        }
        case FrameCode.GLOBAL_GET -> {
          if (watch != null) {
            tell(watch, c, r);
          }
          push(globals[c.x[r]]);
        }
        case FrameCode.DROP -> sp--;
        case FrameCode.PURE -> pure(c, r);
        case FrameCode.SELECT -> select();
        case FrameCode.GOTO -> {
          go(c, c.x[r]);
          continue;
        }
        case FrameCode.IF,
            FrameCode.BR_IF,
            FrameCode.BR_IF_INVERTED,
            FrameCode.BR_TABLE,
            FrameCode.BR_ON_NULL,
            FrameCode.BR_ON_NON_NULL,
            FrameCode.BR_ON_CAST,
            FrameCode.BR_ON_CAST_FAIL -> {
          if (trace.isAtCut() && c.origin[r] != FrameCode.ADDED && mode == Mode.NORMAL) {
            return Stop.CUT;
          }
          if (!branch(c, r)) {
            return Stop.FAULT;
          }
          continue;
        }
        case FrameCode.LOAD, FrameCode.READ -> {
          if (mode == Mode.SWITCHING && c.origin[r] != FrameCode.ADDED) {
            fault("while it is suspended or resumed it reads the program's state");
            return Stop.FAULT;
          }
          if (c.kind[r] == FrameCode.LOAD) {
            load(c, r);
          } else {
            read(c, r);
          }
        }
        default -> {
          Stop stop = special(c, r);
          if (stop != null) {
            return stop;
          }
          continue;
        }
      }
      row = r + 1;
    }
  }

  private void push(long value) {
    stack[sp++] = value;
  }

  private void pure(FrameCode c, int r) {
    long hash = c.literal[r];
    switch (c.pops[r]) {
      case 1 -> {
        long a = stack[sp - 1];
        // what the program holds is not null where the transform asks; nulls are numbers
        boolean isAsked = c.opcode[r] == Opcodes.REF_IS_NULL && c.origin[r] == FrameCode.ADDED;
        stack[sp - 1] = isAsked && !Terms.isNumber(a) ? 0 : Terms.unary(c.opcode[r], hash, a);
      }
      case 2 -> {
        sp--;
        stack[sp - 1] = Terms.binary(c.opcode[r], hash, stack[sp - 1], stack[sp]);
      }
      default -> {
        for (int i = c.pops[r]; i > 0; i--) {
          hash = Terms.mix(hash, stack[sp - i]);
        }
        sp -= c.pops[r];
        push(Terms.term(hash));
      }
    }
  }

  private void select() {
    long condition = stack[--sp];
    long second = stack[--sp];
    long first = stack[sp - 1];
    if (Terms.isNumber(condition)) {
      stack[sp - 1] = condition != 0 ? first : second;
    } else {
      long hash = Terms.mix(Terms.mix(Opcodes.SELECT, Terms.isNotZero(condition)), first);
      stack[sp - 1] = Terms.term(Terms.mix(hash, second));
    }
  }

  private void go(FrameCode c, int branch) {
    int count = c.arity.get(branch);
    int to = base + c.locals + c.floor.get(branch);
    if (to + count != sp) {
      System.arraycopy(stack, sp - count, stack, to, count);
      sp = to + count;
    }
    row = c.target.get(branch);
  }

  // ---- branches ----

  /** Takes a conditional branch; gives false for a fault. */
  private boolean branch(FrameCode c, int r) {
    byte kind = c.kind[r];
    boolean takesCondition = kind <= FrameCode.BR_TABLE;
    long value = takesCondition ? stack[--sp] : stack[sp - 1];
    int way = way(c, r, value);
    if (watch != null) {
      watch.branched(c, r, value, way);
    }
    if (way < 0) {
      return false;
    }
    follow(c, r, way);
    return true;
  }

  /** The way that a branch goes; -1 for a fault. */
  private int way(FrameCode c, int r, long value) {
    byte kind = c.kind[r];
    int way;
    if (c.origin[r] == FrameCode.ADDED || mode == Mode.SWITCHING) {
      way = c.naturalWay(r, value);
      if (way < 0) {
        fault("it branches by what the program's data are, where it must not");
      }
    } else if (!trace.event(c.origin[r], Terms.mix(kind(kind), condition(c, r, value)))) {
      fault("it branches by another condition");
      way = -1;
    } else {
      way = ways.choose(c, r, kind == FrameCode.BR_TABLE ? c.y[r] : 2);
      if (way < 0) {
        fault("it comes to another branch");
      }
    }
    return way;
  }

  /** Inverted or not is the same. */
  private static int kind(byte kind) {
    return kind == FrameCode.BR_IF_INVERTED ? FrameCode.IF : kind;
  }

  private static long condition(FrameCode c, int r, long value) {
    return switch (c.kind[r]) {
      case FrameCode.IF, FrameCode.BR_IF -> Terms.isNotZero(value);
      case FrameCode.BR_IF_INVERTED -> Terms.not(Terms.isNotZero(value));
      default -> Terms.mix(c.literal[r], value);
    };
  }

  private void follow(FrameCode c, int r, int way) {
    switch (c.kind[r]) {
      case FrameCode.IF -> {
        if (way == 0) {
          row = r + 1;
        } else {
          go(c, c.x[r]);
        }
      }
      case FrameCode.BR_IF_INVERTED -> {
        if (way == 1) {
          go(c, c.x[r]);
        } else {
          row = r + 1;
        }
      }
      case FrameCode.BR_TABLE -> go(c, c.x[r] + way);
      case FrameCode.BR_ON_NULL -> {
        if (way == 0) {
          sp--;
          go(c, c.x[r]);
        } else {
          row = r + 1;
        }
      }
      case FrameCode.BR_ON_NON_NULL -> {
        if (way == 0) {
          go(c, c.x[r]);
        } else {
          sp--;
          row = r + 1;
        }
      }
      default -> {
        if (way == 0) {
          go(c, c.x[r]);
        } else {
          row = r + 1;
        }
      }
    }
  }

  // ---- state ----

  private void read(FrameCode c, int r) {
    long hash = Terms.mix(c.literal[r], trace.world());
    for (int i = c.pops[r]; i > 0; i--) {
      hash = Terms.mix(hash, stack[sp - i]);
    }
    sp -= c.pops[r];
    push(Terms.term(hash));
  }

  private void load(FrameCode c, int r) {
    long address = address(c, r, stack[sp - 1]);
    if (address >= 0) {
      int width = module.width(c.opcode[r]);
      long value = cells.load((int) address, width);
      stack[sp - 1] =
          module.isPlainAccess(c.opcode[r]) ? value : Terms.term(Terms.mix(c.opcode[r], value));
      if (watch != null) {
        watch.popped(c, r, address, stack[sp - 1]);
      }
      return;
    }
    long hash = Terms.mix(Terms.mix(c.opcode[r], c.x[r]), c.literal[r]);
    stack[sp - 1] = Terms.term(Terms.mix(Terms.mix(hash, stack[sp - 1]), trace.world()));
  }

  /** The place in {@link StackCells} that an access means, or -1: the program means none. */
  private long address(FrameCode c, int r, long value) {
    if (c.origin[r] != FrameCode.ADDED
        || !Terms.isNumber(value)
        || c.x[r] != module.stackMemory()) {
      return -1;
    }
    long plain = module.isWide() ? value : value & 0xFFFFFFFFL;
    long address = plain + c.literal[r] - STACK;
    return address >= 0 && address < StackCells.SIZE ? address : -1;
  }

  /** All that is seldom or stops; null to go on. */
  private @Nullable Stop special(FrameCode c, int r) {
    if (watch != null) {
      tell(watch, c, r);
    }
    switch (c.kind[r]) {
      case FrameCode.CAST -> {
        // what it gives is what it takes; whether it would trap is the program's business
        if (c.origin[r] != FrameCode.ADDED
            && !event(c, r, Terms.mix(c.literal[r], stack[sp - 1]), "it casts another value")) {
          return stopped();
        }
      }
      case FrameCode.GLOBAL_SET -> {
        long value = stack[--sp];
        int original = module.origins().global(c.x[r]);
        if (original != FrameCode.ADDED
            && !event(
                c,
                r,
                Terms.mix(Terms.mix(Opcodes.GLOBAL_SET, original), value),
                "it sets a global")) {
          return stopped();
        }
        globals[c.x[r]] = value;
      }
      case FrameCode.STORE -> {
        long value = stack[--sp];
        long at = stack[--sp];
        long address = address(c, r, at);
        if (address >= 0) {
          boolean isPlain = module.isPlainAccess(c.opcode[r]);
          long stored = isPlain ? value : Terms.term(Terms.mix(c.opcode[r], value));
          cells.store((int) address, module.width(c.opcode[r]), stored);
        } else {
          long hash = Terms.mix(Terms.mix(c.opcode[r], c.x[r]), c.literal[r]);
          if (!event(c, r, Terms.mix(Terms.mix(hash, at), value), "it stores something else")) {
            return stopped();
          }
        }
      }
      case FrameCode.EFFECT -> {
        long hash = c.literal[r];
        for (int i = c.pops[r]; i > 0; i--) {
          hash = Terms.mix(hash, stack[sp - i]);
        }
        sp -= c.pops[r];
        if (!event(c, r, hash, "it does something else")) {
          return stopped();
        }
        for (int i = 0; i < c.pushes[r]; i++) {
          push(Terms.term(Terms.mix(trace.world(), i)));
        }
      }
      case FrameCode.TABLE -> {
        if (!table(c, r)) {
          return stopped();
        }
      }
      case FrameCode.CALL -> {
        if (c.y[r] == FrameCode.ADDED) {
          return enterAdded(c, r) ? null : Stop.FAULT;
        }
        return trace.isAtCut() && mode == Mode.NORMAL ? Stop.CUT : Stop.CALL;
      }
      case FrameCode.CALL_INDIRECT, FrameCode.CALL_REF -> {
        return trace.isAtCut() && mode == Mode.NORMAL ? Stop.CUT : Stop.CALL;
      }
      case FrameCode.TAIL_CALL, FrameCode.TAIL_CALL_INDIRECT, FrameCode.TAIL_CALL_REF -> {
        return tailCall(c, r);
      }
      case FrameCode.RETURN -> {
        if (depth == 0) {
          return Stop.RETURNED;
        }
        leave(c.results);
        return null;
      }
      case FrameCode.UNREACHABLE -> {
        return Stop.TRAPPED;
      }
      default -> {
        if (trace.isAtCut() && mode == Mode.NORMAL && c.origin[r] != FrameCode.ADDED) {
          return Stop.CUT;
        }
        return throwing(c, r) ? null : fault.isEmpty() ? Stop.THROWN : Stop.FAULT;
      }
    }
    row = r + 1;
    return null;
  }

  private void tell(FrameWatch to, FrameCode c, int r) {
    boolean isOver = trace.isAtCut() && mode == Mode.NORMAL;
    boolean isPush = false;
    if (c.kind[r] == FrameCode.STORE) {
      long address = address(c, r, stack[sp - 2]);
      isPush = address >= 0 && to.pushed(c, r, address, stack[sp - 1]);
    }
    if (!isOver && !isPush) {
      to.at(c, r, mode, depth, stack, sp);
    }
  }

  private Stop stopped() {
    return fault.isEmpty() ? Stop.CUT : Stop.FAULT;
  }

  /** An effect of the program; gives false if it may not be, or if the path is at its end. */
  private boolean event(FrameCode c, int r, long digest, String otherwise) {
    if (mode == Mode.SWITCHING) {
      return fault("while it is suspended or resumed it changes the program's state");
    }
    if (trace.isAtCut()) {
      return false;
    }
    return trace.event(c.origin[r], digest) || fault(otherwise);
  }

  private boolean table(FrameCode c, int r) {
    int opcode = c.opcode[r];
    if (!module.origins().isAddedTable(c.x[r])) {
      if (opcode == Opcodes.TABLE_GET || opcode == Opcodes.TABLE_SIZE) {
        read(c, r);
        return true;
      }
      long hash = c.literal[r];
      for (int i = c.pops[r]; i > 0; i--) {
        hash = Terms.mix(hash, stack[sp - i]);
      }
      sp -= c.pops[r];
      if (!event(c, r, hash, "it changes a table")) {
        return false;
      }
      if (c.pushes[r] > 0) {
        push(Terms.term(trace.world()));
      }
      return true;
    }
    return addedTable(c, r, opcode);
  }

  /** An instruction on a table of the transform's own. */
  private boolean addedTable(FrameCode c, int r, int opcode) {
    int index = c.x[r] - module.firstAddedTable();
    while (tables.size() <= index) {
      tables.add(new long[module.tableSize(module.firstAddedTable() + tables.size())]);
    }
    long[] table = tables.get(index);
    switch (opcode) {
      case Opcodes.TABLE_SIZE -> push(table.length);
      case Opcodes.TABLE_GET -> {
        long slot = stack[sp - 1];
        if (!isSlot(slot, table)) {
          return fault("it reads a slot that a table of the transform doesn't have");
        }
        stack[sp - 1] = table[(int) slot];
      }
      case Opcodes.TABLE_SET -> {
        long value = stack[--sp];
        long slot = stack[--sp];
        if (!isSlot(slot, table)) {
          return fault("it writes a slot that a table of the transform doesn't have");
        }
        table[(int) slot] = value;
        written.set(index, written.get(index) || value != 0);
      }
      case Opcodes.TABLE_GROW -> {
        long by = stack[--sp];
        long value = stack[sp - 1];
        if (!Terms.isNumber(by) || by < 0 || by + table.length > 1 << 16) {
          return fault("it grows a table of the transform without bound");
        }
        if (index == full) {
          stack[sp - 1] = -1;
          return true;
        }
        stack[sp - 1] = table.length;
        long[] grown = Arrays.copyOf(table, table.length + (int) by);
        Arrays.fill(grown, table.length, grown.length, value);
        tables.set(index, grown);
      }
      default -> {
        return fault("it fills a table of the transform");
      }
    }
    return true;
  }

  private static boolean isSlot(long slot, long[] table) {
    return Terms.isNumber(slot) && slot >= 0 && slot < table.length;
  }

  // ---- calls ----

  private boolean enterAdded(FrameCode c, int r) {
    if (depth == MAX_DEPTH) {
      return fault("functions of the transform call each other without end");
    }
    FrameCode callee = module.code(c.x[r]);
    callers[depth] = c;
    callerRows[depth] = r + 1;
    callerBases[depth] = base;
    callerCaught[depth++] = caught;
    begin(callee, sp - callee.params);
    return true;
  }

  /** The running frame ends; its results are on top. */
  private void leave(int results) {
    int from = sp - results;
    int to = base;
    System.arraycopy(stack, from, stack, to, results);
    sp = to + results;
    pop();
  }

  private void pop() {
    depth--;
    code = callers[depth];
    row = callerRows[depth];
    base = callerBases[depth];
    caught = callerCaught[depth];
  }

  private @Nullable Stop tailCall(FrameCode c, int r) {
    if (c.kind[r] == FrameCode.TAIL_CALL && c.y[r] == FrameCode.ADDED) {
      FrameCode callee = module.code(c.x[r]);
      System.arraycopy(stack, sp - callee.params, stack, base, callee.params);
      begin(callee, base);
      return null;
    }
    long hash = Terms.mix(callDigest(), FrameCode.TAIL_CALL);
    if (mode == Mode.SWITCHING) {
      fault("while it is suspended or resumed it makes a tail call");
      return Stop.FAULT;
    }
    if (trace.isAtCut()) {
      return Stop.CUT;
    }
    if (!trace.event(c.origin[r], hash)) {
      fault("it makes another tail call");
      return Stop.FAULT;
    }
    return Stop.TAIL_CALLED;
  }

  // ---- exceptions ----

  /** Throws; gives false if nothing catches it, or for a fault. */
  private boolean throwing(FrameCode c, int r) {
    Exn exn;
    switch (c.kind[r]) {
      case FrameCode.THROW -> {
        long[] payload = Arrays.copyOfRange(stack, sp - c.pops[r], sp);
        exn = exception(c.x[r], payload);
      }
      case FrameCode.THROW_REF -> exn = known(stack[sp - 1]);
      default -> exn = known(caught[c.x[r]]);
    }
    if (c.origin[r] != FrameCode.ADDED) {
      if (mode == Mode.SWITCHING) {
        return fault("while it is suspended or resumed it throws an exception of the program");
      }
      if (!trace.event(c.origin[r], Terms.mix(Opcodes.THROW, exn.term()))) {
        return fault("it throws another exception");
      }
    }
    return raise(exn);
  }

  private Exn known(long term) {
    Exn exn = exceptions.get(term);
    return exn == null ? new Exn(FOREIGN, new long[0], term) : exn;
  }

  /** Goes to the handler of an exception; gives false if there is none. */
  private boolean raise(Exn exn) {
    while (true) {
      for (int t = code.region[row]; t >= 0; t = code.parent.get(t)) {
        int clause = code.firstClause.get(t);
        for (; clause >= 0; clause = code.nextClause.get(clause)) {
          if (code.clauseTag.get(clause) < 0 || code.clauseTag.get(clause) == exn.tag()) {
            deliver(t, clause, exn);
            return true;
          }
        }
      }
      if (depth == 0) {
        return false;
      }
      pop();
      row--;
    }
  }

  private void deliver(int t, int clause, Exn exn) {
    int branch = code.clauseBranch.get(clause);
    int kind = code.clauseKind.get(clause);
    sp = base + code.locals + code.floor.get(branch);
    if (code.clauseTag.get(clause) >= 0) {
      for (long value : exn.payload()) {
        push(value);
      }
    }
    if (kind == FrameCode.LEGACY) {
      caught[t] = exn.term();
    } else if ((kind & 1) != 0) {
      push(exn.term());
    }
    row = code.target.get(branch);
  }

  private boolean fault(String what) {
    if (fault.isEmpty()) {
      fault = what;
    }
    return false;
  }
}
