package dev.bysync.cli;

import dev.bysync.cli.run.RunFlow;
import dev.bysync.cli.run.RunRequest;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The whole pipeline. */
@Command(
    name = "run",
    description = {
      "Find modules, transform and verify them, and leave binaries, metrics and a report.",
      "Starts a Kafka broker and Spark in this process, unless told to use others. Modules are"
          + " recognised by their content, not by their names. What an earlier run has done into"
          + " the same place is not done again, also after a crash or a kill: just run it again.",
      ""
    },
    footerHeading = "%nExit codes:%n",
    footer = {
      "  0  every module has a verdict that is no failure",
      "  1  a module failed its verification (MISMATCH, ERROR, or two interpreters disagree)",
      "  2  wrong usage; with --strict: a name or pattern of a list matches in no module of the"
          + " run",
      "  3  a source could not be read, or a module is REJECTED; everything else was done",
      "  4  a broker, a store or a disk failed; run again to continue",
      "",
      "Results, under --out:",
      "  report.md                        the summary, readable",
      "  transformed/PROFILE/aa/SHA.wasm  transformed modules, by the SHA-256 of the original",
      "  tables/                          modules, provenance, dead_letters, runs: Delta tables",
      "  runs/RUN/                        the summary of each run"
    })
final class RunCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Mixin CommonOptions common = new CommonOptions();
  @Mixin PipelineOptions pipeline = new PipelineOptions();
  @Mixin FetchOptions fetch = new FetchOptions();
  @Mixin StrategyOptions strategy = new StrategyOptions();
  @Mixin OperationOptions operation = new OperationOptions();

  @Parameters(
      paramLabel = "SOURCE",
      arity = "0..*",
      description =
          "A file, a directory, an archive (zip, jar, tgz, whl), maven:GROUP:ARTIFACT:VERSION,"
              + " npm:NAME[@VERSION, @RANGE or @TAG], https://HOST/PATH[#sha256=HEX],"
              + " oci:HOST/REPOSITORY[:TAG], list:FILE[#GLOB] of a source in each line, or"
              + " npm-list:FILE[#GLOB] of a package's name in each line. With --kafka none is"
              + " needed: what is on the topic is processed.")
  private List<String> sources = List.of();

  @Option(
      names = "--state",
      paramLabel = "DIR",
      description =
          "Where broker and log are kept between runs; default: .bysync in a local"
              + " --out, else a folder for each --out in ~/.local/state/bysync.")
  private @Nullable Path state;

  @Option(
      names = "--embedded-s3",
      description =
          "Serve an s3a: output by an S3 endpoint in this process, its objects kept in the state"
              + " directory: for trying it out. Without this, Hadoop's configuration and the"
              + " environment name endpoint and credentials.")
  private boolean embeddedS3;

  @Option(
      names = "--corpus",
      paramLabel = "LABEL",
      description = "Label for everything found here, kept in the table.")
  private String corpus = "";

  @Option(
      names = "--master",
      paramLabel = "MASTER",
      description = "Spark's master; default: ${DEFAULT-VALUE}, all cores of this machine.")
  private String master = "local[*]";

  @Option(
      names = "--spark",
      paramLabel = "KEY=VALUE",
      description = "A property of Spark, spark.hadoop.* among them; may be repeated.")
  private Map<String, String> spark = new LinkedHashMap<>();

  @Option(
      names = "--run-id",
      paramLabel = "NAME",
      description = "Name of the run; default: the time it starts.")
  private @Nullable String runId;

  @Option(
      names = "--fuel",
      paramLabel = "N",
      description = "Instructions that one run of one module may execute; default: 20000000.")
  private @Nullable Long fuel;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of all that the verification draws; default: 1.")
  private @Nullable Long seed;

  @Option(
      names = "--min-sites",
      paramLabel = "PERCENT",
      description =
          "How many of a module's reachable sites have to be suspended for VERIFIED, 0 to 100;"
              + " default: 90. Below it the verdict is UNEXERCISED.")
  private @Nullable Integer minSites;

  @Option(
      names = "--second-opinions",
      paramLabel = "PERCENT",
      description =
          "How many of the modules a second interpreter (Endive's) runs too, chosen by their"
              + " SHA-256; default: 1. A disagreement is told as a reason and ends with exit code"
              + " 1.")
  private @Nullable Integer secondOpinions;

  @Option(
      names = "--slots",
      paramLabel = "N",
      description = "Modules processed at the same time; default: as many as Spark has cores.")
  private @Nullable Integer slots;

  @Option(
      names = "--batch-events",
      paramLabel = "N",
      description = "Events in one batch, which is what a killed run repeats; default: 1000.")
  private @Nullable Integer batchEvents;

  @Option(
      names = "--max-module-bytes",
      paramLabel = "N",
      description = "The largest module that is processed; default: 268435456.")
  private @Nullable Long maxModuleBytes;

  @Option(names = "--json", description = "Print the summary as one JSON object.")
  private boolean json;

  @Override
  public Integer call() {
    List<String> arguments = pipeline.arguments();
    PipelineOptions.add(arguments, "--run-id", runId);
    PipelineOptions.add(arguments, "--fuel", fuel);
    PipelineOptions.add(arguments, "--seed", seed);
    PipelineOptions.add(arguments, "--min-sites", minSites);
    PipelineOptions.add(arguments, "--second-opinions", secondOpinions);
    PipelineOptions.add(arguments, "--slots", slots);
    PipelineOptions.add(arguments, "--batch-events", batchEvents);
    PipelineOptions.add(arguments, "--max-module-bytes", maxModuleBytes);
    arguments.addAll(fetch.arguments());
    arguments.addAll(operation.arguments());
    arguments.addAll(strategy.arguments());
    arguments.addAll(TransformArguments.settings(spec));
    RunRequest request =
        new RunRequest(
            sources,
            arguments,
            corpus,
            master,
            spark,
            state,
            embeddedS3 ? RunRequest.StoreChoice.EMBEDDED : RunRequest.StoreChoice.CONFIGURED,
            json ? RunRequest.Output.JSON : RunRequest.Output.TABLE);
    return RunFlow.run(request, System.out, System.err).code();
  }
}
