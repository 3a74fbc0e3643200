package dev.bysync.verify;

import dev.bysync.verify.machine.Host;
import dev.bysync.verify.machine.HostStop;
import dev.bysync.verify.machine.Machine;
import dev.bysync.verify.machine.Outcome;
import dev.bysync.verify.machine.Shape;
import dev.bysync.verify.machine.Signature;
import dev.bysync.verify.machine.TrapKind;
import dev.bysync.verify.machine.ValueKind;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The host of the transformed module. It compares each call with the original's and suspends where
 * the schedule says so: the function starts the unwinding and returns zeros; when it is called
 * again on rewinding it stops that and answers. How it goes on in between is {@link ExportCalls}'
 * business.
 */
final class SuspendingHost implements Host {
  private static final int MEMORY_CHECKS = 4;

  /** In place of the number of a call of the host. */
  private static final int FORCED = -1;

  private enum Mode {
    NORMAL,
    UNWINDING,
    REWINDING
  }

  private final Session session;
  private final Pauses pauses;
  private final Shape original;
  private final StackMemory stack;
  private final Tally tally;
  private @Nullable Machine machine;
  private @Nullable InstanceMemories memories;
  private @Nullable World world;
  private @Nullable Suspended current;
  private Mode mode = Mode.NORMAL;
  private int next;
  private int last;
  private int haltAfter = -1;
  private int again;
  private int memoryChecks = MEMORY_CHECKS;
  private int place;
  private int frameStart;
  private boolean maySuspend;
  private String difference = "";

  /**
   * A call of the host that suspends.
   *
   * @param call which one, an index into the trace
   * @param label the function
   * @param args its arguments
   * @param region where its stack is
   * @param need what its frames take at most
   * @param passage what is counted of it
   */
  @SuppressWarnings("ArrayRecordComponent") // never changed
  record Suspended(
      int call, String label, long[] args, Region region, StackNeed need, Tally.Passage passage) {}

  SuspendingHost(Session session, Pauses pauses, Shape original, StackMemory stack, Tally tally) {
    this.session = session;
    this.pauses = pauses;
    this.original = original;
    this.stack = stack;
    this.tally = tally;
  }

  @Override
  public void attach(Machine attached) {
    machine = attached;
    memories = new InstanceMemories(attached);
    world = new World(session.seed(), attached, original);
  }

  /** A step begins, whose calls of the host are compared with those of the original's. */
  void begin(Session.Step step) {
    last = step.to();
    haltAfter = step.isCut() ? step.to() - 1 : -1;
    maySuspend = step.call() != null;
  }

  /** Suspensions that follow have their stacks at this place; other code runs meanwhile. */
  void place(int chosen) {
    place = chosen;
    memoryChecks = 0;
  }

  boolean isUnwinding() {
    return mode == Mode.UNWINDING;
  }

  boolean isRewinding() {
    return mode == Mode.REWINDING;
  }

  /** The suspension that is under way. */
  Suspended current() {
    if (current == null) {
      throw new IllegalStateException("nothing is suspended");
    }
    return current;
  }

  /** Unwinding has come to its end: what is suspended is the caller's to keep. */
  Suspended unwound() {
    mode = Mode.NORMAL;
    return current();
  }

  /** All frames of what was suspended are written. */
  void note(Suspended suspended) {
    if (suspended.call() >= 0 && pauses.use()[suspended.call()] < 0) {
      pauses.use()[suspended.call()] = suspended.region().used();
    }
  }

  /** What was suspended is rewound from now on. */
  void rewind(Suspended suspended) {
    current = suspended;
    mode = Mode.REWINDING;
  }

  /** The frames of the suspension under way have not fit into all the room there is. */
  void tooDeep() {
    tally.tooDeep(current().need());
    tally.leftOut(Draw.mix(session.seed(), current().call()));
  }

  /** Where the frame begins that was to be written last; the end, if that is not known. */
  int frameStart() {
    return frameStart;
  }

  /** Calls of the host made so far, in this session. */
  int calls() {
    return next;
  }

  /** The first difference found in a call, for people, or an empty string. */
  String difference() {
    return difference;
  }

  @Override
  public long[] call(Shape.ImportedFunction function, long[] args) {
    long[] canonical = args.clone();
    Signature.canonicalise(function.signature().params(), canonical);
    int call = next;
    switch (mode) {
      case UNWINDING ->
          throw differs("while unwinding it calls " + Trace.show(function.label(), canonical));
      case REWINDING -> call = resume(function, canonical);
      case NORMAL -> compare(function, canonical);
    }
    if (again > 0) {
      StackNeed need = StackNeed.of(machine());
      if (hasRoom(call, need)) {
        again--;
        suspend(call, function, canonical, need);
        return dummy(function.signature().results());
      }
    }
    return answer(call, function, canonical);
  }

  private void compare(Shape.ImportedFunction function, long[] args) {
    int number = next;
    tally.tell(() -> new ReplayEvent.HostCalled(number, Trace.show(function.label(), args)));
    if (number >= last || !session.trace().is(number, function, args)) {
      String shown = "host call " + number + " is " + Trace.show(function.label(), args);
      throw differs(
          shown + (number >= last ? ", there was none" : ", was " + session.trace().show(number)));
    }
    again = maySuspend && machine().nesting() == 1 ? pauses.times()[next] : 0;
    next++;
  }

  private long[] answer(int call, Shape.ImportedFunction function, long[] args) {
    if (world == null) {
      throw new IllegalStateException("the machine is attached before anything runs");
    }
    try {
      long[] results = world.answer(function, args);
      if (call == haltAfter) {
        throw new HostStop(TrapKind.HALT, "the comparison ends here");
      }
      return results;
    } finally {
      if (world.takeNote() != session.trace().note(call)) {
        difference = "host call " + call + ", " + function.label() + ", reads other memory";
      }
    }
  }

  /**
   * Whether there is a page for asyncify's stack, which may be grown if its memory is its own, and
   * frames that take as much have not been found not to fit.
   */
  private boolean hasRoom(int call, StackNeed need) {
    if (tally.isTooDeep(need)) {
      again = 0;
      tally.leftOut(Draw.mix(session.seed(), call));
      return false;
    }
    return hasPage();
  }

  private boolean hasPage() {
    Machine running = machine();
    int memory = stack.index();
    return memory < running.memories()
        && (running.memorySize(memory) > 0
            || (memory >= original.memories() && running.growMemory(memory, 1)));
  }

  private void suspend(int call, Shape.ImportedFunction function, long[] args, StackNeed need) {
    Machine running = machine();
    int room = pauses.room(call);
    boolean check = pauses.isTooSmall() || memoryChecks-- > 0;
    int watched = check ? original.memories() : 0;
    Region borrowed = Region.borrow(running, memories(), stack, place, room, need, watched);
    Tally.Passage passage = tally.suspended(running.fuelUsed());
    current = new Suspended(call, function.label(), args, borrowed, need, passage);
    frameStart = tally.knowsFrames() ? borrowed.position() : borrowed.endOfRoom();
    tally.tell(
        () -> new ReplayEvent.Unwinding(function.label(), borrowed.position(), borrowed.limit()));
    control("asyncify_start_unwind", borrowed.address());
    mode = Mode.UNWINDING;
    tally.suspendsUnder(passage, running);
    if (tally.watches()) {
      running.watch(
          offset -> {
            if (tally.passed(passage, offset) && pauses.isTooSmall() && tally.knowsFrames()) {
              frameStart = borrowed.position();
            }
          });
    }
  }

  /**
   * Starts to unwind where a call is put off that would not suspend by itself.
   *
   * @param forced the call
   * @param passed told what is counted of it
   * @return whether it is so: there may be no room
   */
  boolean suspendForced(ReplayEvent.Forced forced, Consumer<Tally.Passage> passed) {
    Machine running = machine();
    StackNeed need = StackNeed.of(running);
    if (!maySuspend || tally.isTooDeep(need) || !hasPage()) {
      return false;
    }
    int watched = memoryChecks-- > 0 ? original.memories() : 0;
    Region borrowed = Region.borrow(running, memories(), stack, place, Region.AMPLE, need, watched);
    Tally.Passage passage = tally.suspended(running.fuelUsed());
    passed.accept(passage);
    String label =
        "the call at offset 0x%x of function %d"
            .formatted(forced.site().offset(), forced.site().function());
    current = new Suspended(FORCED, label, new long[0], borrowed, need, passage);
    tally.tell(() -> forced);
    tally.tell(() -> new ReplayEvent.Unwinding(label, borrowed.position(), borrowed.limit()));
    control("asyncify_start_unwind", borrowed.address());
    mode = Mode.UNWINDING;
    return true;
  }

  /** Ends the rewinding where the call that was put off is made. */
  void resumeForced() {
    Suspended suspended = current();
    tally.tell(() -> new ReplayEvent.Resumed(suspended.label(), suspended.region().position()));
    end(suspended);
  }

  /** Returns the number of the call that is resumed. */
  private int resume(Shape.ImportedFunction function, long[] args) {
    Suspended suspended = current();
    if (!suspended.label().equals(function.label()) || !Arrays.equals(suspended.args(), args)) {
      throw differs(
          "on rewinding it calls %s, not %s again"
              .formatted(
                  Trace.show(function.label(), args),
                  Trace.show(suspended.label(), suspended.args())));
    }
    tally.tell(() -> new ReplayEvent.Resumed(function.label(), suspended.region().position()));
    end(suspended);
    return suspended.call();
  }

  /** The stack is back: ends the rewinding, and gives back what was borrowed. */
  private void end(Suspended suspended) {
    Region borrowed = suspended.region();
    control("asyncify_stop_rewind");
    if (!borrowed.isEmpty()) {
      throw differs("after rewinding pos is not back where it was, in " + suspended.label());
    }
    String disturbance = borrowed.giveBack();
    if (!disturbance.isEmpty()) {
      throw differs("suspended in " + suspended.label() + " it changes memory: " + disturbance);
    }
    current = null;
    mode = Mode.NORMAL;
    tally.resumed(suspended.passage(), machine().fuelUsed());
  }

  private void control(String export, long... args) {
    if (machine().call(export, args) instanceof Outcome.Trapped trap) {
      if (trap.kind().isLimit()) {
        throw new HostStop(trap.kind(), trap.detail());
      }
      throw differs(export + " traps: " + trap.detail());
    }
  }

  private HostStop differs(String what) {
    if (difference.isEmpty()) {
      difference = what;
    }
    return new HostStop(TrapKind.DIFFERENCE, what);
  }

  private static long[] dummy(List<ValueKind> kinds) {
    long[] zeros = new long[Signature.slots(kinds)];
    int at = 0;
    for (ValueKind kind : kinds) {
      zeros[at] = kind == ValueKind.NULLABLE ? -1 : 0;
      at += kind.slots();
    }
    return zeros;
  }

  private Machine machine() {
    if (machine == null) {
      throw new IllegalStateException("the machine is attached before anything runs");
    }
    return machine;
  }

  /** The memories of the instance. */
  InstanceMemories memories() {
    if (memories == null) {
      throw new IllegalStateException("the machine is attached before anything runs");
    }
    return memories;
  }

  @Override
  public long global(String module, String name, ValueKind kind) {
    return isAsyncify(module, name) ? 0 : World.global(name, kind);
  }

  /** State and data, which a linker's other modules share: nothing is going on in them. */
  private static boolean isAsyncify(String module, String name) {
    return module.equals("env") && name.startsWith("__asyncify_");
  }
}
