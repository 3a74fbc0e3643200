package dev.bysync.interp;

import dev.bysync.interp.Code.Handlers;
import dev.bysync.interp.Code.Places;
import dev.bysync.wasm.binary.WasmException;
import java.util.Arrays;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The stack of a store, and the calls on it. The loop that executes code is {@link Loop}.
 *
 * <p>Frames lie one behind the other in two arrays, numbers in one and references in the other; a
 * callee's frame begins at its arguments in the caller's, and its results end up there. Behind the
 * locals is what a return needs ({@link Header}), then operands.
 */
final class Machine {
  private static final int FIRST_SLOTS = 1 << 10;
  private static final int FIRST_CALLERS = 8;

  final Store store;
  final RareOps rare;
  private final Loop loop;
  private final WasmFunction exit;

  long[] slots = new long[FIRST_SLOTS];
  @Nullable Object[] refs = new Object[FIRST_SLOTS];

  /** Frames under way, less those that don't count; and how many of those there are. */
  int depth;

  private int uncounted;

  /** How many frames there may be before entering a function needs a closer look. */
  int fastDepth;

  /** Callers whose place isn't in a {@link Header}, and their places: word and frame. */
  private WasmFunction[] callers = new WasmFunction[FIRST_CALLERS];

  private long[] places = new long[FIRST_CALLERS];
  private int outer;

  // a call that an interceptor has put off
  private @Nullable WasmFunction putOff;

  private long[] putOffSlots = {};
  private @Nullable Object[] putOffRefs = {};

  private int hostCalls;
  boolean watched;

  // Where the loop is, whenever it isn't running.
  WasmFunction function;
  int word;
  int frame;
  long fuel;

  Machine(Store store) {
    this.store = store;
    exit = new WasmFunction(store.nowhere, Code.EXIT);
    Arrays.fill(callers, exit);
    fastDepth = store.limits.frames();
    function = exit;
    rare = new RareOps(this);
    loop = new Loop(this);
  }

  /** Calls a function from outside, or from a function of the host. */
  void invoke(WasmFunction callee, long[] args, @Nullable Object[] argRefs) {
    if (callee.store != store) {
      throw new IllegalArgumentException("a function of another store");
    }
    invoke(callee, args, argRefs, callee.type.paramSlots, callee.type.resultSlots);
  }

  /** Evaluates a constant expression: its value's slots are the first two. */
  void evaluate(WasmFunction expression, long[] slots, @Nullable Object[] argRefs) {
    invoke(expression, slots, argRefs, 0, 2);
  }

  private void invoke(
      WasmFunction callee, long[] args, @Nullable Object[] argRefs, int count, int results) {
    int at = frame + function.compiled.frameSlots;
    long savedFuel = fuel;
    int savedDepth = depth;
    int savedUncounted = uncounted;
    int savedOuter = outer;
    count(callee.counts);
    pushCaller();
    function = exit;
    word = 0;
    frame = at;
    fuel = 0;
    try {
      fuel = store.slice(0);
      ensureSlots(at + Math.max(count, results));
      System.arraycopy(args, 0, slots, at, count);
      System.arraycopy(argRefs, 0, refs, at, count);
      if (callee.host != null) {
        callHost(callee, at);
      } else {
        run(callee, at);
      }
      System.arraycopy(slots, at, args, 0, results);
      System.arraycopy(refs, at, argRefs, 0, results);
    } catch (Parking parking) {
      if (savedOuter == 0) {
        park(parking, callee, at);
      }
      throw parking;
    } finally {
      store.giveBack(fuel);
      depth = savedDepth;
      uncounted = savedUncounted;
      outer = savedOuter + 1;
      leave();
      fuel = savedFuel;
    }
  }

  /** Tells where each frame has made its call. */
  void report(Store.Watch reported) {
    report(function, word, reported);
    Frames frames = new Frames(this);
    while (frames.next()) {
      report(frames.function(), frames.word(), reported);
    }
  }

  /** Tells the function of each frame, the innermost first. */
  void functions(IntConsumer told) {
    tell(function, told);
    Frames frames = new Frames(this);
    while (frames.next()) {
      tell(frames.function(), told);
    }
  }

  private static void tell(WasmFunction function, IntConsumer told) {
    if (function.index >= 0) {
      told.accept(function.index);
    }
  }

  private void report(WasmFunction caller, int next, Store.Watch reported) {
    if (caller.index >= 0) {
      Places where = caller.instance.module.places(caller.index, caller.watched);
      reported.instruction(caller.index, where.offset(next - 1));
    }
  }

  // ---- calls that are put aside ----

  /** Hands the stack over, and begins another. */
  private void park(Parking parking, WasmFunction entry, int base) {
    parking.entry = entry;
    parking.base = base;
    parking.slots = slots;
    parking.refs = refs;
    parking.callers = callers;
    parking.places = places;
    parking.depth = depth;
    parking.uncounted = uncounted;
    parking.outer = outer;
    parking.watched = watched;
    parking.function = function;
    parking.word = word;
    parking.frame = frame;
    slots = new long[FIRST_SLOTS];
    refs = new Object[FIRST_SLOTS];
    callers = new WasmFunction[FIRST_CALLERS];
    Arrays.fill(callers, exit);
    places = new long[FIRST_CALLERS];
  }

  /** Takes a stack over and goes on with it. */
  void resume(Parking parked, long[] results, @Nullable Object[] resultRefs) {
    WasmFunction entry = parked.entry;
    WasmFunction callee = parked.callee;
    if (outer != 0 || entry == null || callee == null || parked.function == null) {
      throw new IllegalStateException("another call is under way");
    }
    parked.entry = null;
    slots = parked.slots;
    refs = parked.refs;
    callers = parked.callers;
    places = parked.places;
    depth = parked.depth;
    uncounted = parked.uncounted;
    outer = parked.outer;
    function = parked.function;
    word = parked.word;
    frame = parked.frame;
    try {
      adapt(parked.watched);
      proceed(callee, parked.at);
      System.arraycopy(slots, parked.base, results, 0, entry.type.resultSlots);
      System.arraycopy(refs, parked.base, resultRefs, 0, entry.type.resultSlots);
    } catch (Parking parking) {
      park(parking, entry, parked.base);
      throw parking;
    } finally {
      store.giveBack(fuel);
      depth = 0;
      uncounted = 0;
      outer = 1;
      leave();
      fuel = 0;
    }
  }

  /** Makes the stack fit the code that functions have now. */
  private void adapt(boolean wasWatched) {
    if (watched != wasWatched) {
      boolean now = watched;
      watched = wasWatched;
      setWatched(now);
      return;
    }
    recompile(function);
    Frames frames = new Frames(this);
    while (frames.next()) {
      recompile(frames.function());
    }
  }

  private void recompile(WasmFunction called) {
    if (called.index >= 0 && called.watched != watched) {
      compile(called);
    }
  }

  /** Calls a function of the host and goes on with what the stack holds. */
  private void proceed(WasmFunction callee, int at) {
    boolean resumed = false;
    while (true) {
      try {
        if (!resumed) {
          resumed = true;
          callHost(callee, at);
        }
        if (!isExit(function)) {
          loop.run();
        }
        return;
      } catch (WasmThrow thrown) {
        if (!unwind(thrown)) {
          throw thrown;
        }
      }
    }
  }

  /** Accounts for a frame. */
  private void count(boolean counted) {
    int frames = store.limits.frames();
    if (counted ? depth >= frames : uncounted >= frames) {
      throw Traps.depth();
    }
    if (counted) {
      depth++;
    } else {
      uncounted++;
    }
  }

  /** A frame that doesn't count ends: what ends it takes it for one that does. */
  void leaveUncounted() {
    uncounted--;
    depth++;
  }

  /** Saves where the machine is. */
  private void pushCaller() {
    if (outer == callers.length) {
      callers = Arrays.copyOf(callers, outer * 2);
      Arrays.fill(callers, outer, outer * 2, exit);
      places = Arrays.copyOf(places, outer * 2);
    }
    callers[outer] = function;
    places[outer++] = (long) word << 32 | frame;
  }

  /** Goes back to where the machine was when it was saved last. */
  void leave() {
    outer--;
    function = callers[outer];
    word = (int) (places[outer] >>> 32);
    frame = (int) places[outer];
  }

  /**
   * Calls a function from where the machine is: enters it, or does all of it if it is a host's.
   *
   * @param at the slot of the first argument
   * @param header what its return needs, if the caller belongs to the same instance
   */
  void enter(WasmFunction wanted, int at, long header) {
    WasmFunction callee = wanted;
    Interceptor interceptor = store.interceptor;
    if (interceptor != null && function.index >= 0) {
      WasmFunction made = intercept(interceptor, wanted, at);
      if (made == null) {
        return;
      }
      callee = made;
    }
    if (callee.host != null) {
      callHost(callee, at);
      return;
    }
    count(callee.counts);
    prepare(callee, at);
    boolean near = header >= 0 && callee.instance == function.instance;
    if (!near) {
      pushCaller();
    }
    slots[at + callee.localSlots] = near ? header : Header.ELSEWHERE;
    function = callee;
    word = 0;
    frame = at;
  }

  /** The function to call, its arguments being in place; null if the call is put off. */
  private @Nullable WasmFunction intercept(Interceptor interceptor, WasmFunction callee, int at) {
    Places places = function.instance.module.places(function.index, function.watched);
    Interceptor.Answer answer = interceptor.call(function.index, places.offset(word - 1), depth);
    if (answer == Interceptor.Answer.MAKE) {
      return callee;
    }
    if (answer == Interceptor.Answer.PUT_OFF) {
      int params = callee.type.paramSlots;
      putOff = callee;
      putOffSlots = Arrays.copyOfRange(slots, at, at + params);
      putOffRefs = Arrays.copyOfRange(refs, at, at + params);
      int results = callee.type.resultSlots;
      ensureSlots(at + results);
      Arrays.fill(slots, at, at + results, 0);
      Arrays.fill(refs, at, at + results, null);
      return null;
    }
    WasmFunction made = putOff;
    if (made == null) {
      throw new IllegalStateException("no call is put off");
    }
    putOff = null;
    ensureSlots(at + putOffSlots.length);
    System.arraycopy(putOffSlots, 0, slots, at, putOffSlots.length);
    System.arraycopy(putOffRefs, 0, refs, at, putOffRefs.length);
    return made;
  }

  private void run(WasmFunction callee, int at) {
    enter(callee, at, Header.ELSEWHERE);
    while (true) {
      try {
        loop.run();
        return;
      } catch (WasmThrow thrown) {
        if (!unwind(thrown)) {
          throw thrown;
        }
      }
    }
  }

  /** Makes a function ready to run: compiled, with room for its frame, its locals zero. */
  void prepare(WasmFunction callee, int at) {
    if (callee.words.length == 0 || callee.watched != watched) {
      compile(callee);
    }
    Code code = callee.compiled;
    ensureSlots(at + code.frameSlots);
    Arrays.fill(slots, at + code.paramSlots, at + code.localSlots, 0);
    if (code.refLocals) {
      Arrays.fill(refs, at + code.paramSlots, at + code.localSlots, null);
    }
  }

  /** Whether the loop enters functions by itself, or each call is looked at here. */
  void setPace() {
    fastDepth = watched || store.interceptor != null ? 0 : store.limits.frames();
  }

  /**
   * Changes whether functions report their instructions. Frames that are there already are moved to
   * the other code: at calls, both have the same operands in the same slots.
   */
  void setWatched(boolean on) {
    if (watched == on) {
      return;
    }
    watched = on;
    setPace();
    word = moved(function, word);
    Frames frames = new Frames(this);
    while (frames.next()) {
      frames.moveTo(moved(frames.function(), frames.word()));
    }
  }

  private int moved(WasmFunction called, int at) {
    if (called.index < 0) {
      return at;
    }
    WasmModule module = called.instance.module;
    int offset = module.places(called.index, !watched).offset(at - 1);
    compile(called);
    return module.places(called.index, watched).after(offset);
  }

  private void compile(WasmFunction callee) {
    if (callee.index < 0) {
      return;
    }
    try {
      callee.setCode(callee.instance.module.compile(callee.index, watched), watched);
    } catch (WasmException e) {
      throw Traps.limit(e.detail());
    }
  }

  void ensureSlots(long wanted) {
    if (wanted <= slots.length) {
      return;
    }
    if (wanted > store.limits.stackSlots()) {
      throw Traps.depth();
    }
    int capacity = (int) Math.min(store.limits.stackSlots(), Math.max(wanted, slots.length * 2L));
    slots = Arrays.copyOf(slots, capacity);
    refs = Arrays.copyOf(refs, capacity);
  }

  /** Calls a function of the host with arguments from a slot on; the loop's place is saved. */
  void callHost(WasmFunction callee, int at) {
    DefinedType type = callee.type;
    int count = Math.max(type.paramSlots, type.resultSlots);
    ensureSlots(at + count);
    long[] args = Arrays.copyOf(Arrays.copyOfRange(slots, at, at + type.paramSlots), count);
    @Nullable Object[] argRefs =
        Arrays.copyOf(Arrays.copyOfRange(refs, at, at + type.paramSlots), count);
    if (hostCalls == store.limits.hostCalls()) {
      throw Traps.depth();
    }
    HostFunction host = callee.host;
    if (host == null) {
      throw new IllegalStateException("no function of the host");
    }
    hostCalls++;
    store.giveBack(fuel);
    fuel = 0;
    try {
      host.call(args, argRefs);
    } catch (Parking parking) {
      parking.callee = callee;
      parking.at = at;
      throw parking;
    } finally {
      hostCalls--;
    }
    fuel = store.slice(0);
    HostValues.check(type, args, argRefs);
    System.arraycopy(args, 0, slots, at, type.resultSlots);
    System.arraycopy(argRefs, 0, refs, at, type.resultSlots);
  }

  // ---- the frames under way, for those who look at them ----

  /** Whether a function is what calls from outside return to. */
  boolean isExit(WasmFunction called) {
    return called == exit;
  }

  int callers() {
    return outer;
  }

  WasmFunction caller(int number) {
    return callers[number];
  }

  long place(int number) {
    return places[number];
  }

  void setPlace(int number, long place) {
    places[number] = place;
  }

  // ---- fuel ----

  /** Gives the loop the fuel that it goes on with. */
  long takeFuel() {
    long taken = fuel;
    fuel = 0;
    return taken;
  }

  /** Charges fuel for an operation on a range. */
  void charge(long units) {
    fuel -= units;
    if (fuel < 0) {
      fuel = store.slice(fuel);
    }
  }

  // ---- exceptions ----

  /** Goes to the handler that catches an exception; false if there is none in this call. */
  private boolean unwind(WasmThrow thrown) {
    while (function != exit) {
      Handlers handlers = function.compiled.handlers;
      for (int region = handlers.region(word - 1); region >= 0; region = handlers.parent(region)) {
        charge(1);
        int clause = handlers.firstClause(region);
        while (clause >= 0) {
          if (matches(handlers, clause, thrown)) {
            deliver(handlers, region, clause, thrown);
            return true;
          }
          clause = handlers.nextClause(clause);
        }
      }
      charge(1);
      if (!function.counts) {
        leaveUncounted();
      }
      depth--;
      long header = slots[frame + function.localSlots];
      if (header < 0) {
        leave();
      } else {
        function = function.instance.functions[Header.function(header)];
        word = Header.word(header);
        frame -= Header.distance(header);
      }
    }
    return false;
  }

  private boolean matches(Handlers handlers, int clause, WasmThrow thrown) {
    int tag = handlers.tag(clause);
    return tag < 0 || function.instance.tags[tag] == thrown.tag();
  }

  private void deliver(Handlers handlers, int region, int clause, WasmThrow thrown) {
    int kind = handlers.kind(clause);
    int to = frame + handlers.slot(region);
    if (kind == Handlers.LEGACY_CATCH) {
      refs[to++] = thrown;
    }
    if (handlers.tag(clause) >= 0) {
      System.arraycopy(thrown.bits(), 0, slots, to, thrown.bits().length);
      System.arraycopy(thrown.refs(), 0, refs, to, thrown.refs().length);
      to += thrown.bits().length;
    }
    if (kind == Handlers.CATCH_REF || kind == Handlers.CATCH_ALL_REF) {
      refs[to] = thrown;
    }
    word = handlers.place(clause);
  }

  /** The same trap with its place; fuel that was used up to there is charged. */
  Trap located(Trap trap) {
    if (function.index < 0 || trap.function() >= 0) {
      return trap;
    }
    Places places = function.instance.module.places(function.index, function.watched);
    if (trap.kind() != Trap.Kind.FUEL && trap.kind() != Trap.Kind.CANCELLED) {
      fuel -= places.fuel(word - 1);
    }
    return trap.at(function.index, places.offset(word - 1));
  }
}
