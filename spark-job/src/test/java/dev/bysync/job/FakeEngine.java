package dev.bysync.job;

import static org.awaitility.Awaitility.await;

import dev.bysync.engine.ModuleMetrics;
import dev.bysync.engine.ProcessedModule;
import dev.bysync.job.transform.ProcessorFactory;
import dev.bysync.verify.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * A deterministic engine: what a module's text begins with decides what comes of it. Counts what it
 * processes, in this JVM.
 */
final class FakeEngine implements ProcessorFactory {
  private static final Duration LONGEST = Duration.ofMinutes(5);

  static final AtomicInteger PROCESSED = new AtomicInteger();

  @Override
  public Function<byte[], ProcessedModule> create() {
    return FakeEngine::process;
  }

  private static ProcessedModule process(byte[] module) {
    PROCESSED.incrementAndGet();
    String text = new String(module, StandardCharsets.UTF_8);
    if (text.startsWith("throw")) {
      throw new IllegalStateException("poison");
    }
    if (text.startsWith("overflow")) {
      overflow(1);
    }
    if (text.startsWith("memory")) {
      throw new OutOfMemoryError("pretended");
    }
    if (text.startsWith("halt")) {
      Runtime.getRuntime().halt(13);
    }
    if (text.startsWith("straggle")) {
      straggle(text);
    }
    if (text.startsWith("heap")) {
      return new ProcessedModule(
          Verdict.REJECTED,
          Long.toString(Runtime.getRuntime().maxMemory()),
          null,
          metrics(module, 0));
    }
    if (text.startsWith("reject")) {
      return new ProcessedModule(
          Verdict.REJECTED, "not wasm at offset 0", null, metrics(module, 0));
    }
    byte[] transformed = Arrays.copyOf(module, module.length + 4);
    return new ProcessedModule(
        text.startsWith("plain") ? Verdict.UNEXERCISED : Verdict.VERIFIED,
        "",
        transformed,
        metrics(module, transformed.length));
  }

  /**
   * "straggle MODE FOLDER": the first attempt, wherever it runs, waits in mode "race" until a
   * second one has started, and in mode "hang" until it is interrupted; if neither comes, it fails.
   */
  private static void straggle(String text) {
    String[] words = text.split(" ", 3);
    Path folder = Path.of(words[2]);
    try {
      Files.createFile(folder.resolve("first"));
    } catch (FileAlreadyExistsException e) {
      begin(folder.resolve("second"));
      return;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    try {
      if (words[1].equals("race")) {
        await().atMost(LONGEST).until(() -> Files.exists(folder.resolve("second")));
      } else if (!new CountDownLatch(1).await(LONGEST.toSeconds(), TimeUnit.SECONDS)) {
        throw new IllegalStateException("no other attempt has succeeded");
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static void begin(Path marker) {
    try {
      Files.writeString(marker, "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int overflow(int depth) {
    return depth == 0 ? 0 : overflow(depth + 1) + 1;
  }

  private static ModuleMetrics metrics(byte[] module, int transformedBytes) {
    int n = module.length;
    return new ModuleMetrics(
        n,
        transformedBytes,
        n / 2,
        transformedBytes / 2,
        n,
        n / 2,
        n / 3,
        n / 3,
        n / 4,
        n / 4,
        0,
        0,
        0,
        1,
        1,
        n,
        n,
        n,
        10L * n,
        12L * n,
        3L * n,
        16L * n,
        n,
        n,
        n / 2,
        transformedBytes / 2,
        n / 8,
        n / 8,
        n / 16,
        n / 16,
        System.nanoTime(),
        System.nanoTime());
  }
}
