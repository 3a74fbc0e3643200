package dev.bysync.job;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What a run tells while it is under way.
 *
 * @param metrics address where Prometheus finds figures, {@code host:port} or {@code :port} for all
 *     of the machine's addresses; port 0 for any free one; empty for none
 * @param jsonLog file to which one JSON object a line is appended for whatever happens, {@code -}
 *     for standard output; empty for none
 */
public record Telemetry(String metrics, String jsonLog) {
  private static final Pattern ADDRESS = Pattern.compile("[^:\\s]*:\\d{1,5}");

  /** Nothing. */
  public static Telemetry none() {
    return new Telemetry("", "");
  }

  /** The host of {@link #metrics}, empty for all addresses. */
  String metricsHost() {
    return metrics.substring(0, metrics.indexOf(':'));
  }

  /** The port of {@link #metrics}. */
  int metricsPort() {
    return Integer.parseInt(metrics.substring(metrics.indexOf(':') + 1));
  }

  /** What is wrong with these, one sentence each. */
  List<String> problems() {
    List<String> problems = new ArrayList<>();
    if (!metrics.isEmpty() && (!ADDRESS.matcher(metrics).matches() || metricsPort() > 65_535)) {
      problems.add(
          "'%s' is no address for metrics: give HOST:PORT or :PORT (--metrics)".formatted(metrics));
    }
    return problems;
  }
}
