package dev.bysync.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bysync.asyncify.AsyncifyOptions;
import dev.bysync.wasm.text.WatReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole comparison, with scripts for wasm-opt and for the command. */
final class ComparisonTest {
  /** Adds 100 bytes for --asyncify, and fails with -O2 on modules of another size than 8 bytes. */
  private static final String WASM_OPT =
      """
      in= out= add=0 optimise=0
      while [ $# -gt 0 ]; do
        case $1 in
          --asyncify) add=100 ;;
          -O2) optimise=1 ;;
          -o) out=$2; shift ;;
          *) in=$1 ;;
        esac
        shift
      done
      if [ $optimise = 1 ] && [ "$(wc -c <"$in")" -ne 8 ]; then echo 'Fatal: too hard'; exit 1; fi
      cp "$in" "$out"
      head -c $add /dev/zero >>"$out"
      """;

  private static final String COMMAND = "cp \"$2\" \"$4\"\nhead -c 25 /dev/zero >>\"$4\"\n";

  @TempDir Path folder;

  private Path module(String name, String text) throws Exception {
    return Files.write(folder.resolve(name), WatReader.assemble(text));
  }

  @Test
  void everyModuleIsInTheReportAndFailuresAreKeptApart() throws Exception {
    Path empty = module("empty.wasm", "(module)");
    Path other = module("other.wasm", "(module (memory 1))");
    Path wasmOpt = ScriptFile.write(folder, "wasm-opt", WASM_OPT);
    Path command = ScriptFile.write(folder, "command", COMMAND);
    Duration limit = Duration.ofMinutes(1);
    WarmTransform warm = new WarmTransform(AsyncifyOptions.defaults());
    Comparison comparison =
        new Comparison(
            new Peer(
                new WasmOpt(List.of(wasmOpt.toString()), "1", List.of()),
                folder.resolve("cache"),
                limit),
            new Ours(List.of(command.toString(), "transform"), warm, folder, 1, limit),
            new NodeRunner(List.of("node"), 1, 1, limit),
            List.of());

    List<Row> rows =
        comparison.run(List.of(empty, other, empty), folder.resolve("no-workloads"), 0);
    new Report(List.of("said"), rows).write(folder.resolve("report"));

    assertThat(rows).extracting(Row::name).containsExactly("empty.wasm", "other.wasm");
    assertThat(rows.get(0).added()).isEqualTo(0.25);
    assertThat(rows.get(1).added()).isNaN();
    assertThat(comparison.remarks()).singleElement().asString().contains("no workloads");
    String markdown = Files.readString(folder.resolve("report/report.md"));
    assertThat(markdown)
        .contains("| failed: `-O2` | 1 |", "median 0.250, largest 0.250", "Fatal: too hard");
    JsonNode json = new ObjectMapper().readTree(folder.resolve("report/report.json").toFile());
    assertThat(json.path("rows").path(0).path("ours").path("output").path("plain").asInt())
        .isEqualTo(33);
    assertThat(Files.readAllLines(folder.resolve("report/report.csv"))).hasSize(3);
  }
}
