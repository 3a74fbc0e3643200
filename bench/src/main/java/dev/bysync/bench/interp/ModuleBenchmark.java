package dev.bysync.bench.interp;

import dev.bysync.verify.machine.LoadException;
import dev.bysync.verify.machine.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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

/**
 * The calls of a real module that end by themselves ({@link ModuleScript}), warm. The counter
 * {@code instructions} is the time of one executed instruction. The module is a parameter: {@code
 * -p module=FILE}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = "-Xss512m") // Endive nests its calls on the thread's stack
@Warmup(iterations = 5, time = 4)
@Measurement(iterations = 5, time = 2)
public class ModuleBenchmark {
  private static final long INSTRUCTIONS = 20_000_000;

  @Param public Engine engine = Engine.BYSYNC;

  @Param("")
  public String module = "";

  private ModuleScript script = new ModuleScript(List.of(), 0);
  private Program program = ready(new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0});

  private Program ready(byte[] bytes) {
    try {
      return engine.machines().load(bytes);
    } catch (LoadException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Both interpreters must end the calls alike, which is what a comparison needs. */
  @Setup(Level.Trial)
  public void prepare() throws IOException, LoadException {
    if (module.isEmpty()) {
      throw new IllegalArgumentException("which module? give -p module=FILE");
    }
    byte[] bytes = Files.readAllBytes(Path.of(module));
    script = ModuleScript.of(bytes, INSTRUCTIONS);
    program = ready(bytes);
    int hash = script.run(Engine.BYSYNC.machines().load(bytes)).hash();
    if (script.run(program).hash() != hash) {
      throw new IllegalStateException("the interpreters don't agree on " + module);
    }
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
  public int calls(Executed executed) {
    executed.instructions += script.instructions();
    return script.run(program).hash();
  }
}
