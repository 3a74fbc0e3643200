package dev.bysync.cli;

import dev.bysync.cli.outcome.ExitCode;
import dev.bysync.cli.runs.StoreWork;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Tries a store. */
@Command(
    name = "check-store",
    description = {
      "Try whether a store keeps what commits rest on.",
      "Of several writers that create an object at the same time one has to win, and the others to"
          + " learn it: many are tried, several times. Writes, reads and deletes small objects"
          + " under OUT/.tmp/. Every run tries two writers by itself.",
      ""
    })
final class CheckStoreCommand implements Callable<Integer> {
  @Mixin CommonOptions common = new CommonOptions();
  @Mixin StoreOptions store = new StoreOptions();

  @Parameters(paramLabel = "OUT", description = "A path or a URI, as --out of runs.")
  private String out = "";

  @Override
  public Integer call() {
    StoreWork.check(out, store.hadoop(), System.out);
    return ExitCode.DONE.code();
  }
}
