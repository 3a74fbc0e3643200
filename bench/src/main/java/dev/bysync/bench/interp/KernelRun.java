package dev.bysync.bench.interp;

import dev.bysync.verify.machine.LoadException;
import dev.bysync.verify.machine.Machine;
import dev.bysync.verify.machine.Outcome;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/** The kernels in one interpreter. */
final class KernelRun {
  private final Machine machine;

  KernelRun(Engine engine) throws LoadException {
    machine =
        engine
            .machines()
            .load(Kernel.module())
            .instantiate(new StubHost(), Long.MAX_VALUE / 4)
            .machine();
    machine.fuelLimit(Long.MAX_VALUE / 4);
  }

  /** Runs one and returns its result. */
  int run(Kernel kernel) {
    Outcome outcome = machine.call(kernel.export(), new long[] {kernel.argument()});
    if (outcome instanceof Outcome.Returned returned) {
      return (int) returned.results()[0];
    }
    throw new IllegalStateException(kernel + " ended with " + outcome);
  }

  /** Instructions that a run executes. */
  static long instructions(Kernel kernel) throws LoadException {
    KernelRun ours = new KernelRun(Engine.BYSYNC);
    long before = ours.machine.fuelUsed();
    ours.run(kernel);
    return ours.machine.fuelUsed() - before;
  }

  /** Checks that all interpreters compute the same, which is what a comparison needs. */
  static void check() throws LoadException {
    for (Kernel kernel : Kernel.values()) {
      Map<Engine, Integer> results = new EnumMap<>(Engine.class);
      for (Engine engine : Engine.values()) {
        results.put(engine, new KernelRun(engine).run(kernel));
      }
      if (Set.copyOf(results.values()).size() > 1) {
        throw new IllegalStateException(kernel + ": " + results);
      }
    }
  }
}
