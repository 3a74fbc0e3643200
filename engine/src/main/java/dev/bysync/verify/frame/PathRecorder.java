package dev.bysync.verify.frame;

import dev.bysync.verify.frame.Checkpoints.Checkpoint;
import dev.bysync.verify.frame.FrameMachine.Mode;
import dev.bysync.verify.frame.FrameMachine.Stop;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** Executes the original's frame along a path, and records in a {@link Trace} what it does. */
final class PathRecorder {
  /** Instructions of one path, at most, beside two for each that the body has. */
  static final int MAX_PATH = 20_000;

  /** How often live locals are compared at one place. */
  private static final int MAX_STATES = 2;

  /** Rows times locals of a body in which that is done. */
  private static final long MAX_LOCALS_COMPARED = 1 << 26;

  /** Branches that lead nowhere new, after which a path is left. */
  private static final int MAX_STALE = 6;

  /** Ways of a path behind which nothing is kept for others, so that they don't get too long. */
  private static final int MAX_SHARED = 1000;

  private static final int END = -3;

  private final FrameModule module;
  private final FrameMachine machine;
  private final Trace trace;
  private final Checkpoints checkpoints;
  private FramePair pair;
  private boolean isKeeping;

  private @Nullable FrameLiveness liveness;

  /** By row: how often its live locals were noted. */
  private byte[] notes = {};

  /** By row: the locals that are live behind it, once that is asked for. */
  private long[] @Nullable [] liveAt = {};

  /** Whether a call was made for the first time since live locals were noted. */
  private boolean isBehindFirst;

  private boolean hasFewLocals;

  /** Rows that have a checkpoint, or had one. */
  private final BitSet kept = new BitSet();

  PathRecorder(FrameModule module, Trace trace, Checkpoints checkpoints, FramePair pair) {
    this.module = module;
    this.trace = trace;
    this.checkpoints = checkpoints;
    this.pair = pair;
    machine = new FrameMachine(module, trace);
    machine.mode(Mode.NORMAL);
    machine.ways(this::way);
  }

  /** Records paths of another function. */
  void begin(FramePair next) {
    pair = next;
    liveness = null;
    notes = new byte[pair.code.size];
    liveAt = new long[pair.code.size][];
    hasFewLocals = (long) pair.code.size * pair.code.locals < MAX_LOCALS_COMPARED;
    kept.clear();
    machine.forgetExceptions();
  }

  /** Tells what happens from now on. */
  void watch(FrameWatch next) {
    machine.watch(next);
  }

  /** Instructions executed so far. */
  long steps() {
    return machine.steps();
  }

  /**
   * Records a path from the entry.
   *
   * @param seed names the values that come in
   * @param keeps whether branches are kept that have other ways nobody has gone
   */
  void record(long seed, boolean keeps) {
    isKeeping = keeps;
    checkpoints.clear();
    trace.record(seed);
    isBehindFirst = false;
    machine.reset(seed);
    machine.enter(pair.code, seed);
    run();
  }

  /** Records another end of the path, behind a way that is gone from a checkpoint on. */
  void recordFrom(Checkpoint from, int way) {
    trace.recordFrom(from.original().mark());
    from.original().restore(machine);
    isBehindFirst = false;
    int row = from.row();
    pair.paths.on(row, way);
    boolean isCall = pair.code.isCall(row);
    trace.way(pair.code.origin[row], isCall ? pair.paths.chooseThrow(row) : pair.paths.choose(row));
    if (!isCall) {
      machine.take(way);
    } else if (!answer(module, machine, way, trace.world())) {
      ended(Stop.THROWN);
      return;
    }
    run();
  }

  private void run() {
    machine.allow(MAX_PATH + 2L * pair.code.size);
    Stop stop = machine.run();
    while (stop == Stop.CALL) {
      stop = call() ? machine.run() : Stop.THROWN;
    }
    ended(stop == Stop.FAULT && pair.paths.isSpent() ? Stop.CUT : stop);
  }

  private void ended(Stop stop) {
    if (stop != Stop.CUT) {
      trace.event(END, end(machine, stop));
    }
    trace.recorded(stop == Stop.CUT);
  }

  /** How a run ended, as a hash. */
  static long end(FrameMachine machine, Stop stop) {
    long hash = stop.code;
    if (stop == Stop.RETURNED) {
      for (int i = 0; i < machine.code().results; i++) {
        hash = Terms.mix(hash, machine.result(i));
      }
    } else if (stop == Stop.TRAPPED) {
      hash = Terms.mix(hash, machine.code().origin[machine.row()]);
    }
    return hash;
  }

  /** Compares the end with what was recorded. */
  static boolean isSameEnd(Trace trace, FrameMachine machine, Stop stop) {
    return trace.event(END, end(machine, stop));
  }

  private int way(FrameCode code, int row, int count) {
    noteState(row);
    int way = pair.paths.choose(row);
    if (way >= 0) {
      keep(row);
      trace.way(code.origin[row], way);
    }
    if (pair.paths.stale() > MAX_STALE) {
      machine.allow(1);
    }
    return way;
  }

  /** Makes a call; gives false if it throws and nothing catches that. */
  private boolean call() {
    int row = machine.row();
    noteState(row);
    trace.event(pair.code.origin[row], machine.callDigest());
    int way = 0;
    if (pair.code.region[row] >= 0) {
      way = pair.paths.chooseThrow(row);
      keep(row);
      trace.way(pair.code.origin[row], way);
    }
    return answer(module, machine, way, trace.world());
  }

  /**
   * Returns or throws, as {@link Paths#chooseThrow} says; gives false if nothing catches that.
   *
   * @param original its tags are meant
   */
  static boolean answer(FrameModule original, FrameMachine machine, int way, long world) {
    if (way == 0) {
      machine.answer(world);
      return true;
    }
    int tag = way - Paths.FIRST_TAG;
    int payload =
        tag < 0 ? 0 : original.module().types().paramCount(original.module().tagType(tag));
    return machine.answerThrow(tag, payload, world);
  }

  /** Keeps a choice that the original is at, if it has other ways that nobody has gone. */
  private void keep(int row) {
    boolean isShared = isKeeping && !kept.get(row) && trace.recordedWays() < MAX_SHARED;
    if (isShared && pair.paths.openWay(row) >= 0) {
      kept.set(row);
      checkpoints.add(row, machine, trace.mark());
    }
  }

  /** Notes the live locals at a row, the first times that it is come to, and behind a new way. */
  private void noteState(int row) {
    boolean isEarly = notes[row] < MAX_STATES;
    boolean isFirst = notes[row] == 0;
    boolean isNewWay = pair.paths.takeNew();
    boolean isBehindNew = isNewWay || isBehindFirst;
    isBehindFirst = isFirst && pair.code.isCall(row);
    if ((isBehindNew || isEarly) && hasFewLocals) {
      notes[row] = (byte) (isEarly ? notes[row] + 1 : MAX_STATES);
      long[] live = liveBehind(row);
      trace.state(live, machine.hashOfLocals(live));
    }
  }

  private long[] liveBehind(int row) {
    long[] live = liveAt[row];
    if (live == null) {
      FrameLiveness known = liveness;
      if (known == null) {
        known = new FrameLiveness(pair.code, pair.code.locals);
        liveness = known;
      }
      live = known.behind(row).clone();
      liveAt[row] = live;
    }
    return live;
  }
}
