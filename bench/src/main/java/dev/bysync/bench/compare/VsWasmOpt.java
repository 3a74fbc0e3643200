package dev.bysync.bench.compare;

import dev.bysync.asyncify.AsyncifyOptions;
import dev.bysync.asyncify.EngineVersion;
import dev.bysync.asyncify.OptionParser;
import dev.bysync.asyncify.TransformOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Compares bysync with wasm-opt on any modules. */
@Command(
    name = "vs-wasm-opt",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Compares bysync with wasm-opt on any modules: time, memory, size, and what the output costs in Node.",
      "wasm-opt is the first one of the PATH (Debian's or npm's binaryen), or the command in WASM_OPT.",
      ""
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:measured; failures of single modules are in the report",
      "2:wrong usage",
      "4:no wasm-opt, or it can't be started"
    })
public final class VsWasmOpt implements Callable<Integer> {
  private static final int NO_PEER = 4;

  @Parameters(
      paramLabel = "MODULE",
      arity = "1..*",
      description = "Modules; @FILE takes them from a file, a path a line.")
  private List<Path> modules = List.of();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "bench/target/vs-wasm-opt",
      description =
          "Where report.md, report.json, report.csv and our outputs go: ${DEFAULT-VALUE}.")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private Path out;

  @Option(
      names = "--cache",
      paramLabel = "DIR",
      description =
          "Keeps wasm-opt's results, and takes those of the same module, version and arguments from there. The report counts them.")
  private @Nullable Path cache;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "600",
      description = "A process that takes longer is ended: ${DEFAULT-VALUE}.")
  private int timeout;

  @Option(
      names = "--features",
      paramLabel = "ARGS",
      description = {
        "wasm-opt's arguments ahead of the passes: -all, and --disable-compact-imports where it is",
        "known, since Node 20 can't read those."
      })
  private @Nullable String features;

  @Option(
      names = "--repeat",
      paramLabel = "N",
      defaultValue = "3",
      description =
          "Cold runs and warm measurements of ours, of which the median counts: ${DEFAULT-VALUE}.")
  private int repeat;

  @Option(
      names = "--warm-up",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description =
          "All modules are transformed over and over for so long before warm times are taken: ${DEFAULT-VALUE}.")
  private double warmUp;

  @Option(
      names = "--feature-level",
      paramLabel = "LEVEL",
      defaultValue = "3.0",
      description =
          "What our additions may use: ${DEFAULT-VALUE}, as wasm-opt is given all features; module is"
              + " what a user gets by default.")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private String level;

  @Option(
      names = "--run",
      paramLabel = "PATH",
      description = {
        "Time a workload in Node. A script is called as SCRIPT MODULE REPETITIONS for each module; its last line is",
        "a JSON object with milliseconds in cpumin, cpu or ms, and a checksum. A folder has a workloads.tsv of lines",
        "NAME SHA256 ... and a script NAME.mjs for each, called for the module with the hash."
      })
  private @Nullable Path workloads;

  @Option(
      names = "--node",
      paramLabel = "COMMAND",
      defaultValue = "node --stack-size=3900",
      description = "Node for --run: ${DEFAULT-VALUE}.")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private String node;

  @Option(
      names = "--repetitions",
      paramLabel = "N",
      defaultValue = "5",
      description = "Repetitions that a workload is asked for: ${DEFAULT-VALUE}.")
  private int repetitions;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "3",
      description =
          "How often a workload is started with each form of its module, of which the least time counts: ${DEFAULT-VALUE}.")
  private int rounds;

  @Override
  public Integer call() throws IOException, InterruptedException {
    WasmOpt wasmOpt;
    try {
      wasmOpt =
          WasmOpt.find()
              .orElseThrow(
                  () ->
                      new IOException(
                          "no wasm-opt on the PATH: install Debian's or npm's binaryen, or set "
                              + WasmOpt.VARIABLE
                              + " to a command"));
    } catch (IOException e) {
      System.err.println("vs-wasm-opt: " + e.getMessage());
      return NO_PEER;
    }
    if (cache != null) {
      compare(wasmOpt, cache);
      return 0;
    }
    Path temporary = Files.createTempDirectory("bysync-bench");
    try {
      compare(wasmOpt, temporary);
    } finally {
      Folders.delete(temporary);
    }
    return 0;
  }

  private void compare(WasmOpt wasmOpt, Path results) throws IOException, InterruptedException {
    Duration limit = Duration.ofSeconds(timeout);
    Path outputs = Files.createDirectories(out.resolve("ours"));
    AsyncifyOptions options =
        new OptionParser(name -> Files.readString(Path.of(name)))
            .add(TransformOption.FEATURE_LEVEL, level)
            .options(AsyncifyOptions.defaults());
    WarmTransform warm = new WarmTransform(options);
    List<String> command = List.of(launcher(), "transform", "--feature-level", level);
    Ours ours = new Ours(command, warm, outputs, repeat, limit);
    Peer peer = new Peer(wasmOpt, results, limit);
    List<String> arguments = features == null ? wasmOpt.features() : split(features);
    NodeRunner runner = new NodeRunner(split(node), repetitions, rounds, limit);
    Comparison comparison = new Comparison(peer, ours, runner, arguments);
    List<Row> rows = comparison.run(modules, workloads, warmUp);
    List<String> setting = new ArrayList<>();
    setting.add(
        "wasm-opt: %s, `%s`, arguments `%s`"
            .formatted(
                wasmOpt.version(),
                String.join(" ", wasmOpt.command()),
                String.join(" ", arguments)));
    setting.add(
        "bysync: engine version %s, feature level %s".formatted(EngineVersion.CURRENT, level));
    setting.add(comparison.provenance());
    setting.addAll(Machine.describe());
    setting.addAll(comparison.remarks());
    Report report = new Report(setting, rows);
    report.write(out);
    System.out.print(report.markdown());
  }

  private static List<String> split(String text) {
    return text.isBlank() ? List.of() : List.of(text.strip().split("\\s+", -1));
  }

  /** The command of this source tree. */
  private static String launcher() {
    return System.getProperty("bysync.command", "bin/bysync");
  }

  public static void main(String[] args) {
    System.exit(new CommandLine(new VsWasmOpt()).execute(args));
  }
}
