package dev.bysync.bench.compare;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * Looks at a running process from outside. Where there is {@code /proc}, its peak is the kernel's
 * own high-water mark ({@code VmHWM}); elsewhere the largest of the resident sets that {@code ps}
 * told, so short peaks between two looks are missed.
 */
final class ProcessProbe {
  private static final boolean PROC = Files.isReadable(Path.of("/proc/self/status"));

  private final ProcessHandle process;
  private long peakBytes;
  private double cpuSeconds;

  ProcessProbe(ProcessHandle process) {
    this.process = process;
  }

  /** How memory is measured on this system, for the report. */
  static String method() {
    return PROC ? "VmHWM of /proc/PID/status" : "largest rss that ps showed";
  }

  void look() throws IOException {
    long bytes = PROC ? highWaterMark() : residentSet();
    peakBytes = Math.max(peakBytes, bytes);
    process.info().totalCpuDuration().ifPresent(time -> cpuSeconds = time.toNanos() / 1e9);
  }

  long peakBytes() {
    return peakBytes;
  }

  double cpuSeconds() {
    return cpuSeconds;
  }

  private long highWaterMark() throws IOException {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
        if (line.startsWith("VmHWM:")) {
          return kilobytes(line.substring(6).replace("kB", ""));
        }
      }
    } catch (NoSuchFileException e) {
      return 0; // it has just ended
    } catch (IOException e) {
      if (process.isAlive()) {
        throw e;
      }
    }
    return 0;
  }

  private long residentSet() throws IOException {
    Process ps =
        new ProcessBuilder(List.of("ps", "-o", "rss=", "-p", Long.toString(process.pid()))).start();
    return kilobytes(new String(ps.getInputStream().readAllBytes(), StandardCharsets.US_ASCII));
  }

  private static long kilobytes(String text) {
    String number = text.strip();
    return number.isEmpty() ? 0 : Long.parseLong(number) * 1024;
  }
}
