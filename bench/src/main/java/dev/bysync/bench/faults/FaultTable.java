package dev.bysync.bench.faults;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** Tables over outcomes. */
final class FaultTable {
  private static final String HEAD =
      """
      | planted | MISMATCH | equal for all inputs | missed | found of those not equal |
      |---|--:|--:|--:|--:|--:|
      """;

  private final List<Outcome> outcomes;

  FaultTable(List<Outcome> outcomes) {
    this.outcomes = outcomes;
  }

  String text() {
    return by("kind", outcome -> outcome.kind().toString())
        + "\n"
        + by("module", Outcome::module)
        + "\n"
        + by("drawn", outcome -> outcome.draw().name().toLowerCase(Locale.ROOT).replace('_', ' '))
        + "\n"
        + counts("verdict", outcome -> outcome.verdict().name())
        + "\n"
        + counts("equal for all inputs since", outcome -> outcome.isEqual() ? outcome.equal() : "");
  }

  private String by(String title, Function<Outcome, String> key) {
    StringBuilder text = new StringBuilder("| " + title + " " + HEAD);
    Map<String, Row> rows = new TreeMap<>();
    Row all = new Row();
    for (Outcome outcome : outcomes) {
      rows.computeIfAbsent(key.apply(outcome), name -> new Row()).add(outcome);
      all.add(outcome);
    }
    rows.forEach((name, row) -> text.append(row.line(name)));
    return text.append(all.line("all")).toString();
  }

  private String counts(String title, Function<Outcome, String> key) {
    Map<String, Integer> counts = new TreeMap<>();
    for (Outcome outcome : outcomes) {
      if (!key.apply(outcome).isEmpty()) {
        counts.merge(key.apply(outcome), 1, Integer::sum);
      }
    }
    StringBuilder text = new StringBuilder("| " + title + " | mutants |\n|---|--:|\n");
    counts.forEach((name, count) -> text.append("| %s | %d |%n".formatted(name, count)));
    return text.toString();
  }

  /** Sums of some outcomes. */
  private static final class Row {
    private int planted;
    private int killed;
    private int equal;
    private int missed;

    void add(Outcome outcome) {
      planted++;
      killed += outcome.isKilled() ? 1 : 0;
      equal += outcome.isEqual() ? 1 : 0;
      missed += outcome.isMissed() ? 1 : 0;
    }

    String line(String name) {
      double found = killed + missed == 0 ? 100 : 100.0 * killed / (killed + missed);
      return "| %s | %d | %d | %d | %d | %s |%n"
          .formatted(
              name, planted, killed, equal, missed, String.format(Locale.ROOT, "%.1f %%", found));
    }
  }
}
