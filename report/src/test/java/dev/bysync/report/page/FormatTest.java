package dev.bysync.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bysync.engine.Responsible;
import dev.bysync.job.sink.ResponsibleText;
import dev.bysync.report.Runs;
import dev.bysync.report.compare.Comparison;
import dev.bysync.report.compare.Gate;
import dev.bysync.report.compare.TimeComparison;
import dev.bysync.report.run.Run;
import dev.bysync.report.run.RunModule;
import dev.bysync.verify.Verdict;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.Test;

class FormatTest {
  private static final Run RUN =
      Runs.of(
          "r2",
          Runs.module("good.wasm"),
          Runs.module(
              Runs.HOSTILE, Map.of("verdict", Verdict.MISMATCH, "reason", "=1+1|" + Runs.HOSTILE)),
          Runs.module(
              "bad.wasm",
              Map.of("verdict", Verdict.REJECTED, "reason", "no wasm", "transformedBytes", 0L)));
  private static final Run BASELINE =
      Runs.of(
          "r1", Runs.module("good.wasm", Map.of("transformedBytes", 1200L)), Runs.module("gone"));

  private static Report compared() throws Exception {
    Comparison comparison = Comparison.of(BASELINE, RUN);
    return new Report(
        RUN,
        comparison,
        Gate.parse("added_bytes>+1%, vanished, transform_time>+1%")
            .check(comparison, new TimeComparison(List.of(BASELINE), List.of(RUN))));
  }

  @Test
  void writesAPageThatNeedsNothingElse() throws Exception {
    String page = Format.HTML.write(compared());
    assertThat(page).doesNotContainPattern("(src|href)=[\"']?(https?:|//)");
    assertThat(page).contains("default-src 'none'").contains("good.wasm").contains("gone");
    assertThat(page)
        .doesNotContain("<script>alert")
        .doesNotContain("<img src=x")
        .contains("${7*7}");
    assertThat(count(page, "<script")).isEqualTo(count(page, "</script>")).isEqualTo(3);
  }

  @Test
  void staysSmall() throws Exception {
    List<RunModule> modules = new ArrayList<>();
    String responsible =
        ResponsibleText.write(
            IntStream.range(0, 40)
                .mapToObj(
                    i ->
                        new Responsible(
                            i < 20 ? Responsible.Kind.IMPORT : Responsible.Kind.INDIRECT_CALLS,
                            "x".repeat(100) + i,
                            i,
                            i,
                            i,
                            i))
                .toList());
    for (int i = 0; i < 1000; i++) {
      String name =
          "npm:@some-scope/some-package-%d@1.2.3!/package/dist/esm/module_%d_bg.wasm"
              .formatted(i, i);
      modules.add(
          Runs.module(
              name,
              Map.of(
                  "sha256",
                  "%064x".formatted(i),
                  "originalBytes",
                  1000L + i * 977L,
                  "responsible",
                  responsible,
                  "reason",
                  "x".repeat(300))));
    }
    String page = Format.HTML.write(new Report(Runs.of("big", modules), null, List.of()));
    assertThat(page.getBytes(StandardCharsets.UTF_8).length).isLessThan(5_000_000);
  }

  @Test
  void writesEveryFigureAsJson() throws Exception {
    JsonNode report = new ObjectMapper().readTree(Format.JSON.write(compared()));
    assertThat(report.at("/run/id").asText()).isEqualTo("r2");
    assertThat(report.at("/modules/1/places/0").asText()).isEqualTo(Runs.HOSTILE);
    assertThat(report.at("/modules/0/metrics/added_bytes").asLong()).isEqualTo(400);
    assertThat(report.at("/modules/0/metrics/size").asDouble()).isEqualTo(1.4);
    assertThat(report.at("/modules/2/metrics").has("size")).isFalse();
    assertThat(report.at("/summaries/0/verdicts/MISMATCH").asInt()).isEqualTo(1);
    assertThat(report.at("/comparison/vanished/0/places/0").asText()).isEqualTo("gone");
    assertThat(report.at("/gate/0/outcome").asText()).isEqualTo("FAILED");
    assertThat(report.at("/gate/2/outcome").asText()).isEqualTo("UNDECIDED");
  }

  @Test
  void writesALineForEachModule() throws Exception {
    List<CSVRecord> lines =
        CSVFormat.RFC4180
            .builder()
            .setHeader()
            .setSkipHeaderRecord(true)
            .get()
            .parse(new StringReader(Format.CSV.write(compared())))
            .getRecords();
    assertThat(lines).hasSize(3);
    assertThat(lines.get(0).get("baseline_transformed_bytes")).isEqualTo("1200");
    assertThat(lines.get(1).get("module")).isEqualTo(Runs.HOSTILE);
    assertThat(lines.get(1).get("reason")).startsWith("'=1+1");
    assertThat(lines.get(2).get("size")).isEmpty();
  }

  @Test
  void writesMarkdownThatFitsAComment() throws Exception {
    List<RunModule> modules = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      modules.add(
          Runs.module(
              Runs.HOSTILE + i,
              Map.of(
                  "sha256", "%064x".formatted(i),
                  "verdict", Verdict.ERROR,
                  "reason", "x".repeat(i))));
    }
    Run run = Runs.of("r", modules);
    Comparison comparison = Comparison.of(BASELINE, run);
    String text =
        Format.MARKDOWN.write(
            new Report(
                run,
                comparison,
                Gate.parse("appeared-failing")
                    .check(comparison, new TimeComparison(List.of(BASELINE), List.of(run)))));
    assertThat(text.length()).isLessThan(60_000);
    assertThat(text).contains("Gate: failed").doesNotContain("<img").doesNotContain("<script");
  }

  /** Each of many conditions has offenders, and escaping makes their names five times as long. */
  @Test
  void markdownIsCutBeforeItIsTooLong() throws Exception {
    List<RunModule> before = new ArrayList<>();
    List<RunModule> after = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      Map<String, Object> figures = Map.of("sha256", "%064x".formatted(i));
      before.add(Runs.module("@".repeat(200) + i, figures));
      after.add(
          Runs.module(
              "@".repeat(200) + i,
              Map.of("sha256", "%064x".formatted(i), "transformedBytes", 3000L)));
    }
    Run baseline = Runs.of("r1", before);
    Run run = Runs.of("r2", after);
    Comparison comparison = Comparison.of(baseline, run);
    Gate gate = Gate.parse("added_bytes>+1%" + ", size>+1%".repeat(9));
    String text =
        Format.MARKDOWN.write(
            new Report(
                run,
                comparison,
                gate.check(comparison, new TimeComparison(List.of(baseline), List.of(run)))));
    assertThat(text.length()).isBetween(50_000, 60_000);
    assertThat(text).contains("Gate: failed").endsWith("cut here: --format json has everything\n");
  }

  @Test
  void tellsWhatInstrumentsFunctionsInEveryFormButCsv() throws Exception {
    String responsible =
        ResponsibleText.write(
            List.of(
                new Responsible(Responsible.Kind.IMPORT, "env." + Runs.HOSTILE, 12, 3456, 7, 890),
                new Responsible(Responsible.Kind.INDIRECT_CALLS, "(i32) -> ()", 5, 600, 4, 500)));
    Report report =
        new Report(
            Runs.of("r", Runs.module("m.wasm", Map.of("responsible", responsible))),
            null,
            List.of());
    assertThat(Format.HTML.write(report))
        .contains("env.&lt;/script&gt;", "(i32) -&gt; ()", "3.5 KB")
        .doesNotContain("<script>alert");
    assertThat(Format.MARKDOWN.write(report))
        .contains("| (i32) -> () | 1 | 5 | 600 B | 4 |")
        .doesNotContain("<script>");
    assertThat(
            new ObjectMapper().readTree(Format.JSON.write(report)).at("/modules/0/responsible/1"))
        .hasToString(
            "{\"kind\":\"INDIRECT_CALLS\",\"name\":\"(i32) ->"
                + " ()\",\"functions\":5,\"bytes\":600,\"alone\":4,\"aloneBytes\":500}");
  }

  @Test
  void comparesTheStrategiesOfARunOverWhatBothDid() throws Exception {
    String tool = "external:tool {in} {out}";
    Run run =
        Runs.of(
            "r",
            Runs.module("a", Map.of("transformedBytes", 1200L)),
            Runs.module("a", Map.of("transformedBytes", 1600L, "strategy", tool)),
            Runs.module("b", Map.of("transformedBytes", 1500L)),
            Runs.module(
                "b",
                Map.of("transformedBytes", 0L, "verdict", Verdict.REJECTED, "strategy", tool)));
    String page = Format.HTML.write(new Report(run, null, List.of()));
    assertThat(page)
        .contains("dispatch against tool {in} {out}")
        .contains("1 of 2 modules have an output of both")
        .contains("-25.00 %", "Verdicts that differ");
  }

  private static int count(String text, String part) {
    return (text.length() - text.replace(part, "").length()) / part.length();
  }
}
