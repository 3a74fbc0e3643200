package dev.bysync.cli;

import dev.bysync.cli.run.DeadLetterFlow;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What the job has put aside. */
@Command(
    name = "dlq",
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "Look at the dead letters of a topic: records that are no events, or that nothing could be"
          + " done with, and publish them again.",
      "An ID is PARTITION/OFFSET of the record on the topic of modules.",
      ""
    },
    commandListHeading = "%nCommands:%n",
    subcommands = {
      DlqCommand.ListCommand.class,
      DlqCommand.ShowCommand.class,
      DlqCommand.ReplayCommand.class,
      HelpCommand.class
    })
final class DlqCommand implements Runnable {
  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Mixin CommonOptions common = new CommonOptions();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing: list, show or replay");
  }

  private static int with(BrokerOptions broker, DeadLetterFlow.Action action) {
    return DeadLetterFlow.run(broker.arguments(), System.out, System.err, action).code();
  }

  @Command(name = "list", description = "List dead letters: ID, time, size, reason.")
  static final class ListCommand implements Callable<Integer> {
    @Mixin CommonOptions common = new CommonOptions();
    @Mixin BrokerOptions broker = new BrokerOptions();

    @Option(
        names = "--reason",
        paramLabel = "TEXT",
        description = "Only those whose reason has this in it, in upper or lower case.")
    private String reason = "";

    @Option(
        names = "--limit",
        paramLabel = "N",
        description = "The most that are listed; default: ${DEFAULT-VALUE}.")
    private long limit = 1000;

    @Option(names = "--json", description = "A JSON object in each line.")
    private boolean json;

    @Override
    public Integer call() {
      return with(
          broker,
          flow ->
              flow.list(
                  reason, limit, json ? DeadLetterFlow.Output.JSON : DeadLetterFlow.Output.TABLE));
    }
  }

  @Command(name = "show", description = "Show one dead letter and the beginning of its record.")
  static final class ShowCommand implements Callable<Integer> {
    @Mixin CommonOptions common = new CommonOptions();
    @Mixin BrokerOptions broker = new BrokerOptions();

    @Parameters(paramLabel = "ID", description = "PARTITION/OFFSET, as list shows it.")
    private String id = "";

    @Option(
        names = "--bytes",
        paramLabel = "N",
        description = "How many bytes of the record are shown; default: ${DEFAULT-VALUE}.")
    private int bytes = 256;

    @Override
    public Integer call() {
      return with(broker, flow -> flow.show(id, Math.max(0, bytes)));
    }
  }

  @Command(
      name = "replay",
      description = {
        "Publish records again, from the topic if it still has them, else from the letters.",
        "Those that this version can't decode either are not sent."
      })
  static final class ReplayCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin CommonOptions common = new CommonOptions();
    @Mixin BrokerOptions broker = new BrokerOptions();

    @Parameters(paramLabel = "ID", arity = "0..*", description = "Which, as list shows them.")
    private List<String> ids = List.of();

    @Option(names = "--all", description = "All of them, or with --reason all of those.")
    private boolean all;

    @Option(
        names = "--reason",
        paramLabel = "TEXT",
        description = "With --all: only those whose reason has this in it.")
    private String reason = "";

    @Option(names = "--anyway", description = "Send also what would be put aside again.")
    private boolean anyway;

    @Override
    public Integer call() {
      if (all == !ids.isEmpty() || (!all && !reason.isEmpty())) {
        throw new ParameterException(
            spec.commandLine(), "give IDs, or --all, or --all with --reason TEXT");
      }
      return with(
          broker,
          flow ->
              flow.replay(
                  ids, reason, anyway ? DeadLetterFlow.Which.ALL : DeadLetterFlow.Which.DECODABLE));
    }
  }
}
