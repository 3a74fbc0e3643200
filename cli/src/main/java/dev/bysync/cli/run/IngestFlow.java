package dev.bysync.cli.run;

import dev.bysync.cli.local.LogFile;
import dev.bysync.cli.outcome.CliFailure;
import dev.bysync.cli.outcome.ExitCode;
import dev.bysync.ingest.FoundModule;
import dev.bysync.ingest.Ingest;
import dev.bysync.ingest.IngestConfig;
import dev.bysync.ingest.IngestException;
import dev.bysync.ingest.IngestListener;
import dev.bysync.ingest.publish.Outcome;
import dev.bysync.ingest.source.Limits;
import dev.bysync.ingest.source.SourceProblem;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/** Publishes modules to a broker of the user's, and processes nothing. */
public final class IngestFlow {
  private IngestFlow() {}

  /** What is done with packages that were looked through before. */
  public enum Known {
    /** They are not fetched. */
    PASSED_OVER,
    /** They are looked through again. */
    AGAIN
  }

  /**
   * Publishes, and prints a line for each module on {@code out}.
   *
   * @param arguments settings that were given, as {@code --name}, {@code value}
   * @throws CliFailure if broker or store fail, or none is named
   */
  public static ExitCode run(
      List<String> sources,
      List<String> arguments,
      String corpus,
      Known known,
      PrintStream out,
      PrintStream err) {
    RunSettings settings = RunSettings.resolve(arguments, System.getenv(), Clock.systemUTC());
    if (settings.bootstrap().isEmpty()) {
      throw CliFailure.usage(
          "no Kafka broker to publish to: give --kafka HOST:PORT (run has an embedded one)");
    }
    Path temporary = temporary();
    Path log = LogFile.use(temporary);
    IngestConfig config =
        new IngestConfig(
                settings.clientProperties(settings.bootstrap()),
                settings.topic(),
                settings.out(),
                new Configuration(),
                corpus,
                Limits.defaults())
            .with(settings.fetching())
            .with(
                known == Known.AGAIN ? IngestConfig.Known.LISTED : IngestConfig.Known.PASSED_OVER);
    Display display = Display.of(err, 0);
    Printed printed = new Printed(new IngestDisplay(display), out);
    try {
      Ingest.publish(config, sources, printed);
      out.println(
          Units.count(printed.modules, "module")
              + " on topic "
              + settings.topic()
              + (printed.passedOver == 0
                  ? ""
                  : ", not counting those of "
                      + Units.count(printed.passedOver, "package")
                      + " looked through before (--again)"));
      delete(temporary);
      return printed.problems == 0 ? ExitCode.DONE : ExitCode.BAD_INPUT;
    } catch (IngestException e) {
      throw CliFailure.infrastructure(e.getMessage() + "\nThe log says more: " + log, e);
    }
  }

  /** Prints a line for each module, as soon as it is sure to be on the topic. */
  private static final class Printed implements IngestListener {
    private final IngestDisplay display;
    private final PrintStream out;
    private long modules;
    private long passedOver;
    private long problems;

    Printed(IngestDisplay display, PrintStream out) {
      this.display = display;
      this.out = out;
    }

    @Override
    public void published(FoundModule module) {
      modules++;
      out.printf(
          "%-10s  %s  %s%n",
          word(module.outcome()), module.sha256(), Printable.of(module.source().toString()));
    }

    @Override
    public void skipped(FoundModule module) {
      published(module);
    }

    @Override
    public void passedOver(String source) {
      passedOver++;
    }

    @Override
    public void problem(SourceProblem problem) {
      problems++;
      display.problem(problem);
    }
  }

  private static String word(Outcome outcome) {
    return switch (outcome) {
      case NEW_MODULE -> "new";
      case NEW_SOURCE -> "new place";
      case KNOWN -> "known";
    };
  }

  /** The log is of use only after a failure, whose message names it. */
  private static void delete(Path temporary) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(temporary)) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      temporary.toFile().deleteOnExit(); // the log is open: on Windows it stays until we end
    }
  }

  private static Path temporary() {
    try {
      return Files.createTempDirectory("bysync-ingest-" + ProcessHandle.current().pid() + "-");
    } catch (IOException e) {
      throw CliFailure.infrastructure("no temporary folder can be made: " + e, e);
    }
  }
}
