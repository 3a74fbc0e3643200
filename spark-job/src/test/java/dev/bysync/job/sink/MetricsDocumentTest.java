package dev.bysync.job.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bysync.engine.ModuleMetrics;
import dev.bysync.events.ModuleProcessed;
import dev.bysync.events.ProcessedMetrics;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

/** Every column of the table and every field of the event is described in the document. */
class MetricsDocumentTest {
  private static final Path DOCUMENT = Path.of("..", "docs", "metrics.md");

  @Test
  void everyFieldIsDescribed() throws IOException {
    assumeTrue(Files.exists(DOCUMENT), "the tests run outside of the source tree");
    String text = Files.readString(DOCUMENT);
    List<String> names = new ArrayList<>();
    for (Class<?> type : List.of(ModuleRow.class, ModuleMetrics.class)) {
      Arrays.stream(type.getRecordComponents()).map(RecordComponent::getName).forEach(names::add);
    }
    for (Schema schema :
        List.of(ModuleProcessed.getClassSchema(), ProcessedMetrics.getClassSchema())) {
      schema.getFields().forEach(field -> names.add(field.name()));
    }
    for (String name : names) {
      assertThat(
              text.lines()
                  .anyMatch(line -> line.startsWith("|") && line.contains("`" + name + "`")))
          .as(name)
          .isTrue();
    }
  }

  /** The columns of all tables, by their names there or, in snake case, by those of the figures. */
  @Test
  void everyColumnIsDescribed() throws IOException {
    assumeTrue(Files.exists(DOCUMENT), "the tests run outside of the source tree");
    String cells =
        Files.readString(DOCUMENT)
            .lines()
            .filter(line -> line.startsWith("|"))
            .map(line -> line.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT))
            .collect(Collectors.joining("\n"));
    Stream.of(Tables.MODULES, Tables.PROVENANCE, Tables.DEAD_LETTERS, Tables.RUNS, Tables.FOUND)
        .flatMap(codec -> codec.schema().fieldNames().stream())
        .forEach(column -> assertThat(cells).contains("`" + column + "`"));
    Tables.NAMES.forEach(name -> assertThat(cells).contains("`" + name + "`"));
  }

  /** What the event tells of a module is what the engine measures. */
  @Test
  void theEventHasAllMetrics() {
    List<String> measured =
        Arrays.stream(ModuleMetrics.class.getRecordComponents())
            .map(RecordComponent::getName)
            .toList();
    assertThat(ProcessedMetrics.getClassSchema().getFields())
        .extracting(Schema.Field::name)
        .containsExactlyElementsOf(measured);
  }
}
