package dev.bysync.asyncify;

import dev.bysync.verify.endive.EndiveFactory;
import dev.bysync.verify.machine.Host;
import dev.bysync.verify.machine.LoadException;
import dev.bysync.verify.machine.Machine;
import dev.bysync.verify.machine.Outcome;
import dev.bysync.verify.machine.Program;
import dev.bysync.verify.machine.Shape;
import dev.bysync.verify.machine.Signature;
import dev.bysync.verify.machine.TrapKind;
import dev.bysync.verify.machine.ValueKind;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A transformed module whose imports suspend when told to: they start unwinding, with the structure
 * at address 16, and end the rewinding when they are called again.
 */
final class Instance implements Host {
  private static final int DATA = 16;
  private static final int STACK = 32;
  private static final int STACK_END = 4096;

  private final int memory;
  private final Set<String> suspending = new HashSet<>();
  private @Nullable Machine machine;
  private int calls;
  private boolean endsRewind = true;

  private Instance(int memory) {
    this.memory = memory;
  }

  /** Makes an instance with its stack in the memory with this index. */
  static Instance of(byte[] module, int memory) {
    try {
      Program program = new EndiveFactory().load(module);
      Instance instance = new Instance(memory);
      Program.Instantiation made = program.instantiate(instance, 1_000_000);
      if (made.outcome() instanceof Outcome.Trapped trap) {
        throw new AssertionError("it can't be made: " + trap.detail());
      }
      instance.machine().fuelLimit(1_000_000);
      return instance;
    } catch (LoadException e) {
      throw new AssertionError(e);
    }
  }

  static Instance of(Transformed transformed) {
    return of(transformed.bytes(), 0);
  }

  /** From now on the import, {@code module.name}, suspends once when it is called. */
  Instance suspendIn(String label) {
    suspending.add(label);
    return this;
  }

  /** From now on imports don't end a rewind. */
  void ignoreRewind() {
    endsRewind = false;
  }

  /** Calls of imports so far. */
  int calls() {
    return calls;
  }

  Outcome call(String export, long... args) {
    return machine().call(export, args);
  }

  /** The asyncify state: 0, 1 or 2. */
  int state() {
    return (int) results("asyncify_get_state")[0];
  }

  /** Ends the unwinding and rewinds. */
  Outcome resume(String export, long... args) {
    results("asyncify_stop_unwind");
    results("asyncify_start_rewind", DATA);
    return call(export, args);
  }

  /** Results of a call that returns. */
  long[] results(String export, long... args) {
    if (call(export, args) instanceof Outcome.Returned returned) {
      return returned.results();
    }
    throw new AssertionError(export + " traps");
  }

  /** Kind of the trap that a call ends in. */
  static @Nullable TrapKind trap(Outcome outcome) {
    return outcome instanceof Outcome.Trapped trap ? trap.kind() : null;
  }

  Machine machine() {
    if (machine == null) {
      throw new IllegalStateException("not attached");
    }
    return machine;
  }

  @Override
  public void attach(Machine attached) {
    machine = attached;
  }

  @Override
  public long[] call(Shape.ImportedFunction function, long[] args) {
    calls++;
    if (state() == 2) {
      if (endsRewind) {
        results("asyncify_stop_rewind");
      }
    } else if (suspending.remove(function.label())) {
      put(DATA, STACK);
      put(DATA + 4, STACK_END);
      results("asyncify_start_unwind", DATA);
    }
    return new long[Signature.slots(function.signature().results())];
  }

  private void put(int at, int value) {
    byte[] bytes = {(byte) value, (byte) (value >> 8), 0, 0};
    machine().write(memory, at, bytes);
  }

  @Override
  public long global(String module, String name, ValueKind kind) {
    return 0;
  }
}
