package dev.bysync.bench.heap;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Finds by halving how small the heap may be at which the command still does its work. */
@Command(
    name = "least-heap",
    mixinStandardHelpOptions = true,
    description = {
      "Finds the least heap (-Xmx, whole MiB) with which `bysync transform` or `bysync verify` succeeds, a process of its own each time.",
      "Allowed are 6 times the module's size and 64 MiB for the one, what an executor has for a slot (8 times and 512 MiB) for the other.",
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

  /** What has to succeed. */
  enum Work {
    TRANSFORM(6, 64, 1),
    /** Transforms and verifies: what a slot of an executor does. */
    VERIFY(8, 512, 8);

    private final int timesSize;
    private final int mebibytes;
    private final int step;

    Work(int timesSize, int mebibytes, int step) {
      this.timesSize = timesSize;
      this.mebibytes = mebibytes;
      this.step = step;
    }

    /** The heap that is allowed for a module, MiB. */
    int allowed(long bytes) {
      return (int) (timesSize * bytes / MEBIBYTE) + mebibytes;
    }

    List<String> command(Path module, Path out) {
      return switch (this) {
        case TRANSFORM -> List.of("transform", module.toString(), "-o", out.toString());
        case VERIFY -> List.of("verify", module.toString());
      };
    }
  }

  @Option(
      names = "--of",
      description = "What has to succeed, transform or verify; default: ${DEFAULT-VALUE}.")
  private Work work = Work.TRANSFORM;

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
      int allowed = work.allowed(bytes);
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
    while (high - low > work.step) {
      int middle = (low + high) >>> 1;
      if (succeeds(module, middle)) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return Integer.toString(high);
  }

  private boolean succeeds(Path module, int mebibytes) throws IOException, InterruptedException {
    Path out = Files.createTempFile("bysync-bench", ".wasm");
    try {
      List<String> command = new ArrayList<>();
      command.add(System.getProperty("bysync.command", "bin/bysync"));
      command.addAll(work.command(module, out));
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().put("BYSYNC_JAVA_OPTS", "-Xmx" + mebibytes + "m");
      builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
      return builder.start().waitFor() == 0;
    } finally {
      Files.deleteIfExists(out);
    }
  }

  public static void main(String[] args) {
    System.exit(
        new CommandLine(new LeastHeap()).setCaseInsensitiveEnumValuesAllowed(true).execute(args));
  }
}
