package dev.bysync.asyncify;

import dev.bysync.verify.interp.InterpreterFactory;
import dev.bysync.verify.machine.Host;
import dev.bysync.verify.machine.LoadException;
import dev.bysync.verify.machine.Machine;
import dev.bysync.verify.machine.MachineFactory;
import dev.bysync.verify.machine.Outcome;
import dev.bysync.verify.machine.Program;
import dev.bysync.verify.machine.Shape;
import dev.bysync.verify.machine.Signature;
import dev.bysync.verify.machine.TrapKind;
import dev.bysync.verify.machine.ValueKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Our interpreter, watched from outside while the verifier uses it: which instructions of one
 * module were executed, and a hash of all that can be seen of it from outside. That is each call of
 * the host with its arguments and results, and, whenever nothing is suspended, how a call of an
 * export has ended and what is in the memories. It knows nothing of how the verifier decides.
 *
 * <p>Not compared are instances in which unwinding ended in a trap, since what is tried with stacks
 * that are too small depends on how large the frames were; nor those that fuel ran out in, nor more
 * instances than both have, for what is spent decides how many are made.
 */
final class WatchedMachines implements MachineFactory {
  private final InterpreterFactory machines = new InterpreterFactory();
  private final byte[] watched;

  private final Map<String, Signature> signatures = new HashMap<>();
  private final BitSet executed = new BitSet();
  private final List<Seen> instances = new ArrayList<>();

  /** What was seen of one instance. */
  private static final class Seen {
    private long hash;
    private boolean isOut;

    void mix(List<ValueKind> kinds, long[] slots) {
      long[] canonical = Arrays.copyOf(slots, Signature.slots(kinds));
      Signature.canonicalise(kinds, canonical);
      mix(Arrays.hashCode(canonical));
    }

    void mix(long value) {
      hash = (hash ^ value) * 0x9E3779B97F4A7C15L + (hash >>> 29);
    }
  }

  WatchedMachines(byte[] watched) {
    this.watched = watched;
  }

  /** Offsets of the instructions that were executed. */
  BitSet executed() {
    return executed;
  }

  /** Whether the other was seen to do something else. */
  boolean differsFrom(WatchedMachines other) {
    for (int i = 0; i < Math.min(instances.size(), other.instances.size()); i++) {
      Seen mine = instances.get(i);
      Seen others = other.instances.get(i);
      if (!mine.isOut && !others.isOut && mine.hash != others.hash) {
        return true;
      }
    }
    return false;
  }

  @Override
  public Program load(byte[] module) throws LoadException {
    return load(module, Integer.MAX_VALUE);
  }

  @Override
  public Program load(byte[] module, int bodies) throws LoadException {
    Program program = machines.load(module, bodies);
    return Arrays.equals(module, watched) ? new WatchedProgram(program) : program;
  }

  private final class WatchedProgram implements Program {
    private final Program program;

    WatchedProgram(Program program) {
      this.program = program;
      for (Shape.ExportedFunction function : program.shape().functions()) {
        signatures.put(function.name(), function.signature());
      }
    }

    @Override
    public Shape shape() {
      return program.shape();
    }

    @Override
    public int bodies() {
      return program.bodies();
    }

    @Override
    public Instantiation instantiate(Host host, long fuel) {
      WatchedHost outer = new WatchedHost(host);
      Instantiation made = program.instantiate(outer, fuel);
      return new Instantiation(outer.machine(made.machine()), made.outcome());
    }
  }

  private final class WatchedHost implements Host {
    private final Host host;
    private final Seen seen = new Seen();
    private @Nullable WatchedMachine machine;

    WatchedHost(Host host) {
      this.host = host;
      instances.add(seen);
    }

    Machine machine(Machine plain) {
      return machine == null ? plain : machine;
    }

    @Override
    public void attach(Machine attached) {
      machine = new WatchedMachine(attached, seen);
      machine.watch(null);
      host.attach(machine);
    }

    @Override
    public long[] call(Shape.ImportedFunction function, long[] args) {
      seen.mix(function.index());
      seen.mix(function.signature().params(), args);
      long[] results = host.call(function, args);
      seen.mix(function.signature().results(), results);
      return results;
    }

    @Override
    public long global(String module, String name, ValueKind kind) {
      return host.global(module, name, kind);
    }
  }

  private final class WatchedMachine implements Machine {
    private final Machine machine;
    private final Seen seen;

    WatchedMachine(Machine machine, Seen seen) {
      this.machine = machine;
      this.seen = seen;
    }

    @Override
    public Outcome call(String export, long[] args) {
      Outcome outcome = machine.call(export, args);
      if (export.startsWith("asyncify_") || machine.nesting() > 0) {
        return outcome;
      }
      if (outcome instanceof Outcome.Trapped trapped) {
        seen.mix(trapped.kind().name().hashCode());
        seen.isOut |= state() == 1 || trapped.kind() == TrapKind.FUEL;
      } else if (state() == 0 && outcome instanceof Outcome.Returned returned) {
        seen.mix(Objects.requireNonNull(signatures.get(export)).results(), returned.results());
        for (int memory = 0; memory < machine.memories(); memory++) {
          int size = (int) Math.min(machine.memorySize(memory), 1 << 20);
          seen.mix(Arrays.hashCode(machine.read(memory, 0, size)));
        }
      }
      return outcome;
    }

    private long state() {
      return machine.call("asyncify_get_state", new long[0]) instanceof Outcome.Returned state
          ? state.results()[0]
          : -1;
    }

    @Override
    public long fuelUsed() {
      return machine.fuelUsed();
    }

    @Override
    public void fuelLimit(long instructions) {
      machine.fuelLimit(instructions);
    }

    @Override
    public void watch(@Nullable IntConsumer offsets) {
      machine.watch(
          offset -> {
            executed.set(offset);
            if (offsets != null) {
              offsets.accept(offset);
            }
          });
    }

    @Override
    public int nesting() {
      return machine.nesting();
    }

    @Override
    public int memories() {
      return machine.memories();
    }

    @Override
    public long memorySize(int memory) {
      return machine.memorySize(memory);
    }

    @Override
    public boolean growMemory(int memory, int pages) {
      return machine.growMemory(memory, pages);
    }

    @Override
    public byte[] read(int memory, long address, int length) {
      return machine.read(memory, address, length);
    }

    @Override
    public void write(int memory, long address, byte[] bytes) {
      machine.write(memory, address, bytes);
    }

    @Override
    public long[] global(String export) {
      return machine.global(export);
    }

    @Override
    public long tableHash(String export) {
      return machine.tableHash(export);
    }
  }
}
