package dev.bysync.cli;

import dev.bysync.cli.run.IngestFlow;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The first half of the pipeline. */
@Command(
    name = "ingest",
    description = {
      "Find modules and publish them to a Kafka topic, without processing them.",
      "For a job that runs elsewhere: by spark-submit, or by run --kafka without a source. What is"
          + " on the topic already is not published again.",
      ""
    })
final class IngestCommand implements Callable<Integer> {
  @Mixin CommonOptions common = new CommonOptions();
  @Mixin PipelineOptions pipeline = new PipelineOptions();
  @Mixin FetchOptions fetch = new FetchOptions();

  @Parameters(
      paramLabel = "SOURCE",
      arity = "1..*",
      description =
          "A file, a directory, an archive (zip, jar, tgz, whl), maven:GROUP:ARTIFACT:VERSION,"
              + " npm:NAME[@VERSION, @RANGE or @TAG], https://HOST/PATH[#sha256=HEX],"
              + " oci:HOST/REPOSITORY[:TAG], list:FILE[#GLOB] of a source in each line, or"
              + " npm-list:FILE[#GLOB] of a package's name in each line.")
  private List<String> sources = List.of();

  @Option(
      names = "--corpus",
      paramLabel = "LABEL",
      description = "Label for everything found here, kept in the table.")
  private String corpus = "";

  @Option(
      names = "--again",
      description =
          "Fetch packages again that were looked through before; without it, those that never"
              + " change are passed over.")
  private boolean again;

  @Override
  public Integer call() {
    IngestFlow.Known known = again ? IngestFlow.Known.AGAIN : IngestFlow.Known.PASSED_OVER;
    List<String> arguments = pipeline.arguments();
    arguments.addAll(fetch.arguments());
    return IngestFlow.run(sources, arguments, corpus, known, System.out, System.err).code();
  }
}
