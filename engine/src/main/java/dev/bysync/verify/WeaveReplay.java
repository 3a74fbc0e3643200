package dev.bysync.verify;

import dev.bysync.verify.machine.Machine;
import dev.bysync.verify.machine.Outcome;

/**
 * Runs the transformed module by the plan of a {@link Weave}: what was parked is unwound here, its
 * stack kept aside, so that the program can run with all of its memory, and rewound in its turn.
 * Stacks that live at a time lie at different addresses.
 */
final class WeaveReplay {
  private final Replay replay;
  private final Weave weave;
  private final Machine machine;
  private final SuspendingHost host;
  private final ExportCalls calls;
  private final Tally tally;
  private final SuspendingHost.Suspended[] stacks = new SuspendingHost.Suspended[Weaver.MAX_STACKS];
  private final int[] suspendedIn = new int[Weaver.MAX_STACKS];
  private final int[] callOf = new int[Weaver.MAX_STACKS];
  private int begun;

  WeaveReplay(
      Replay replay,
      Weave weave,
      Machine machine,
      SuspendingHost host,
      ExportCalls calls,
      Tally tally) {
    this.replay = replay;
    this.weave = weave;
    this.machine = machine;
    this.host = host;
    this.calls = calls;
    this.tally = tally;
    this.begun = weave.session().steps().size();
  }

  /**
   * Goes through all legs; returns whether all of them were made.
   *
   * @throws Difference if original and transformed module differ
   */
  boolean run() throws Difference {
    for (int i = 0; i < weave.legs().size(); i++) {
      Weave.Leg leg = weave.legs().get(i);
      host.begin(leg.step());
      host.place(leg.stack());
      if (!leg(i, leg)) {
        return false;
      }
    }
    return true;
  }

  private boolean leg(int number, Weave.Leg leg) throws Difference {
    Session.Step step = leg.step();
    boolean starts = leg.move() == Weave.Move.START;
    if (starts) {
      callOf[leg.stack()] = begun++;
    }
    int call = callOf[leg.stack()];
    tally.tell(
        () ->
            starts
                ? new ReplayEvent.Called(call, step.show())
                : new ReplayEvent.WentOn(call, step.show()));
    Replay.Allowance allowed = replay.allowance(step, 2);
    machine.fuelLimit(allowed.instructions());
    long before = machine.fuelUsed();
    Outcome outcome;
    boolean go;
    try {
      outcome = starts ? calls.begin(step) : resume(leg);
      go = settle(number, leg, outcome, allowed);
    } catch (LimitReached e) {
      outcome = e.trap();
      go = replay.compare(step, outcome, host, allowed);
    }
    replay.spend(machine.fuelUsed() - before);
    if (go) {
      replay.compareMemories(step, machine, host);
      replay.gift(step, machine, outcome);
    }
    return go;
  }

  private Outcome resume(Weave.Leg leg) throws Difference, LimitReached {
    int stack = leg.stack();
    SuspendingHost.Suspended suspended = stacks[stack];
    stacks[stack] = null;
    for (int i = 0; i < stacks.length; i++) {
      if (stacks[i] != null && suspendedIn[i] > suspendedIn[stack]) {
        tally.reordered();
        break;
      }
    }
    suspended.region().putBack();
    return calls.resume(leg.step(), suspended);
  }

  private boolean settle(int number, Weave.Leg leg, Outcome outcome, Replay.Allowance allowed)
      throws Difference, LimitReached {
    Session.Step step = leg.step();
    if (host.isUnwinding() && host.difference().isEmpty()) {
      if (outcome instanceof Outcome.Trapped trap) {
        return replay.compare(step, calls.lost(step, trap), host, allowed);
      }
      SuspendingHost.Suspended suspended = calls.stop(step);
      suspended.region().putAside();
      stacks[leg.stack()] = suspended;
      suspendedIn[leg.stack()] = number;
      tally.tell(() -> new ReplayEvent.PutAside(callOf[leg.stack()]));
      return true;
    }
    if (leg.isParked() && host.difference().isEmpty() && host.calls() == step.to()) {
      return false; // there is no room for a stack
    }
    tally.tell(() -> new ReplayEvent.Ended(callOf[leg.stack()], Replay.show(outcome)));
    boolean go = replay.compare(step, outcome, host, allowed);
    if (go && leg.move() == Weave.Move.START && number > 0 && isAnyAside()) {
      tally.visited();
    }
    return go;
  }

  private boolean isAnyAside() {
    for (SuspendingHost.Suspended stack : stacks) {
      if (stack != null) {
        return true;
      }
    }
    return false;
  }
}
