package dev.bysync.cli;

import dev.bysync.cli.outcome.ExitCode;
import java.util.List;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The top command and {@code main}. */
@Command(
    name = "bysync",
    versionProvider = Bysync.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "Asyncifies WebAssembly at corpus scale, and proves it: rewrites modules so that they can"
          + " pause in a call of the host and resume later, and verifies each one by running it.",
      ""
    },
    commandListHeading = "%nCommands:%n",
    footerHeading = "%nExit codes:%n",
    footer = {
      "  0  done",
      "  1  a module failed its verification (MISMATCH or ERROR), or a gate failed",
      "  2  wrong usage",
      "  3  bad input: a source that can't be opened, a module that is REJECTED",
      "  4  infrastructure: a broker, a store or a disk failed",
      "",
      "Examples:",
      "  bysync run my-modules/ --out out/",
      "  bysync run maven:org.webjars.npm:source-map:0.7.6 --out s3a://bucket/prefix",
      "  bysync transform app.wasm -o app.async.wasm --imports env.sleep,env.fetch",
      "  bysync explain app.wasm main",
      "  bysync verify app.wasm app.async.wasm",
      "  bysync transform my-modules/ -o async-modules/",
      "  bysync verify my-modules/"
    },
    subcommands = {
      RunCommand.class,
      IngestCommand.class,
      DlqCommand.class,
      ConfigCommand.class,
      TransformCommand.class,
      PlanCommand.class,
      ExplainCommand.class,
      VerifyCommand.class,
      ReplayCommand.class,
      ReportCommand.class,
      CompareCommand.class,
      RunsCommand.class,
      ShowCommand.class,
      GcCommand.class,
      QueryCommand.class,
      MigrateCommand.class,
      CheckStoreCommand.class,
      WatCommand.class,
      AsmCommand.class,
      HelpCommand.class
    })
final class Bysync implements Runnable {
  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Mixin CommonOptions common = new CommonOptions();

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version and exit.")
  boolean version;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }

  /** The command line, ready to execute; also what tests call. */
  static CommandLine commandLine() {
    CommandLine line = new CommandLine(new Bysync());
    for (String name : List.of("transform", "plan", "explain", "verify", "run")) {
      TransformArguments.declare(spec(line, name), name.equals("transform"));
    }
    WasmOptFlags.declare(spec(line, "transform"));
    line.setOut(TerminalWriter.on(System.out));
    line.setErr(TerminalWriter.on(System.err));
    line.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
    line.setUsageHelpWidth(100);
    line.setExpandAtFiles(false); // @FILE is a value of the transform's lists
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionExceptionHandler(
        (failure, command, parsed) ->
            FailureReport.print(
                    failure,
                    command.getParseResult().hasMatchedOption(CommonOptions.DEBUG),
                    command.getErr())
                .code());
    return line;
  }

  private static CommandSpec spec(CommandLine line, String command) {
    return Objects.requireNonNull(line.getSubcommands().get(command)).getCommandSpec();
  }

  public static void main(String[] arguments) {
    int code = commandLine().execute(arguments);
    System.out.flush();
    System.exit(code == CommandLine.ExitCode.OK ? ExitCode.DONE.code() : code);
  }

  /** The version out of the jar's manifest. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Bysync.class.getPackage().getImplementationVersion();
      return new String[] {"bysync " + (version == null ? "(unpackaged)" : version)};
    }
  }
}
