package dev.bysync.report.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.job.sink.ModuleRow;
import dev.bysync.report.Runs;
import java.lang.reflect.RecordComponent;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MetricTest {
  private static final List<Metric> BY_LADDERS =
      List.of(
          Metric.SITES_BY_HOST,
          Metric.SITES_FORCED,
          Metric.SITES_BY_FRAMES,
          Metric.SITES_BY_BRANCHES);

  @Test
  void theLaddersAddUp() {
    ModuleRow row = Runs.module("m").row();
    assertThat(BY_LADDERS.stream().mapToDouble(metric -> metric.of(row)).sum())
        .isEqualTo(Metric.SITES_SUSPENDED.of(row));
    assertThat(Metric.COVERAGE.of(row)).isEqualTo(10.0 / 38);
  }

  /** The columns that came later are 0 in its rows, which is no figure. */
  @Test
  void aTableOfBeforeTellsWhatItHas() {
    Map<String, Object> none = new HashMap<>();
    for (String later :
        List.of(
            "reachableSites", "sitesByHost", "sitesForced", "sitesByFrames", "sitesByBranches")) {
      none.put(later, 0);
    }
    ModuleRow row = Runs.module("m", none).row();
    assertThat(BY_LADDERS).allSatisfy(metric -> assertThat(metric.of(row)).isNaN());
    assertThat(Metric.REACHABLE_SITES.of(row)).isNaN();
    assertThat(Metric.FRAME_SUSPENSIONS.of(row)).isNaN();
    assertThat(Metric.SITES_SUSPENDED.of(row)).isEqualTo(10);
    assertThat(Metric.COVERAGE.of(row)).isEqualTo(10.0 / 40);
  }

  @Test
  void aCommandDoesNotTellItsSites() {
    ModuleRow row = Runs.module("m", Map.of("strategy", "external:tool", "sites", 0)).row();
    assertThat(Metric.SITES_BY_HOST.of(row)).isNaN();
    assertThat(Metric.SUSPENSIONS.of(row)).isEqualTo(30);
  }

  /** Conditions, tables and files say what the columns say. */
  @Test
  void keysAreTheNamesOfTheColumns() {
    for (Metric metric : BY_LADDERS) {
      String[] words = metric.key().split("_", -1);
      StringBuilder column = new StringBuilder(words[0]);
      for (int i = 1; i < words.length; i++) {
        column.append(Character.toUpperCase(words[i].charAt(0))).append(words[i].substring(1));
      }
      assertThat(ModuleRow.class.getRecordComponents())
          .extracting(RecordComponent::getName)
          .contains(column.toString());
    }
  }
}
