package dev.bysync.engine;

import dev.bysync.asyncify.AsyncifyOptions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * The process that {@link HostileProcessingTest} starts: processes all hostile modules as the
 * pipeline does, and prints a row each.
 */
final class HostileRun {
  private static final ProcessOptions OPTIONS =
      new ProcessOptions(AsyncifyOptions.defaults(), 1, 2_000_000);

  private HostileRun() {}

  public static void main(String[] args) {
    List<String> only = List.of(args);
    ModuleProcessor processor = new ModuleProcessor(OPTIONS);
    for (Map.Entry<String, Supplier<byte[]>> kind : HostileModules.all().entrySet()) {
      if (only.isEmpty() || only.contains(kind.getKey())) {
        byte[] module = kind.getValue().get();
        long start = System.nanoTime();
        ProcessedModule result = processor.process(module);
        print(kind.getKey(), result.verdict().name(), module.length, start, result.reason());
      }
    }
    if (only.isEmpty()) {
      truncated(processor);
    }
  }

  /**
   * A module of all sections, cut at every byte; between sections it is another, shorter module.
   */
  private static void truncated(ModuleProcessor processor) {
    byte[] whole = HostileModules.ofAllSections();
    Set<String> verdicts = new TreeSet<>();
    long start = System.nanoTime();
    for (int length = 9; length < whole.length; length++) {
      ProcessedModule result = processor.process(Arrays.copyOf(whole, length));
      verdicts.add(result.verdict().name());
    }
    String all = String.join(" ", verdicts);
    print(
        "truncated everywhere",
        verdicts.contains("ERROR") ? "ERROR" : verdicts.contains("REJECTED") ? "REJECTED" : all,
        whole.length,
        start,
        all);
  }

  private static void print(String kind, String verdict, int bytes, long start, String reason) {
    long used = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    String line = reason.replace('|', '/').replace('\n', ' ');
    System.out.printf(
        "| %s | %s | %d bytes | %d ms | %d MiB | %s |%n",
        kind,
        verdict,
        bytes,
        (System.nanoTime() - start) / 1_000_000,
        used >> 20,
        line.substring(0, Math.min(150, line.length())));
  }
}
