package dev.bysync.cli;

import dev.bysync.cli.run.ConfigFlow;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Unmatched;

/** The settings as they are resolved. */
@Command(
    name = "config",
    synopsisHeading = "Usage: ",
    customSynopsis = "bysync config [-h] [--debug] [--NAME VALUE]...",
    description = {
      "Print the settings that a run with these options has, and where each comes from: the command"
          + " line, the environment, a file, or the default.",
      "Takes every setting as --NAME VALUE. What may be a secret is not shown.",
      ""
    })
final class ConfigCommand implements Callable<Integer> {
  @Mixin CommonOptions common = new CommonOptions();

  @Unmatched List<String> arguments = new ArrayList<>();

  @Override
  public Integer call() {
    return ConfigFlow.print(arguments, System.getenv(), System.out).code();
  }
}
