package dev.bysync.bench.compare;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One run of a process to its end.
 *
 * @param end how it ended
 * @param seconds wall clock from start to end
 * @param cpuSeconds user and system time of the process, all threads, as of the last look at it
 * @param peakBytes its largest resident set as of the last look at it; see {@link ProcessProbe}
 * @param output the last 64 KB of what it printed
 */
public record ChildRun(End end, double seconds, double cpuSeconds, long peakBytes, String output) {
  private static final int TAIL = 1 << 16;
  private static final int MESSAGE = 200;

  /** How a run ended. */
  public enum End {
    DONE,
    FAILED,
    TIMEOUT
  }

  /**
   * Runs a command, looking at it every hundredth of its age, 1 ms at least and 50 ms at most, so
   * that what is missed after the last look stays small.
   */
  public static ChildRun of(List<String> command, Duration limit)
      throws IOException, InterruptedException {
    Path log = Files.createTempFile("bysync-bench", ".log");
    try {
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.redirectErrorStream(true).redirectOutput(log.toFile());
      long start = System.nanoTime();
      Process process = builder.start();
      process.getOutputStream().close();
      ProcessProbe probe = new ProcessProbe(process.toHandle());
      End end;
      try {
        end = watch(process, probe, start, limit);
      } finally {
        if (process.isAlive()) {
          process.destroyForcibly().waitFor();
        }
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      return new ChildRun(end, seconds, probe.cpuSeconds(), probe.peakBytes(), tail(log));
    } finally {
      Files.deleteIfExists(log);
    }
  }

  private static End watch(Process process, ProcessProbe probe, long start, Duration limit)
      throws IOException, InterruptedException {
    while (true) {
      probe.look();
      long age = System.nanoTime() - start;
      if (age > limit.toNanos()) {
        return End.TIMEOUT;
      }
      long pause = Math.min(50_000_000, Math.max(1_000_000, age / 100));
      if (process.waitFor(pause, TimeUnit.NANOSECONDS)) {
        return process.exitValue() == 0 ? End.DONE : End.FAILED;
      }
    }
  }

  private static String tail(Path log) throws IOException {
    try (InputStream in = Files.newInputStream(log)) {
      in.skipNBytes(Math.max(0, Files.size(log) - TAIL));
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
    }
  }

  public String lastLine() {
    return output.substring(output.lastIndexOf('\n') + 1);
  }

  /** The last line at a length for a table. */
  public String lastWords() {
    String line = lastLine().strip();
    return line.length() > MESSAGE ? line.substring(0, MESSAGE) : line;
  }
}
