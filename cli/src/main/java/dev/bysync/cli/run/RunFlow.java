package dev.bysync.cli.run;

import dev.bysync.cli.local.EmbeddedBroker;
import dev.bysync.cli.local.EmbeddedS3;
import dev.bysync.cli.local.LogFile;
import dev.bysync.cli.local.StateDirectory;
import dev.bysync.cli.outcome.CliFailure;
import dev.bysync.cli.outcome.ExitCode;
import dev.bysync.ingest.FoundModule;
import dev.bysync.ingest.Ingest;
import dev.bysync.ingest.IngestConfig;
import dev.bysync.ingest.IngestException;
import dev.bysync.ingest.IngestResult;
import dev.bysync.ingest.source.Limits;
import dev.bysync.ingest.source.SourceProblem;
import dev.bysync.ingest.source.SourceText;
import dev.bysync.job.BysyncJob;
import dev.bysync.job.JobConfig;
import dev.bysync.job.JobException;
import dev.bysync.job.Reading;
import dev.bysync.job.Signals;
import dev.bysync.job.StopSignal;
import dev.bysync.job.sink.ListUse;
import dev.bysync.job.sink.ModuleRow;
import dev.bysync.job.sink.RunModules;
import dev.bysync.job.sink.TableWriter;
import dev.bysync.job.sink.Tables;
import dev.bysync.job.store.Store;
import dev.bysync.strategy.Dispatch;
import dev.bysync.strategy.Strategy;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/**
 * One run from the command line: starts broker, store and Spark as far as needed, ingests the
 * sources, runs the job and tells what came of it. Spark starts while the sources are read.
 */
public final class RunFlow {
  private static final String HADOOP = "spark.hadoop.";

  /** Width of the terminal, 0 if there is none; the launcher tells. */
  private static final int COLUMNS = Integer.getInteger("bysync.terminal.columns", 0);

  private final RunRequest request;
  private final RunSettings settings;
  private final StateDirectory state;
  private final Path log;
  private final Display display;
  private final Services services;
  private final Instant start;

  private RunFlow(
      RunRequest request,
      RunSettings settings,
      StateDirectory state,
      Path log,
      Display display,
      Services services,
      Instant start) {
    this.request = request;
    this.settings = settings;
    this.state = state;
    this.log = log;
    this.display = display;
    this.services = services;
    this.start = start;
  }

  /**
   * Runs, and prints the summary on {@code out}, everything else on {@code err}.
   *
   * @throws CliFailure if the run can't be carried out
   */
  public static ExitCode run(RunRequest request, PrintStream out, PrintStream err) {
    Instant start = Clock.systemUTC().instant();
    Map<String, String> environment = System.getenv();
    RunSettings settings = RunSettings.resolve(request.arguments(), environment, Clock.systemUTC());
    check(request, settings);
    settings.warnings().forEach(warning -> err.println("bysync: " + warning));
    Path place =
        request.state() != null
            ? request.state().toAbsolutePath()
            : StateDirectory.defaultFor(
                settings.out(), environment, Path.of(System.getProperty("user.home")));
    Interruption interruption = new Interruption(err);
    Display display = Display.of(err, COLUMNS);
    try (StateDirectory state = StateDirectory.open(place)) {
      Path log = LogFile.use(state.path()); // before anything that logs
      try (Services services = new Services()) {
        interruption.stops(services);
        RunReport report =
            new RunFlow(request, settings, state, log, display, services, start).execute();
        display.finish();
        print(report, request.output(), out);
        ClassData.announce(display);
        return report.exitCode();
      }
    } catch (IOException e) {
      throw CliFailure.infrastructure("the state directory can't be closed: " + e, e);
    } catch (RuntimeException e) {
      interruption.waitForTheEnd();
      throw e;
    } finally {
      display.finish();
      interruption.over();
    }
  }

  private static void print(RunReport report, RunRequest.Output output, PrintStream out) {
    switch (output) {
      case JSON -> out.println(JsonReport.of(report));
      case TABLE -> SummaryTable.print(report, out, COLUMNS);
    }
    out.flush();
  }

  private static void check(RunRequest request, RunSettings settings) {
    boolean s3 = "s3a".equals(settings.out().getScheme());
    if (request.store() == RunRequest.StoreChoice.EMBEDDED && !s3) {
      throw CliFailure.usage("--embedded-s3 needs an output such as --out s3a://bucket/path");
    }
    if (request.sources().isEmpty() && settings.bootstrap().isEmpty()) {
      throw CliFailure.usage(
          "no source: give a file, directory, archive or package; or with --kafka none, to process"
              + " what is on the topic");
    }
  }

  private RunReport execute() {
    Map<String, String> hadoop = new HashMap<>();
    if (request.store() == RunRequest.StoreChoice.EMBEDDED) {
      hadoop.putAll(embeddedStore().hadoopProperties());
    }
    request
        .spark()
        .forEach(
            (name, value) -> {
              if (name.startsWith(HADOOP)) {
                hadoop.put(name.substring(HADOOP.length()), value);
              }
            });
    CompletableFuture<SparkSession> spark = startSpark(hadoop);
    String bootstrap =
        settings.bootstrap().isEmpty()
            ? services.add(EmbeddedBroker.start(state.broker())).bootstrap()
            : settings.bootstrap();
    Configuration configuration = new Configuration();
    hadoop.forEach(configuration::set);

    IngestResult ingested = ingest(bootstrap, configuration);
    boolean nothingFound = !request.sources().isEmpty() && ingested.modules().isEmpty();
    JobDisplay progress = new JobDisplay(display);
    long deadLetters = 0;
    Map<String, List<ModuleLine>> lines = new LinkedHashMap<>(); // by module
    Map<String, String> profiles = new LinkedHashMap<>();
    List<String> warnings = new ArrayList<>();
    for (RunSettings each : settings.byStrategy()) {
      TableView table = TableView.read(each, configuration);
      boolean asked =
          each.reading().until() == Reading.Until.STOPPED
              || each.reading().mode() == TableWriter.Mode.FORCE;
      boolean done = !asked && table.hasAll(ingested.modules());
      if (done) {
        note(each, bootstrap, configuration); // from now on no removal takes anything of it
        done = table.isCurrent(each, configuration);
      }
      if (!done && (asked || !nothingFound)) {
        progress.expect(table.missingBytes(ingested.modules()));
        deadLetters = Math.max(deadLetters, process(each, bootstrap, spark, progress));
        table = TableView.read(each, configuration);
      }
      List<ModuleLine> found =
          request.sources().isEmpty() ? table.ofRun(each) : table.lines(ingested.modules(), each);
      for (ModuleLine line : found) {
        lines.computeIfAbsent(line.sha256(), sha256 -> new ArrayList<>()).add(line);
      }
      if (each.process().strategy() instanceof Dispatch) {
        warnings.addAll(listWarnings(each, found));
      }
      profiles.put(each.process().strategy().name(), each.process().profile());
    }
    List<ModuleLine> modules = lines.values().stream().flatMap(List::stream).toList();
    RunReport report =
        new RunReport(
            settings.runId(),
            Clock.systemUTC().instant(),
            Duration.between(start, Clock.systemUTC().instant()),
            request.sources().stream().map(SourceText::show).toList(),
            modules,
            ingested.problems().stream().map(SourceProblem::toString).toList(),
            new ListFindings(warnings, settings.strictness()),
            deadLetters,
            profiles,
            places());
    write(report, configuration);
    return report;
  }

  /** Entries of lists that match in none of the modules. */
  private static List<String> listWarnings(RunSettings each, List<ModuleLine> lines) {
    ListUse use = new ListUse(each.process().asyncify().selection());
    try {
      for (ModuleLine line : lines) {
        ModuleRow row = line.result();
        if (row != null) {
          use.add(row);
        }
      }
    } catch (IOException e) {
      throw CliFailure.infrastructure(
          "the table in %s: %s".formatted(each.out(), e.getMessage()), e);
    }
    return use.warnings();
  }

  private EmbeddedS3 embeddedStore() {
    String bucket = settings.out().getHost();
    if (bucket == null) {
      throw CliFailure.usage(settings.out() + " names no bucket (--out)");
    }
    return services.add(
        EmbeddedS3.start(
            state.store(), bucket, Path.of(System.getProperty("bysync.s3.jars", "lib-s3"))));
  }

  /** In the background: it takes seconds, and the sources can be read meanwhile. */
  private CompletableFuture<SparkSession> startSpark(Map<String, String> hadoop) {
    Map<String, String> properties = new HashMap<>(request.spark());
    hadoop.forEach((name, value) -> properties.put(HADOOP + name, value));
    CompletableFuture<SparkSession> spark = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                SparkSession session =
                    SparkSessions.start(request.master(), properties, state.path());
                services.add(session::stop);
                spark.complete(session);
              } catch (RuntimeException | LinkageError e) {
                spark.completeExceptionally(e);
              }
            },
            "start-spark");
    thread.setDaemon(true); // a failure meanwhile ends the process without waiting for it
    thread.start();
    return spark;
  }

  private IngestResult ingest(String bootstrap, Configuration configuration) {
    if (request.sources().isEmpty()) {
      return new IngestResult(List.of(), List.of());
    }
    IngestConfig config =
        new IngestConfig(
                settings.clientProperties(bootstrap),
                settings.topic(),
                settings.out(),
                configuration,
                request.corpus(),
                Limits.defaults())
            .with(settings.fetching());
    try {
      IngestResult result = Ingest.run(config, request.sources(), new IngestDisplay(display));
      long bytes = result.modules().stream().mapToLong(FoundModule::size).sum();
      display.say(
          "found %s (%s) in %s"
              .formatted(
                  Units.count(result.modules().size(), "module"),
                  Units.bytes(bytes),
                  Units.count(request.sources().size(), "source")));
      return result;
    } catch (IngestException e) {
      throw CliFailure.infrastructure(String.valueOf(e.getMessage()), e);
    }
  }

  /** Runs the job and returns how many records could not be decoded. */
  private long process(
      RunSettings each,
      String bootstrap,
      CompletableFuture<SparkSession> spark,
      JobDisplay progress) {
    StopSignal stop = new StopSignal();
    try {
      SparkSession session = spark.join();
      if (each.reading().until() == Reading.Until.STOPPED) {
        Signals.stopOnTermination(stop);
        display.say("waiting for modules on topic " + each.topic() + "; Ctrl-C ends the run");
      }
      JobConfig config = each.jobConfig(bootstrap, state.attempts().toString());
      return BysyncJob.run(session, config, progress, stop).deadLetters();
    } catch (CompletionException e) {
      throw CliFailure.infrastructure(
          "Spark didn't start with --master %s: %s\nThe log says more: %s"
              .formatted(request.master(), e.getCause(), log),
          e);
    } catch (JobException e) {
      throw CliFailure.infrastructure(e.getMessage() + "\nThe log says more: " + log, e);
    }
  }

  private Map<String, String> places() {
    Map<String, String> places = new LinkedHashMap<>();
    List<String> names = settings.strategies().stream().map(Strategy::name).toList();
    for (RunSettings each : settings.byStrategy()) {
      String profile = each.process().profile();
      String by =
          names.size() > 1 ? " by " + Cells.label(each.process().strategy().name(), names) : "";
      places.put("binaries" + by, Places.show(settings.under("transformed/" + profile)));
    }
    places.put("tables", Places.show(settings.under("tables")));
    places.put("report", Places.show(settings.under("report.md")));
    places.put("log", Places.show(log.toUri()));
    return places;
  }

  /** A run that finds everything done is a run, too. */
  private static void note(RunSettings each, String bootstrap, Configuration configuration) {
    try {
      BysyncJob.nothingToDo(configuration, each.jobConfig(bootstrap, ""));
    } catch (IOException e) {
      throw CliFailure.infrastructure(
          "the run can't be noted in %s: %s".formatted(each.out(), e.getMessage()), e);
    }
  }

  /** Each module that was found, by the place where it was found first. */
  private static List<RunModules.Found> found(RunReport report) {
    Map<String, RunModules.Found> found = new LinkedHashMap<>();
    for (ModuleLine line : report.modules()) {
      found.putIfAbsent(line.sha256(), new RunModules.Found(line.sha256(), line.name()));
    }
    return List.copyOf(found.values());
  }

  private void write(RunReport report, Configuration configuration) {
    byte[] text = MarkdownReport.of(report).getBytes(StandardCharsets.UTF_8);
    try {
      Tables tables = Tables.of(configuration, settings.out());
      Store store = tables.store();
      if (!request.sources().isEmpty()) {
        RunModules.write(tables, settings.runId(), found(report));
      }
      store.replace("runs/%s/report.md".formatted(settings.runId()), text);
      store.replace("report.md", text);
    } catch (IOException e) {
      throw CliFailure.infrastructure(
          "the report can't be written to %s (%s); the results are in the table"
              .formatted(settings.out(), e),
          e);
    }
  }
}
