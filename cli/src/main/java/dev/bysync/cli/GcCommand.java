package dev.bysync.cli;

import dev.bysync.cli.outcome.ExitCode;
import dev.bysync.cli.runs.Removal;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Removes old runs. */
@Command(
    name = "gc",
    description = {
      "Remove old runs, and the rows and binaries of profiles that no kept run has.",
      "A run refers to all rows of its profile, earlier runs' included: those stay as long as any"
          + " kept run has the profile. Runs that are under way are kept. Files of tables go a week"
          + " after nothing needs them any more, as by Delta's VACUUM.",
      ""
    })
final class GcCommand implements Callable<Integer> {
  @Mixin CommonOptions common = new CommonOptions();
  @Mixin StoreOptions store = new StoreOptions();

  @Parameters(paramLabel = "OUT", description = "The --out of the runs: a path or a URI.")
  private String out = "";

  @Option(
      names = "--keep",
      required = true,
      paramLabel = "N",
      description = "How many of the latest runs stay, at least 1.")
  private int keep;

  @Option(
      names = "--keep-run",
      paramLabel = "ID",
      description = "A run that stays however old it is, such as a baseline; may be repeated.")
  private List<String> named = List.of();

  @Option(names = "--dry-run", description = "Only say what would go.")
  private boolean dryRun;

  @Override
  public Integer call() {
    Removal.run(
        out,
        keep,
        named,
        store.hadoop(),
        dryRun ? Removal.Mode.DRY : Removal.Mode.REAL,
        System.out);
    return ExitCode.DONE.code();
  }
}
