package dev.bysync.cli;

import dev.bysync.cli.outcome.ExitCode;
import dev.bysync.cli.runs.ModuleListing;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** One module of a run. */
@Command(
    name = "show",
    description = {"Show all that a run knows of a module.", ""})
final class ShowCommand implements Callable<Integer> {
  @Mixin CommonOptions common = new CommonOptions();
  @Mixin StoreOptions store = new StoreOptions();

  @Parameters(
      index = "0",
      paramLabel = "RUN",
      description = "OUT/runs/ID, or OUT for the latest run there; a path or a URI.")
  private String run = "";

  @Parameters(
      index = "1",
      paramLabel = "MODULE",
      description = "The beginning of its SHA-256, or a part of its name.")
  private String module = "";

  @Override
  public Integer call() {
    ModuleListing.print(run, module, store.hadoop(), System.out);
    return ExitCode.DONE.code();
  }
}
