package dev.bysync.job.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bysync.analysis.Selection;
import dev.bysync.analysis.Selection.ImportRule;
import dev.bysync.analysis.Selection.NamedList;
import dev.bysync.analysis.Unmatched;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListUseTest {
  private static final Selection SELECTION =
      new Selection(
          ImportRule.LISTED,
          List.of("env.sleep", "env.fetsh", "wasi.*"),
          Selection.IndirectCalls.DEFAULT,
          List.of("nobody", "abort"),
          List.of(),
          Selection.Propagation.LISTED_ONLY,
          List.of());

  private final ListUse use = new ListUse(SELECTION);

  private void add(Unmatched... unmatched) throws IOException {
    use.add(TableWriterTest.withUnmatched(UnmatchedText.write(List.of(unmatched)), 2));
  }

  private static Unmatched missing(NamedList list, int place, String... near) {
    return new Unmatched(list, place, list.of(SELECTION).get(place), List.of(near));
  }

  @Test
  void whatMatchesInNoModuleIsToldOnceWithTheirNumber() throws IOException {
    add(
        missing(NamedList.IMPORTS, 0),
        missing(NamedList.IMPORTS, 1, "env.fetch", "env.fetches"),
        missing(NamedList.REMOVE_LIST, 0),
        missing(NamedList.REMOVE_LIST, 1));
    add(
        missing(NamedList.IMPORTS, 1, "env.fetch"),
        missing(NamedList.IMPORTS, 2),
        missing(NamedList.REMOVE_LIST, 0));
    assertThat(use.warnings())
        .containsExactly(
            "imports has 'env.fetsh', and no import of 2 modules matches it; did you mean"
                + " 'env.fetch' or 'env.fetches'?",
            "the remove-list names 'nobody', and no function of 2 modules is called that");
  }

  @Test
  void aModuleInWhichAllMatchesLeavesNothing() throws IOException {
    add(missing(NamedList.IMPORTS, 0), missing(NamedList.REMOVE_LIST, 1));
    add();
    assertThat(use.warnings()).isEmpty();
  }

  @Test
  void modulesThatWereNotTransformedSayNothing() throws IOException {
    assertThat(use.warnings()).isEmpty();
    use.add(TableWriterTest.withUnmatched("", 0));
    assertThat(use.warnings()).isEmpty();
    add(missing(NamedList.IMPORTS, 1));
    assertThat(use.warnings())
        .containsExactly("imports has 'env.fetsh', and no import of the module matches it");
  }

  @Test
  void aWholeTableIsAsked(@TempDir Path folder) throws IOException {
    Tables tables = Tables.of(new Configuration(), folder.toUri());
    String text = UnmatchedText.write(List.of(missing(NamedList.REMOVE_LIST, 0)));
    ModuleRow row = TableWriterTest.withUnmatched(text, 2);
    try (TableWriter writer =
        TableWriter.open(tables, TableWriterTest.PROFILE, "r", TableWriter.Mode.NEW_ONLY)) {
      writer.commit(new Batch("t", Map.of(), List.of(row), List.of(), List.of(), 0));
    }
    assertThat(ListUse.of(MetricsTable.open(tables, TableWriterTest.PROFILE), SELECTION).warnings())
        .containsExactly(
            "the remove-list names 'nobody', and no function of the module is called that");
    assertThat(
            ListUse.of(MetricsTable.open(tables, TableWriterTest.PROFILE), Selection.defaults())
                .warnings())
        .isEmpty();
  }

  @Test
  void aTableWithADamagedRowIsTold(@TempDir Path folder) throws IOException {
    Tables tables = Tables.of(new Configuration(), folder.toUri());
    try (TableWriter writer =
        TableWriter.open(tables, TableWriterTest.PROFILE, "r", TableWriter.Mode.NEW_ONLY)) {
      ModuleRow row =
          TableWriterTest.withUnmatched("{\"places\":{\"imports\":\"0-99\"},\"near\":[]}", 2);
      writer.commit(new Batch("t", Map.of(), List.of(row), List.of(), List.of(), 0));
    }
    MetricsTable table = MetricsTable.open(tables, TableWriterTest.PROFILE);
    assertThatThrownBy(() -> ListUse.of(table, SELECTION)).isInstanceOf(IOException.class);
  }

  @Test
  void longListsAreRanges() throws IOException {
    List<Unmatched> all = new ArrayList<>();
    IntStream.range(0, 5000)
        .filter(place -> place != 7 && place != 9)
        .forEach(
            place ->
                all.add(new Unmatched(NamedList.ONLY_LIST, place, "f" + place, List.of("near"))));
    String text = UnmatchedText.write(all);
    assertThat(text).contains("0-6,8,10-4999").hasSizeLessThan(1500);
    UnmatchedText.Column column = UnmatchedText.read(text);
    assertThat(column.near()).hasSize(UnmatchedText.MOST_NEAR);
    BitSet places = UnmatchedText.places(column, NamedList.ONLY_LIST, 5000);
    assertThat(places.cardinality()).isEqualTo(4998);
    assertThat(places.get(9)).isFalse();
    assertThat(UnmatchedText.places(column, NamedList.IMPORTS, 3).isEmpty()).isTrue();
    assertThat(UnmatchedText.write(List.of())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nothing",
        "[]",
        "{\"places\":{\"imports\":\"0-99999999\"},\"near\":[]}",
        "{\"places\":{\"imports\":\"2-1\"},\"near\":[]}",
        "{\"places\":{\"imports\":\"-1\"},\"near\":[]}",
        "{\"places\":{\"imports\":\"a\"},\"near\":[]}",
        "{\"places\":{\"imports\":\",\"},\"near\":[]}",
        "{}"
      })
  void aDamagedColumnIsTold(String column) {
    assertThatThrownBy(() -> use.add(TableWriterTest.withUnmatched(column, 2)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("damaged column 'unmatched'");
  }

  @Test
  void wordsOfACommandLineComeBack() throws IOException {
    List<String> words = List.of("--imports", "a\n\"b\" c");
    assertThat(Words.read(Words.write(words))).isEqualTo(words);
    assertThat(Words.write(List.of())).isEmpty();
    assertThat(Words.read("")).isEmpty();
    assertThatThrownBy(() -> Words.read("{")).isInstanceOf(IOException.class);
  }
}
