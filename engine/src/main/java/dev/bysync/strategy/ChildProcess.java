package dev.bysync.strategy;

import dev.bysync.strategy.StrategyException.Kind;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * One run of a command within {@link ExternalLimits}. All that it prints goes to a file in its
 * folder, which counts as output, and so do temporary files of tools that heed {@code TMPDIR}; it
 * reads nothing, and inherits no credentials ({@link ChildEnvironment}). However it ends, what it
 * has started is ended too: what was seen below it, and, where there is {@code /proc}, whatever
 * still is in its folder or has that {@code TMPDIR}: those whose parents have ended before they
 * were seen.
 */
final class ChildProcess {
  private static final long LOOK_MILLIS = 50;
  private static final int LOOKS_FOR_ORPHANS = 20; // all of /proc, once a second
  private static final String TEMPORARY = "TMPDIR";
  private static final int MAX_ENVIRONMENT_BYTES = 1 << 20;
  private static final int TAIL_BYTES = 1000;
  private static final int MAX_ROUNDS = 1000;
  private static final String LOG = "printed";
  private static final Path PROC = Path.of("/proc");

  /**
   * How it ended.
   *
   * @param tail the end of what it printed, behind a colon; empty if it printed nothing
   */
  record Ended(int exitCode, String tail, boolean isMemoryLimited) {}

  private final Process process;
  private final Path folder;
  private final ExternalLimits limits;
  private final String program;
  private final Set<ProcessHandle> started = new LinkedHashSet<>();

  private ChildProcess(Process process, Path folder, ExternalLimits limits, String program) {
    this.process = process;
    this.folder = folder;
    this.limits = limits;
    this.program = program;
  }

  /**
   * Runs it and waits.
   *
   * @throws StrategyException if it can't be started, or takes more than it may
   */
  static Ended run(List<String> words, Path folder, ExternalLimits limits)
      throws IOException, InterruptedException {
    Process process;
    try {
      ProcessBuilder builder =
          new ProcessBuilder(words)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve(LOG).toFile())
              .redirectInput(new File("/dev/null"));
      ChildEnvironment.restrict(builder);
      builder.environment().put(TEMPORARY, folder.toString());
      process = builder.start();
    } catch (IOException e) {
      throw new StrategyException(
          Kind.UNAVAILABLE, "%s can't be run: %s".formatted(words.get(0), e.getMessage()));
    }
    ChildProcess child = new ChildProcess(process, folder, limits, words.get(0));
    try {
      child.await();
    } finally {
      child.end();
    }
    boolean limited = Files.isDirectory(PROC.resolve("self"));
    return new Ended(process.exitValue(), child.tail(), limited);
  }

  private void await() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(limits.seconds());
    for (int look = 1; !process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS); look++) {
      process.descendants().forEach(started::add);
      if (look % LOOKS_FOR_ORPHANS == 0) {
        started.addAll(itsOwn());
      }
      if (System.nanoTime() - deadline > 0) {
        throw over("took more than %d s".formatted(limits.seconds()));
      }
      if (memory() > limits.memoryBytes()) {
        throw over("took more than %d MiB of memory".formatted(limits.memoryMegabytes()));
      }
      checkOutput();
    }
    checkOutput();
  }

  private void checkOutput() throws IOException {
    if (WorkFolder.size(folder) > limits.outputBytes()) {
      throw over("wrote more than %d MiB".formatted(limits.outputMegabytes()));
    }
  }

  private StrategyException over(String what) throws IOException {
    return new StrategyException(Kind.LIMIT, program + " " + what + tail());
  }

  /** Resident memory of the command and what it has started, bytes; 0 where that is not known. */
  private long memory() {
    long bytes = resident(process.pid());
    for (ProcessHandle handle : started) {
      bytes += handle.isAlive() ? resident(handle.pid()) : 0;
    }
    return bytes;
  }

  private static long resident(long pid) {
    try {
      for (String line : Files.readAllLines(PROC.resolve(pid + "/status"))) {
        if (line.startsWith("VmRSS:")) {
          return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
        }
      }
    } catch (IOException e) {
      return 0; // it has ended
    }
    return 0;
  }

  /** Ends it, if it runs, and all that it has started. */
  private void end() throws IOException, InterruptedException {
    boolean interrupted = Thread.interrupted(); // a killed process ends at once
    process.descendants().forEach(started::add);
    process.destroyForcibly().waitFor();
    started.forEach(ProcessHandle::destroyForcibly);
    // what was started while the others were counted; it may start more until it is gone
    List<ProcessHandle> left = itsOwn();
    for (int round = 0; round < MAX_ROUNDS && !left.isEmpty(); round++) {
      left.forEach(ProcessHandle::destroyForcibly);
      TimeUnit.MILLISECONDS.sleep(1);
      left = itsOwn();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** All that the command has started, wherever it is in the tree of processes. */
  private List<ProcessHandle> itsOwn() throws IOException {
    List<ProcessHandle> own = new ArrayList<>();
    if (Files.isDirectory(PROC)) {
      Path here = folder.toRealPath();
      try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
        for (Path entry : processes) {
          if (isIn(here, entry) || hasEnvironment(entry)) {
            long pid = Long.parseLong(String.valueOf(entry.getFileName()));
            ProcessHandle.of(pid).ifPresent(own::add);
          }
        }
      }
    }
    return own;
  }

  private static boolean isIn(Path folder, Path entry) {
    try {
      return Files.readSymbolicLink(entry.resolve("cwd")).startsWith(folder);
    } catch (IOException e) {
      return false; // another user's, or ended
    }
  }

  private boolean hasEnvironment(Path entry) {
    String ours = "\0" + TEMPORARY + "=" + folder + "\0";
    try (InputStream environment = Files.newInputStream(entry.resolve("environ"))) {
      byte[] bytes = environment.readNBytes(MAX_ENVIRONMENT_BYTES);
      return ("\0" + new String(bytes, StandardCharsets.UTF_8) + "\0").contains(ours);
    } catch (IOException e) {
      return false; // another user's, or ended
    }
  }

  private String tail() throws IOException {
    Path printed = folder.resolve(LOG);
    if (!Files.isRegularFile(printed, LinkOption.NOFOLLOW_LINKS)) {
      return ""; // the command has removed it
    }
    try (RandomAccessFile log = new RandomAccessFile(printed.toFile(), "r")) {
      long length = log.length();
      byte[] bytes = new byte[(int) Math.min(length, TAIL_BYTES)];
      log.seek(length - bytes.length);
      log.readFully(bytes);
      String text =
          new String(bytes, StandardCharsets.UTF_8).replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
      return text.isEmpty() ? "" : (length > bytes.length ? ": ..." : ": ") + text;
    }
  }
}
