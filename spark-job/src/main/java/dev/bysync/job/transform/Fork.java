package dev.bysync.job.transform;

import dev.bysync.engine.ProcessedModule;
import dev.bysync.strategy.ChildEnvironment;
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
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The engine in a JVM of its own, started when it is first needed. A module that takes its JVM down
 * takes down this one only, and is given a second one: it may have been killed for what others use
 * up. If that dies too, its verdict is ERROR. One that takes too long is BUDGET.
 *
 * <p>Over the child's standard input and output, all in {@link DataOutputStream}'s encoding:
 *
 * <pre>
 * to the child:   length, serialized {@link ProcessorFactory}; then for each module: length, bytes
 * from the child: for each module: a result by {@link ResultCodec}
 * </pre>
 */
final class Fork implements Function<byte[], ProcessedModule>, AutoCloseable {
  private static final long MIN_HEAP_MEBIBYTES = 256;
  private static final int EXIT_SECONDS = 10;
  private static final int LIVES = 2;

  private final ProcessorFactory factory;
  private final Budgets budgets;
  private final long heapMebibytes;
  private final AtomicReference<@Nullable Child> child = new AtomicReference<>();

  /**
   * A fork that has not started yet.
   *
   * @param factory makes the engine in the child
   * @param slots children that this machine may have at a time: they share what this JVM may use
   */
  Fork(ProcessorFactory factory, Budgets budgets, int slots) {
    this.factory = factory;
    this.budgets = budgets;
    long share = (Runtime.getRuntime().maxMemory() >> 20) / slots;
    this.heapMebibytes =
        budgets.forkMemoryMebibytes() > 0
            ? budgets.forkMemoryMebibytes()
            : Math.max(MIN_HEAP_MEBIBYTES, share);
  }

  private record Child(Process process, DataOutputStream to, DataInputStream from) {}

  @Override
  public ProcessedModule apply(byte[] module) {
    String how = "";
    for (int life = 0; life < LIVES; life++) {
      Child running = child.get();
      if (running == null) {
        running = start();
        child.set(running);
      }
      CompletableFuture<Void> watch = watch(running.process());
      try {
        running.to().writeInt(module.length);
        running.to().write(module);
        running.to().flush();
        ProcessedModule result = ResultCodec.read(running.from());
        watch.complete(null);
        return result;
      } catch (IOException e) {
        boolean expired = !watch.complete(null);
        how = end(running.process());
        close();
        if (expired) {
          return Guard.failed(Verdict.BUDGET, budgets.tooLong(), module);
        }
        if (Thread.currentThread().isInterrupted()) {
          throw new UncheckedIOException("interrupted while a module was processed", e);
        }
      }
    }
    return Guard.failed(Verdict.ERROR, "the engine's JVM died twice, at last " + how, module);
  }

  /** Ends the child, also from another thread: what waits for it finds it dead. */
  @Override
  public void close() {
    Child running = child.getAndSet(null);
    if (running != null) {
      running.process().destroyForcibly();
    }
  }

  /** Kills the child when a module's time is over; to be completed when the module is done. */
  private CompletableFuture<Void> watch(Process process) {
    CompletableFuture<Void> done =
        new CompletableFuture<Void>().orTimeout(budgets.moduleSeconds(), TimeUnit.SECONDS);
    CompletableFuture<Void> unused =
        done.exceptionally(
            timeout -> {
              process.destroyForcibly();
              return null;
            });
    return done;
  }

  private static String end(Process process) {
    try {
      if (process.waitFor(EXIT_SECONDS, TimeUnit.SECONDS)) {
        return "with exit code " + process.exitValue();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return "without an answer";
  }

  private Child start() {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx" + heapMebibytes + "m",
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            "-cp",
            String.join(File.pathSeparator, classPath()),
            ForkedMain.class.getName());
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
      ChildEnvironment.restrict(builder);
      Process process = builder.start();
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
}
