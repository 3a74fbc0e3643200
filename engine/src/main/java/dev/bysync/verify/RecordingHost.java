package dev.bysync.verify;

import dev.bysync.verify.machine.Host;
import dev.bysync.verify.machine.HostPark;
import dev.bysync.verify.machine.HostStop;
import dev.bysync.verify.machine.Machine;
import dev.bysync.verify.machine.Shape;
import dev.bysync.verify.machine.Signature;
import dev.bysync.verify.machine.TrapKind;
import dev.bysync.verify.machine.ValueKind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The host of the original: answers its calls, and records them. It can put a call of an export
 * aside at one of its calls, and answers that when it goes on.
 */
final class RecordingHost implements Host {
  /** Calls in one step: one that never ends leaves some to others. */
  private static final int MAX_STEP_CALLS = 2_000;

  private final long seed;
  private final Shape shape;
  private final Budget budget;
  private final SuspensionRule rule;
  private final Trace trace = new Trace();
  private final Results results = new Results();
  private int callsLeft = MAX_STEP_CALLS;
  private long looksLeft;
  private int parkIn;
  private int resumed = -1;
  private @Nullable Machine machine;
  private @Nullable InstanceMemories memories;
  private @Nullable World world;

  /** Calls of the host in all instances together. */
  static final class Budget {
    private static final int MAX_HOST_CALLS = 20_000;

    private int hostCalls;

    int hostCalls() {
      return hostCalls;
    }
  }

  /**
   * Makes a host.
   *
   * @param seed seed of its answers
   * @param shape shape of the original
   * @param rule where it may be suspended
   * @param looks bytes of memories that {@link #look} may look at
   */
  RecordingHost(long seed, Shape shape, Budget budget, SuspensionRule rule, long looks) {
    this.seed = seed;
    this.shape = shape;
    this.budget = budget;
    this.rule = rule;
    this.looksLeft = looks;
  }

  /** A call of an export begins. */
  void beginStep() {
    callsLeft = MAX_STEP_CALLS;
  }

  /**
   * The call of an export is to be put aside at so many calls from now on, 1 the next; or never.
   */
  void parkIn(int calls) {
    parkIn = calls;
  }

  /** The export that was parked at a call, an index into the trace, goes on. */
  void resumeAt(int call) {
    resumed = call;
  }

  long seed() {
    return seed;
  }

  Trace trace() {
    return trace;
  }

  Results results() {
    return results;
  }

  /** What is in the memories, as long as little has been looked at. */
  List<MemoryDigest> look(long bytes) {
    looksLeft -= bytes;
    return looksLeft < 0 ? List.of() : memories().digests(shape);
  }

  @Override
  public void attach(Machine attached) {
    machine = attached;
    memories = new InstanceMemories(attached);
    world = new World(seed, attached, shape);
  }

  Machine machine() {
    if (machine == null) {
      throw new IllegalStateException("the machine is attached before anything runs");
    }
    return machine;
  }

  InstanceMemories memories() {
    if (memories == null) {
      throw new IllegalStateException("the machine is attached before anything runs");
    }
    return memories;
  }

  @Override
  public long[] call(Shape.ImportedFunction function, long[] args) {
    if (function.module().equals("asyncify")) {
      if (function.name().equals("get_state")) {
        return new long[] {0};
      }
      // what follows has no meaning in the original
      throw new HostStop(TrapKind.LINK, "it calls " + function.label() + " itself");
    }
    long[] canonical = args.clone();
    Signature.canonicalise(function.signature().params(), canonical);
    int call = resumed;
    resumed = -1;
    if (call < 0) {
      call = trace.size();
      record(function, canonical);
    }
    if (world == null) {
      throw new IllegalStateException("the machine is attached before anything runs");
    }
    try {
      return world.answer(function, canonical);
    } finally {
      trace.note(call, world.takeNote());
    }
  }

  private void record(Shape.ImportedFunction function, long[] args) {
    if (budget.hostCalls++ >= Budget.MAX_HOST_CALLS || callsLeft-- <= 0) {
      throw new HostStop(TrapKind.FUEL, "it calls the host too often");
    }
    boolean may = maySuspend(function);
    trace.add(function, args, may);
    if (may && parkIn > 0 && --parkIn == 0 && machine().nesting() == 1) {
      throw new HostPark();
    }
  }

  private boolean maySuspend(Shape.ImportedFunction function) {
    if (!rule.mayImport(function.index())) {
      return false;
    }
    if (!rule.isOfCalls()) {
      return true;
    }
    int[] calls = new int[2]; // those that may not be suspended, those that may
    machine().calls((caller, offset) -> calls[rule.mayPass(caller, offset) ? 1 : 0]++);
    return calls[0] == 0 && calls[1] > 0;
  }

  @Override
  public long global(String module, String name, ValueKind kind) {
    return World.global(name, kind);
  }
}
