package dev.bysync.verify;

import dev.bysync.verify.machine.Machine;
import dev.bysync.verify.machine.Outcome;
import dev.bysync.verify.machine.TrapKind;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Suspensions in stacks that are too small. An instance is of no use after one, so each is the last
 * thing that happens in an instance of its own, and few are made: at the first call of the host
 * that was suspended, with no room at all and with one byte too little; at the one with the largest
 * frames; at others.
 *
 * <p>What must happen is said at {@link VerifyOptions.Overflow}. In any case every control function
 * must trap from then on, and nothing outside of the borrowed memory may change.
 */
final class Overflow {
  private static final int FIRST = 48;
  private static final List<String> CONTROLS =
      List.of(
          "asyncify_stop_unwind",
          "asyncify_start_unwind",
          "asyncify_start_rewind",
          "asyncify_stop_rewind");

  /**
   * One to make.
   *
   * @param call the call of the host, an index into the session's trace
   * @param bytes the room there is, less than its frames take
   */
  record Attempt(int call, int bytes) {}

  private Overflow() {}

  /**
   * Which to make in a session.
   *
   * @param use bytes of the frames of each call of the host, less than 0 where not known
   */
  static List<Attempt> choose(int[] use, long seed) {
    List<Integer> known = new ArrayList<>();
    for (int call = 0; call < use.length && known.size() < FIRST; call++) {
      if (use[call] > 0) {
        known.add(call);
      }
    }
    Set<Attempt> chosen = new LinkedHashSet<>();
    if (known.isEmpty()) {
      return List.of();
    }
    int first = known.get(0);
    int deepest = first;
    for (int call : known) {
      deepest = use[call] > use[deepest] ? call : deepest;
    }
    chosen.add(new Attempt(first, use[first] - 1));
    chosen.add(new Attempt(first, 0));
    chosen.add(drawn(deepest, use, seed));
    for (int i = 0; i < 2; i++) {
      long random = Draw.mix(seed, i);
      chosen.add(drawn(known.get((int) Long.remainderUnsigned(random, known.size())), use, random));
    }
    return new ArrayList<>(chosen);
  }

  private static Attempt drawn(int call, int[] use, long random) {
    return new Attempt(call, (int) Long.remainderUnsigned(Draw.mix(random, call), use[call]));
  }

  /**
   * Looks at what a module does that was to unwind into too small a stack.
   *
   * @param outcome how the call ended
   * @return whether it did what it must; false if a limit of the machine came first
   */
  static boolean isNoticed(
      Session.Step step,
      Outcome outcome,
      Machine machine,
      SuspendingHost host,
      VerifyOptions.Overflow when)
      throws Difference {
    Region region = host.current().region();
    String where = " in a stack of " + region.room() + " bytes, which is too small";
    if (outcome instanceof Outcome.Trapped trap) {
      if (trap.kind().isLimit()) {
        return false;
      }
      if (trap.kind() != TrapKind.UNREACHABLE) {
        throw Replay.differs(step, "it traps with " + trap.kind() + where);
      }
    } else if (when == VerifyOptions.Overflow.AT_ONCE) {
      if (region.isOverflown() || !region.isUntouchedFrom(region.endOfRoom())) {
        throw Replay.differs(step, "it unwinds" + where);
      }
      // the last frame may be written by asyncify_stop_unwind
      if (!(machine.call(CONTROLS.get(0), new long[0]) instanceof Outcome.Trapped)) {
        throw Replay.differs(step, "its frames fit" + where);
      }
    }
    if (!region.isOverflown()) {
      throw Replay.differs(step, "pos is not past end" + where);
    }
    if (when == VerifyOptions.Overflow.AT_ONCE) {
      if (!region.isUntouchedFrom(region.endOfRoom())) {
        throw Replay.differs(step, "it writes past the end" + where);
      }
      if (!region.isUntouchedFrom(host.frameStart())) {
        throw Replay.differs(step, "it writes a part of a frame" + where);
      }
    }
    for (String control : CONTROLS) {
      long[] args = control.contains("start") ? new long[] {region.address()} : new long[0];
      if (!(machine.call(control, args) instanceof Outcome.Trapped)) {
        throw Replay.differs(step, control + " does not trap though pos is past end");
      }
    }
    String disturbance = region.giveBack();
    if (!disturbance.isEmpty()) {
      throw Replay.differs(step, "it changes memory" + where + ": " + disturbance);
    }
    return true;
  }
}
