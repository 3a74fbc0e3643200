package dev.bysync.cli;

import dev.bysync.cli.outcome.ExitCode;
import dev.bysync.cli.runs.StoreWork;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Takes old tables over. */
@Command(
    name = "migrate",
    description = {
      "Take tables of the format before Delta over, once.",
      "Rows, offsets and runs are copied into Delta tables; where OLD and NEW differ binaries and"
          + " reports, too. Nothing is deleted: OLD/metrics and the manifests in OLD/runs may go"
          + " afterwards. What NEW has is left alone, so that it can be run again.",
      ""
    })
final class MigrateCommand implements Callable<Integer> {
  @Mixin CommonOptions common = new CommonOptions();
  @Mixin StoreOptions store = new StoreOptions();

  @Parameters(index = "0", paramLabel = "OLD", description = "The --out of old runs.")
  private String from = "";

  @Parameters(index = "1", paramLabel = "NEW", description = "Where to; may be the same.")
  private String to = "";

  @Override
  public Integer call() {
    StoreWork.migrate(from, to, store.hadoop(), System.out);
    return ExitCode.DONE.code();
  }
}
