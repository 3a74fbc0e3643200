package dev.bysync.bench.jmh;

import dev.bysync.analysis.Plan;
import dev.bysync.asyncify.Asyncify;
import dev.bysync.asyncify.AsyncifyOptions;
import dev.bysync.wasm.binary.ByteSink;
import dev.bysync.wasm.code.BodyTyper;
import dev.bysync.wasm.code.CodeReader;
import dev.bysync.wasm.module.Module;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The phases of the transform and the whole of it, on one module. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
public class TransformBenchmark {
  /** A file, or {@code generated:N} for a module of N functions that is made up. */
  @Param("generated:1000")
  public String module = "";

  private byte[] bytes = {};
  private Module read = Module.read(new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0});
  private Path in = Path.of("");
  private Path out = Path.of("");

  @Setup(Level.Trial)
  public void load() throws IOException {
    bytes =
        module.startsWith("generated:")
            ? GeneratedModule.of(Integer.parseInt(module.substring("generated:".length())))
            : Files.readAllBytes(Path.of(module));
    read = Module.read(bytes);
    in = Files.createTempFile("bysync-bench", ".wasm");
    out = Files.createTempFile("bysync-bench", ".wasm");
    Files.write(in, bytes);
  }

  @TearDown(Level.Trial)
  public void clean() throws IOException {
    Files.deleteIfExists(in);
    Files.deleteIfExists(out);
  }

  /** The yardstick: every instruction of every function decoded and encoded again. */
  @Benchmark
  public ByteSink decodeAndEncode() {
    return new Transcoder(read).transcode();
  }

  /** Decoding and typing every instruction of every function. */
  @Benchmark
  public int scan() {
    BodyTyper typer = new BodyTyper(read);
    CodeReader code = new CodeReader(bytes, 0, 0);
    int instructions = 0;
    for (int body = 0; body < read.bodyCount(); body++) {
      code.reset(typer.begin(body), read.bodyEnd(body));
      while (typer.depth() > 0) {
        code.next();
        typer.step(code);
        instructions++;
      }
    }
    return instructions;
  }

  /** The call graph and what is instrumented. */
  @Benchmark
  public Plan plan() {
    return Plan.of(read);
  }

  /** From bytes to bytes. */
  @Benchmark
  public byte[] transform() {
    return Asyncify.transform(bytes, AsyncifyOptions.defaults()).bytes();
  }

  /** From file to file. */
  @Benchmark
  public long endToEnd() throws IOException {
    byte[] result = Asyncify.transform(Files.readAllBytes(in), AsyncifyOptions.defaults()).bytes();
    Files.write(out, result);
    return result.length;
  }
}
