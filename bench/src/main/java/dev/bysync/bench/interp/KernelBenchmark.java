package dev.bysync.bench.interp;

import dev.bysync.verify.machine.LoadException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The kernels, warm. The counter {@code instructions} is the time of one executed instruction. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 1)
public class KernelBenchmark {
  @Param public Engine engine = Engine.BYSYNC;
  @Param public Kernel kernel = Kernel.FIB;

  private KernelRun run = ready(Engine.BYSYNC);
  private long instructions;

  private static KernelRun ready(Engine engine) {
    try {
      return new KernelRun(engine);
    } catch (LoadException e) {
      throw new IllegalStateException(e);
    }
  }

  /** All kernels are run first, so that none of them has the interpreter to itself. */
  @Setup(Level.Trial)
  public void prepare() throws LoadException {
    KernelRun.check();
    run = ready(engine);
    for (int i = 0; i < 20; i++) {
      for (Kernel other : Kernel.values()) {
        run.run(other);
      }
    }
    instructions = KernelRun.instructions(kernel);
  }

  /** What has been executed. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  public static class Executed {
    public long instructions;

    @Setup(Level.Iteration)
    public void clear() {
      instructions = 0;
    }
  }

  @Benchmark
  public int kernel(Executed executed) {
    executed.instructions += instructions;
    return run.run(kernel);
  }
}
