package dev.bysync.bench.heap;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Finds by halving how small the heap may be at which the command still transforms a module. */
@Command(
    name = "least-heap",
    mixinStandardHelpOptions = true,
    description = {
      "Finds the least heap (-Xmx, whole MiB) with which `bysync transform` succeeds, a process of its own each time.",
      "Allowed are 6 times the module's size and 64 MiB.",
      ""
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:every module keeps to what is allowed",
      "1:some module does not",
      "2:wrong usage"
    })
public final class LeastHeap implements Callable<Integer> {
  private static final int MEBIBYTE = 1 << 20;

  @Parameters(
      paramLabel = "MODULE",
      arity = "1..*",
      description = "Modules; @FILE takes them from a file, a path a line.")
  private List<Path> modules = List.of();

  @Option(
      names = "--check",
      description = "Only try the heap that is allowed, and don't look for the least.")
  private boolean check;

  @Override
  public Integer call() throws IOException, InterruptedException {
    System.out.println("| module | bytes | least heap, MiB | allowed, MiB |\n|---|--:|--:|--:|");
    int exceeding = 0;
    for (Path module : modules) {
      long bytes = Files.size(module);
      int allowed = (int) (6 * bytes / MEBIBYTE) + 64;
      String least = least(module, allowed);
      exceeding += least.startsWith("over") ? 1 : 0;
      System.out.printf(Locale.ROOT, "| %s | %,d | %s | %d |%n", module, bytes, least, allowed);
    }
    return exceeding == 0 ? 0 : 1;
  }

  private String least(Path module, int allowed) throws IOException, InterruptedException {
    if (!succeeds(module, allowed)) {
      return "over " + allowed;
    }
    if (check) {
      return "at most " + allowed;
    }
    int low = 1;
    int high = allowed;
    while (high - low > 1) {
      int middle = (low + high) >>> 1;
      if (succeeds(module, middle)) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return Integer.toString(high);
  }

  private static boolean succeeds(Path module, int mebibytes)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile("bysync-bench", ".wasm");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(
              System.getProperty("bysync.command", "bin/bysync"),
              "transform",
              module.toString(),
              "-o",
              out.toString());
      builder.environment().put("BYSYNC_JAVA_OPTS", "-Xmx" + mebibytes + "m");
      builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
      return builder.start().waitFor() == 0;
    } finally {
      Files.deleteIfExists(out);
    }
  }

  public static void main(String[] args) {
    System.exit(new CommandLine(new LeastHeap()).execute(args));
  }
}
