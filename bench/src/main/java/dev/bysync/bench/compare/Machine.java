package dev.bysync.bench.compare;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What the figures were taken on. */
public final class Machine {
  private Machine() {}

  public static List<String> describe() throws IOException {
    List<String> lines = new ArrayList<>();
    String load =
        String.format(
            Locale.ROOT,
            "%.1f",
            ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    lines.add(
        "Machine: "
            + Runtime.getRuntime().availableProcessors()
            + " processors"
            + model()
            + ", "
            + System.getProperty("os.name")
            + " "
            + System.getProperty("os.arch")
            + ", load average at the end "
            + load);
    lines.add("Java " + Runtime.version());
    lines.add("Peak memory: " + ProcessProbe.method() + "; processor time: as of the last look");
    return lines;
  }

  private static String model() throws IOException {
    Path file = Path.of("/proc/cpuinfo");
    if (!Files.isReadable(file)) {
      return "";
    }
    for (String line : Files.readAllLines(file)) {
      if (line.startsWith("model name")) {
        return " (" + line.substring(line.indexOf(':') + 1).strip() + ")";
      }
    }
    return "";
  }
}
