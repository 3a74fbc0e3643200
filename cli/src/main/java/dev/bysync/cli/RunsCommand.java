package dev.bysync.cli;

import dev.bysync.cli.outcome.ExitCode;
import dev.bysync.cli.runs.RunListing;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The runs of a store. */
@Command(
    name = "runs",
    description = {"List the runs that wrote to a place, oldest first.", ""})
final class RunsCommand implements Callable<Integer> {
  @Mixin CommonOptions common = new CommonOptions();
  @Mixin StoreOptions store = new StoreOptions();

  @Parameters(paramLabel = "OUT", description = "The --out of the runs: a path or a URI.")
  private String out = "";

  @Option(names = "--json", description = "Print the manifests as a JSON array.")
  private boolean json;

  @Override
  public Integer call() {
    RunListing.print(
        out, store.hadoop(), json ? RunListing.Output.JSON : RunListing.Output.TABLE, System.out);
    return ExitCode.DONE.code();
  }
}
