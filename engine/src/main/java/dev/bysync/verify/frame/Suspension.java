package dev.bysync.verify.frame;

import dev.bysync.asyncify.SiteMap;
import dev.bysync.verify.frame.FrameEvent.Room;
import dev.bysync.verify.frame.FrameMachine.Mode;
import dev.bysync.verify.frame.FrameMachine.Snapshot;
import dev.bysync.verify.frame.FrameMachine.Stop;
import dev.bysync.wasm.module.ValType;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Puts a frame away at a site and brings it back, by the control functions that the module exports.
 *
 * <p>The frame is unwound several times from the same place: with a byte less than it needs, which
 * must trap before anything is written; with just as much; and, once for each size that frames
 * have, with room to spare and at the end of all addresses. Then the stack's address is made
 * another for a while, as if another stack had been suspended, and the frame is rewound with
 * arguments and locals that are rubbish. When it is at the site again, all that is live there must
 * be what it was: a local that came back as another term is a fault, whether or not the path taken
 * would have used it.
 */
final class Suspension {
  /** Tells what is live behind a call. */
  interface Live {
    /** Gives a bit for each local of the body, for the row behind the given one. */
    long[] behind(FrameCode code, int row);

    /** The tries whose legacy catches hold an exception that can be thrown again. */
    int[] held(FrameCode code, int row);
  }

  /** The frame can't be put away: it has an exception that the module can't throw again. */
  static final String FOREIGN_CAUGHT = "an exception of no tag of the module's is caught";

  private static final int OTHER = 16;

  /** Four bytes below 2 GiB, so that frames lie on both sides of it. */
  static final int FRAMES = 252;

  /** Frames that hold references at a time. */
  private static final int HELD_FRAMES = 8;

  private final FrameModule module;
  private final FrameMachine machine;
  private final SiteMap.Frames frames;
  private final ControlFunctions controls;
  private final Snapshot first = new Snapshot();
  private final Snapshot there = new Snapshot();

  /** The frame at its site, as it is to be put away. */
  private Snapshot site = first;

  private boolean isElsewhere;
  private long[] globals = new long[0];
  private int frameBytes;

  /**
   * Sizes of frames that were unwound with room to spare, and at the end of all addresses: the same
   * helpers do it wherever the frame has that size.
   */
  private final Set<Integer> sizes = new HashSet<>();

  /** Added tables that were filled, counted from the first: the same helpers do it each time. */
  private final BitSet filled = new BitSet();

  private long callee;
  private int rubbish;
  private @Nullable FrameWatch watch;

  Suspension(FrameModule module, FrameMachine machine, SiteMap.Frames frames) {
    this.module = module;
    this.machine = machine;
    this.frames = frames;
    controls = new ControlFunctions(module, machine);
  }

  /** Tells what happens from now on. */
  void watch(FrameWatch next) {
    watch = next;
  }

  /** Whether the frame that was put away last came back in another copy of its body. */
  boolean isElsewhere() {
    return isElsewhere;
  }

  /** Bytes of the frame that was put away last. */
  int frameBytes() {
    return frameBytes;
  }

  /** Checks the control functions by themselves; gives what is wrong, or an empty string. */
  String controls() {
    return controls.check();
  }

  /** Leaves the module as it is when a stack was suspended and resumed before. */
  String visit() {
    rubbish = 0; // so that a path is the same by itself
    machine.mode(Mode.SWITCHING);
    controls.put(OTHER, OTHER + 32, OTHER + 32);
    boolean done =
        controls.startUnwind(OTHER) == Stop.RETURNED && controls.stopUnwind() == Stop.RETURNED;
    machine.mode(Mode.NORMAL);
    return done ? "" : "another stack can't be suspended before";
  }

  // ---- a frame ----

  /**
   * Suspends and resumes the frame that is at a site; afterwards it is there as before. Where
   * bodies are resumed in a copy of their own, it is suspended and resumed there once more, since
   * the checks behind the calls in that copy are others.
   *
   * @param stays whether it stays in such a copy
   * @param expected bytes that its frame should have
   * @param body what is called to rewind
   * @param origin the site's offset in the original
   * @param needsArguments whether the callee must see its arguments again
   * @return what is wrong, or an empty string
   */
  String make(
      boolean stays, int expected, FrameCode body, int origin, boolean needsArguments, Live live) {
    site = first;
    isElsewhere = false;
    machine.save(site);
    machine.written().clear();
    globals = machine.globals(globals);
    long digest = machine.callDigest();
    callee = callee(machine.code(), machine.row());
    boolean isSeen = needsArguments || isImport(site.code(), machine.row());
    String fault = unwind(expected);
    fault = fault.isEmpty() ? rewind(body, origin, digest, isSeen, live) : fault;
    if (fault.isEmpty()) {
      fault = fill();
    }
    if (fault.isEmpty() && isElsewhere) {
      site = there;
      fault = unwind(expected);
      fault = fault.isEmpty() ? rewind(body, origin, digest, isSeen, live) : fault;
    }
    machine.restore(stays && isElsewhere ? there : first);
    machine.setGlobals(globals);
    machine.mode(Mode.NORMAL);
    return fault;
  }

  /**
   * Whether the frame that was suspended last held a number where the program put it: as an
   * operand, or in a local of the transform's own that is live. Another number may be right by
   * chance there, as in the program's own locals it can't ({@link FrameMachine}).
   */
  boolean hadNumbers(Live live) {
    FrameCode code = first.code();
    int below = first.height() - code.pops[first.row()];
    for (int i = 0; i < below; i++) {
      if (Terms.isNumber(first.operand(i))) {
        return true;
      }
    }
    int program = module.programLocals(code);
    long[] mask = program < code.locals ? live.behind(code, first.row()) : new long[0];
    for (int local = program; local < code.locals; local++) {
      boolean isLive = (mask[local >>> 6] >>> local & 1) != 0;
      if (isLive && Terms.isNumber(first.local(local))) {
        return true;
      }
    }
    return false;
  }

  private boolean isImport(FrameCode code, int row) {
    return code.kind[row] == FrameCode.CALL
        && code.x[row] < module.module().importedFunctionCount();
  }

  /** What is called: the callee of a direct call, the operand that names that of another. */
  private long callee(FrameCode code, int row) {
    long literal = code.literal[row];
    return code.kind[row] == FrameCode.CALL
        ? literal
        : Terms.mix(literal, machine.operand(machine.height() - 1));
  }

  // ---- references ----

  /** Puts the frame's references away until the tables that they lie in are full. */
  private String fill() {
    String fault = "";
    BitSet tables = (BitSet) machine.written().clone();
    tables.andNot(filled);
    filled.or(tables);
    machine.watch(null); // it would tell too much
    for (int table = tables.nextSetBit(0); table >= 0; table = tables.nextSetBit(table + 1)) {
      List<long[]> before = machine.tables();
      fault = fault.isEmpty() ? fill(table) : fault;
      machine.fill(-1);
      machine.setTables(before);
      machine.setGlobals(globals);
    }
    machine.watch(watch);
    return fault;
  }

  private String fill(int table) {
    int each = 0;
    for (int i = 0; i <= HELD_FRAMES; i++) {
      int held = machine.held(table);
      if (!putAway()) {
        return "references can't be put away where others lie";
      }
      each = i == 0 ? machine.held(table) - held : each;
      if (each == 0 || machine.held(table) != held + each) {
        return "a slot for a reference is taken twice";
      }
    }
    int slots = machine.slots(table);
    int rounds = 2 * slots / each + 2;
    for (int i = 0; i < rounds; i++) {
      machine.empty(table);
      if (!putAway()) {
        return "references can't be put away where others lay";
      }
    }
    if (machine.slots(table) > slots) {
      return "a table of references grows though half of it is free";
    }
    machine.fill(table);
    for (int i = 0; i < rounds; i++) {
      if (!putAway()) {
        boolean isTold = controls.position() == controls.address(StackCells.SIZE) + 1;
        return isTold && controls.stopUnwind() == Stop.TRAPPED
            ? ""
            : "there is no slot for a reference, and pos is not just past end";
      }
    }
    return "there is no slot for a reference, and it is not noticed";
  }

  /** Unwinds the frame as if it stayed away; gives false if it could not. */
  private boolean putAway() {
    controls.structure(ControlFunctions.STRUCTURE, FRAMES, StackCells.SIZE);
    machine.mode(Mode.SWITCHING);
    controls.startUnwind(ControlFunctions.STRUCTURE);
    machine.restore(site);
    machine.answerZeros();
    machine.allow(ControlFunctions.MAX_STEPS);
    return machine.run() == Stop.RETURNED && controls.stopUnwind() == Stop.RETURNED;
  }

  // ---- one frame ----

  /** Puts the frame away. */
  private String unwind(int expected) {
    String fault;
    if (frames == SiteMap.Frames.AT_SITES
        && !machine.hasForeign(site)
        && sizes.contains(expected)) {
      frameBytes = expected;
      fault = overflow(expected);
      fault = fault.isEmpty() ? unwind(expected, Room.EXACT) : fault;
      if (fault.isEmpty() && controls.position() != controls.address(FRAMES + expected)) {
        fault = "unwinding, it leaves pos where it can't be";
      }
    } else {
      fault = unwindAmply();
    }
    if (fault.isEmpty() && machine.cells.highest() >= FRAMES + frameBytes) {
      fault = "unwinding, it writes past its frame";
    }
    if (fault.isEmpty()
        && (controls.stopUnwind() != Stop.RETURNED
            || controls.state() != ControlFunctions.NORMAL)) {
      fault = "asyncify_stop_unwind does not end the unwinding";
    }
    return fault;
  }

  /** Puts a frame away whose size is not sure. */
  private String unwindAmply() {
    int room = StackCells.SIZE - FRAMES;
    String fault = unwind(room, Room.AMPLE);
    if (!fault.isEmpty()) {
      return fault;
    }
    long position = controls.position();
    long used =
        Terms.isNumber(position) ? controls.unsigned(position) - FrameMachine.STACK - FRAMES : -1;
    if (used < 0 || used > room) {
      return "unwinding, it leaves pos where it can't be";
    }
    int bytes = (int) used;
    frameBytes = bytes;
    if (bytes == 0) {
      return "";
    }
    fault = overflow(bytes);
    if (fault.isEmpty() && frames == SiteMap.Frames.AT_SITES && sizes.add(bytes)) {
      fault = wrap(bytes);
    }
    return fault.isEmpty() ? unwind(bytes, Room.EXACT) : fault;
  }

  /** Unwinds the frame, with so much room. */
  private String unwind(int room, Room kind) {
    machine.mode(Mode.SWITCHING);
    begins(kind);
    controls.structure(ControlFunctions.STRUCTURE, FRAMES, FRAMES + room);
    if (controls.startUnwind(ControlFunctions.STRUCTURE) != Stop.RETURNED) {
      return "asyncify_start_unwind traps";
    }
    machine.restore(site);
    machine.answerZeros();
    machine.allow(ControlFunctions.MAX_STEPS);
    machine.cells.watch();
    Stop stop = machine.run();
    ends(kind, stop);
    if (stop == Stop.TRAPPED && machine.hasForeign(site)) {
      return FOREIGN_CAUGHT;
    }
    if (stop != Stop.RETURNED) {
      return "unwinding, " + told(stop);
    }
    for (int i = 0; i < machine.code().results; i++) {
      if (machine.result(i) != 0 && hasZero(machine.code(), i)) {
        return "unwinding, it returns no zeros";
      }
    }
    return controls.state() == ControlFunctions.UNWINDING ? "" : "unwinding, it changes the state";
  }

  /** Whether a result's type has a zero or null. */
  private boolean hasZero(FrameCode code, int result) {
    int type = module.module().functionType(code.function);
    return ValType.isDefaultable(module.module().types().result(type, result));
  }

  private void begins(Room room) {
    if (watch != null) {
      watch.unwinding(site, room);
    }
  }

  private void ends(Room room, Stop stop) {
    if (watch != null) {
      watch.unwound(room, stop, controls.position());
    }
  }

  private String told(Stop stop) {
    return switch (stop) {
      case FAULT -> machine.fault();
      case CALL -> "it calls a function of the program";
      case TRAPPED -> "it traps";
      case THROWN -> "it throws";
      case TAIL_CALLED -> "it makes a tail call";
      case CUT -> "it does not come to an end";
      case RETURNED -> "it returns";
    };
  }

  /** Unwinds with a byte too little: nothing may be written, and all must trap from then on. */
  private String overflow(int bytes) {
    begins(Room.TOO_SMALL);
    controls.structure(ControlFunctions.STRUCTURE, FRAMES, FRAMES + bytes - 1);
    if (controls.startUnwind(ControlFunctions.STRUCTURE) != Stop.RETURNED) {
      return "asyncify_start_unwind traps though pos is not past end";
    }
    machine.restore(site);
    machine.answerZeros();
    machine.allow(ControlFunctions.MAX_STEPS);
    machine.cells.watch();
    Stop stop = machine.run();
    if (stop == Stop.RETURNED && frames == SiteMap.Frames.ELSEWHERE_TOO) {
      stop = controls.stopUnwind(); // may write the last frame
    }
    ends(Room.TOO_SMALL, stop);
    if (stop != Stop.TRAPPED) {
      return "unwinding in a stack that is too small, " + told(stop);
    }
    if (machine.cells.highest()
        >= (frames == SiteMap.Frames.AT_SITES ? FRAMES : FRAMES + bytes - 1)) {
      return "unwinding in a stack that is too small, it writes";
    }
    if (Long.compareUnsigned(
            controls.unsigned(controls.position()),
            controls.unsigned(controls.address(FRAMES + bytes - 1)))
        <= 0) {
      return "the stack is too small, and pos is not past end";
    }
    if (controls.stopUnwind() != Stop.TRAPPED) {
      return "the stack is too small, and asyncify_stop_unwind does not trap";
    }
    machine.setGlobals(globals);
    return "";
  }

  /** At the end of all addresses a frame must not go on at their start. */
  private String wrap(int bytes) {
    begins(Room.AT_THE_END);
    machine.cells.clear();
    controls.putNumbers(ControlFunctions.STRUCTURE, 1 - bytes, -2);
    if (controls.startUnwind(ControlFunctions.STRUCTURE) != Stop.RETURNED) {
      return "asyncify_start_unwind traps though pos is not past end";
    }
    machine.restore(site);
    machine.answerZeros();
    machine.allow(ControlFunctions.MAX_STEPS);
    Stop stop = machine.run();
    ends(Room.AT_THE_END, stop);
    if (stop != Stop.TRAPPED) {
      return "unwinding at the end of all addresses, " + told(stop);
    }
    if (controls.position() != -1) {
      return "the stack is too small at the end of all addresses, and pos is not just past end";
    }
    if (controls.stopUnwind() != Stop.TRAPPED) {
      return "the stack is too small at the end of all addresses, and it is not noticed";
    }
    machine.setGlobals(globals);
    return "";
  }

  private String rewind(FrameCode body, int origin, long digest, boolean isSeen, Live live) {
    // another stack is suspended meanwhile
    controls.put(OTHER, OTHER + 32, OTHER + 32);
    if (controls.startUnwind(OTHER) != Stop.RETURNED || controls.stopUnwind() != Stop.RETURNED) {
      return "another stack can't be suspended meanwhile";
    }
    if (controls.startRewind(ControlFunctions.STRUCTURE) != Stop.RETURNED
        || controls.state() != ControlFunctions.REWINDING) {
      return "asyncify_start_rewind does not begin to rewind";
    }
    long garbage = Terms.mix(digest, ++rubbish);
    machine.rewind(body, garbage);
    machine.allow(ControlFunctions.MAX_STEPS);
    Stop stop = machine.run();
    if (stop != Stop.CALL) {
      return "rewinding, " + told(stop);
    }
    FrameCode code = machine.code();
    int row = machine.row();
    if (watch != null) {
      watch.back(machine, site, live.behind(code, row));
    }
    if (code.origin[row] != origin) {
      return "rewinding, it comes to another call";
    }
    if (isSeen ? machine.callDigest() != digest : callee(code, row) != callee) {
      return "rewinding, it calls another function, or with other arguments";
    }
    String fault = compare(code, row, live);
    if (!fault.isEmpty()) {
      return fault;
    }
    if (code != first.code()) {
      isElsewhere = true;
      machine.save(there);
    }
    if (controls.state() != ControlFunctions.REWINDING) {
      return "rewinding, it changes the state";
    }
    if (controls.stopRewind() != Stop.RETURNED || controls.state() != ControlFunctions.NORMAL) {
      return "asyncify_stop_rewind does not end the rewinding";
    }
    if (watch != null) {
      watch.resumed(controls.position());
    }
    return controls.position() == controls.address(FRAMES)
        ? ""
        : "rewinding, it leaves pos where it was not";
  }

  /** Compares the frame with what it was. */
  private String compare(FrameCode code, int row, Live live) {
    FrameCode was = site.code();
    int below = machine.height() - code.pops[row];
    if (below != site.height() - was.pops[site.row()]) {
      return "rewinding, it has other operands";
    }
    for (int i = 0; i < below; i++) {
      if (machine.operand(i) != site.operand(i)) {
        return "operand " + i + " is lost";
      }
    }
    long[] mask = null;
    int locals = Math.min(code.locals, was.locals);
    for (int local = 0; local < locals; local++) {
      if (machine.local(local) != site.local(local) && !code.alwaysNull.get(local)) {
        if (mask == null) {
          mask = live.behind(code, row);
        }
        if ((mask[local >>> 6] >>> local & 1) != 0) {
          return "local " + local + " is lost";
        }
      }
    }
    int[] held = live.held(code, row);
    int[] before = held.length == 0 ? held : live.held(was, site.row());
    for (int i = 0; i < held.length; i++) {
      if (machine.caught(held[i]) != site.caught(before[i])) {
        return "the exception that a catch holds is lost";
      }
    }
    return "";
  }
}
