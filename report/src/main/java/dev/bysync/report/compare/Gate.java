package dev.bysync.report.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What has to hold for a candidate to pass, as given by {@code --fail-on}: conditions separated by
 * commas, each of which fails the gate where it applies.
 *
 * <pre>
 * verdict-worse            a module's verdict is worse than in the baseline
 * vanished                 a module of the baseline is missing
 * appeared-failing         a module that the baseline has not is a MISMATCH or an ERROR
 * METRIC&gt;+1%               the figure of a module rose by more than a hundredth
 * METRIC&gt;+100              ... by more than 100 of its unit
 * METRIC&lt;-5%               the figure of a module fell by more
 * total:METRIC&gt;+1%         the sum over all modules in both runs
 * median:METRIC&gt;+1%        the median over the modules of their changes
 * </pre>
 *
 * @param conditions at least one
 */
public record Gate(List<Condition> conditions) {
  /** A specification that can't be read; the message says which part, and what there is. */
  public static final class SyntaxException extends Exception {
    private static final long serialVersionUID = 1L;

    SyntaxException(String message) {
      super(message);
    }
  }

  /** Reads a specification. */
  public static Gate parse(String specification) throws SyntaxException {
    List<Condition> conditions = new ArrayList<>();
    for (String part : specification.split(",", -1)) {
      conditions.add(Condition.parse(part.strip()));
    }
    return new Gate(List.copyOf(conditions));
  }

  /**
   * What a condition found.
   *
   * @param condition its text
   * @param outcome whether it failed
   * @param offenders what makes it fail, worst first; or why it can't be decided
   */
  public record Finding(String condition, Outcome outcome, List<String> offenders) {}

  /** What became of a condition. */
  public enum Outcome {
    PASSED,
    FAILED,
    /** There are too few repetitions to tell a difference from noise: no failure. */
    UNDECIDED
  }

  /** Checks every condition. */
  public List<Finding> check(Comparison comparison, TimeComparison times) {
    return conditions.stream().map(condition -> condition.check(comparison, times)).toList();
  }

  /** Whether any failed. */
  public static boolean fails(List<Finding> findings) {
    return findings.stream().anyMatch(finding -> finding.outcome() == Outcome.FAILED);
  }

  @Override
  public String toString() {
    return conditions.stream().map(Condition::text).collect(Collectors.joining(", "));
  }

  static String names(Object[] values) {
    return Arrays.stream(values).map(Object::toString).collect(Collectors.joining(", "));
  }
}
