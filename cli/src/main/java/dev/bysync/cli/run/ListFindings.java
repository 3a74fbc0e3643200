package dev.bysync.cli.run;

import java.util.List;

/**
 * What came of the lists of names in the options, over all modules of a run.
 *
 * @param warnings entries that match in no module, a sentence each
 * @param strictness what they mean
 */
record ListFindings(List<String> warnings, Strictness strictness) {
  static final ListFindings NONE = new ListFindings(List.of(), Strictness.WARNS);

  /** What an entry that matches in no module means. */
  enum Strictness {
    /** A warning. */
    WARNS,
    /** That the run did not do what was asked for. */
    FAILS
  }

  /** Whether the run did not do what was asked for. */
  boolean fails() {
    return strictness == Strictness.FAILS && !warnings.isEmpty();
  }

  /** What stands before each of them. */
  String label() {
    return strictness == Strictness.FAILS ? "error" : "warning";
  }
}
