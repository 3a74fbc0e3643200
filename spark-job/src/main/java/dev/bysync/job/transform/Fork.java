package dev.bysync.job.transform;

import dev.bysync.engine.ModuleMetrics;
import dev.bysync.engine.ProcessedModule;
import dev.bysync.verify.Verdict;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The engine in a JVM of its own, started when it is first needed. A module that takes its JVM down
 * takes down this one only: it gets the verdict ERROR, and the next module a new JVM.
 *
 * <p>Over the child's standard input and output, all in {@link DataOutputStream}'s encoding:
 *
 * <pre>
 * to the child:   length, serialized {@link ProcessorFactory}; then for each module: length, bytes
 * from the child: for each module: {@link #write a result}
 * </pre>
 */
final class Fork implements Function<byte[], ProcessedModule>, AutoCloseable {
  private static final long MIN_HEAP_BYTES = 256L << 20;
  private static final int EXIT_SECONDS = 10;

  private final ProcessorFactory factory;
  private final long heapBytes;
  private @Nullable Child child;

  /**
   * A fork that has not started yet.
   *
   * @param factory makes the engine in the child
   * @param slots children that this machine may have at a time: they share what this JVM may use
   */
  Fork(ProcessorFactory factory, int slots) {
    this.factory = factory;
    this.heapBytes = Math.max(MIN_HEAP_BYTES, Runtime.getRuntime().maxMemory() / slots);
  }

  private record Child(Process process, DataOutputStream to, DataInputStream from) {}

  @Override
  public ProcessedModule apply(byte[] module) {
    Child running = child;
    if (running == null) {
      running = start();
      child = running;
    }
    try {
      running.to().writeInt(module.length);
      running.to().write(module);
      running.to().flush();
      return read(running.from());
    } catch (IOException e) {
      return died(running, module.length);
    }
  }

  @Override
  public void close() {
    if (child != null) {
      child.process().destroyForcibly();
      child = null;
    }
  }

  private ProcessedModule died(Child dead, int size) {
    String how = "did not answer";
    try {
      if (dead.process().waitFor(EXIT_SECONDS, TimeUnit.SECONDS)) {
        how = "died with exit code " + dead.process().exitValue();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    close();
    return Guard.failed(Verdict.ERROR, "the engine's JVM " + how, size);
  }

  private Child start() {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx" + heapBytes,
            "-XX:+UseSerialGC",
            "-cp",
            String.join(File.pathSeparator, classPath()),
            ForkedMain.class.getName());
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      DataOutputStream to =
          new DataOutputStream(new BufferedOutputStream(process.getOutputStream()));
      DataInputStream from = new DataInputStream(new BufferedInputStream(process.getInputStream()));
      ByteArrayOutputStream serialized = new ByteArrayOutputStream();
      try (ObjectOutputStream out = new ObjectOutputStream(serialized)) {
        out.writeObject(factory);
      }
      to.writeInt(serialized.size());
      serialized.writeTo(to);
      to.flush();
      return new Child(process, to, from);
    } catch (IOException e) {
      throw new UncheckedIOException("can't start a JVM of its own for the engine", e);
    }
  }

  /** What this JVM sees: its class path, and the jars that Spark added while it ran. */
  private static Set<String> classPath() {
    Set<String> path = new LinkedHashSet<>();
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    while (loader != null) {
      if (loader instanceof URLClassLoader urls) {
        for (URL url : urls.getURLs()) {
          file(url).ifPresent(path::add);
        }
      }
      loader = loader.getParent();
    }
    path.addAll(List.of(System.getProperty("java.class.path").split(File.pathSeparator)));
    return path;
  }

  private static Optional<String> file(URL url) {
    try {
      return "file".equals(url.getProtocol())
          ? Optional.of(Path.of(url.toURI()).toString())
          : Optional.empty();
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  /** Writes a result: verdict, reason, transformed module (length -1 for none), the 20 figures. */
  static void write(DataOutputStream out, ProcessedModule processed) throws IOException {
    byte[] reason = processed.reason().getBytes(StandardCharsets.UTF_8);
    byte[] transformed = processed.transformed();
    out.writeUTF(processed.verdict().name());
    out.writeInt(reason.length);
    out.write(reason);
    out.writeInt(transformed == null ? -1 : transformed.length);
    if (transformed != null) {
      out.write(transformed);
    }
    for (long figure : figures(processed.metrics())) {
      out.writeLong(figure);
    }
    out.flush();
  }

  private static ProcessedModule read(DataInputStream in) throws IOException {
    Verdict verdict = Verdict.valueOf(in.readUTF());
    String reason = new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
    int length = in.readInt();
    byte[] transformed = length < 0 ? null : in.readNBytes(length);
    List<Long> figures = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      figures.add(in.readLong());
    }
    return new ProcessedModule(verdict, reason, transformed, metrics(figures));
  }

  private static long[] figures(ModuleMetrics m) {
    return new long[] {
      m.originalBytes(),
      m.transformedBytes(),
      m.originalGzipBytes(),
      m.transformedGzipBytes(),
      m.functions(),
      m.instrumentedFunctions(),
      m.sites(),
      m.sitesSuspended(),
      m.exportsRun(),
      m.hostCalls(),
      m.suspensions(),
      m.fuelOriginal(),
      m.fuelTransformed(),
      m.suspensionFuel(),
      m.suspensionStackBytes(),
      m.deepestStackBytes(),
      m.originalCodeBytes(),
      m.transformedCodeBytes(),
      m.transformNanos(),
      m.verifyNanos()
    };
  }

  private static ModuleMetrics metrics(List<Long> f) {
    return new ModuleMetrics(
        f.get(0),
        f.get(1),
        f.get(2),
        f.get(3),
        f.get(4).intValue(),
        f.get(5).intValue(),
        f.get(6).intValue(),
        f.get(7).intValue(),
        f.get(8).intValue(),
        f.get(9),
        f.get(10),
        f.get(11),
        f.get(12),
        f.get(13),
        f.get(14),
        f.get(15),
        f.get(16),
        f.get(17),
        f.get(18),
        f.get(19));
  }
}
