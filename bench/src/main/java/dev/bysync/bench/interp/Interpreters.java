package dev.bysync.bench.interp;

import dev.bysync.bench.compare.Cells;
import dev.bysync.bench.compare.Machine;
import dev.bysync.verify.machine.LoadException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Compares our interpreter with Endive's, on kernels and on real modules. */
@Command(
    name = "interp",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Compares our interpreter with Endive's: kernels in one process, warm, and each MODULE in processes of its own,",
      "from the start of the JVM. Times are of the processor, so that other processes change them less.",
      "",
      "What is called of a module: its exports with fixed arguments, where they end by themselves within 10 million",
      "instructions; repeated until --instructions have been executed.",
      ""
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:measured", "2:wrong usage"})
public final class Interpreters implements Callable<Integer> {
  @Parameters(
      paramLabel = "MODULE",
      arity = "0..*",
      description = "Modules; @FILE takes them from a file, a path a line.")
  private List<Path> modules = List.of();

  @Option(
      names = "--instructions",
      paramLabel = "N",
      defaultValue = "100000000",
      description = "Instructions that a process executes, about: ${DEFAULT-VALUE}.")
  private long instructions;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "3",
      description =
          "Processes for each module and interpreter, taking turns, of which the median counts: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "300",
      description = "A process that takes longer is ended: ${DEFAULT-VALUE}.")
  private int timeout;

  @Option(names = "--no-kernels", description = "Leave the kernels out.")
  private boolean noKernels;

  @Override
  public Integer call() throws IOException, InterruptedException, LoadException {
    if (!noKernels) {
      KernelTable.print(System.out);
    }
    if (!modules.isEmpty()) {
      new ModuleTable(instructions, rounds, Duration.ofSeconds(timeout)).print(modules, System.out);
    }
    for (String line : Machine.describe()) {
      System.out.println(Cells.text(line));
    }
    return 0;
  }

  public static void main(String[] args) {
    System.exit(new CommandLine(new Interpreters()).execute(args));
  }
}
