package dev.bysync.report.page;

import dev.bysync.report.compare.Comparison;
import dev.bysync.report.compare.Gate;
import dev.bysync.report.run.Run;
import dev.bysync.report.summary.Summary;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is reported.
 *
 * @param run the run
 * @param comparison with a baseline, or null
 * @param findings of a gate, or none
 */
public record Report(Run run, @Nullable Comparison comparison, List<Gate.Finding> findings) {
  /** A summary for each strategy. */
  List<Summary> summaries() {
    return run.strategies().keySet().stream()
        .map(strategy -> Summary.of(strategy, run.by(strategy)))
        .toList();
  }
}
