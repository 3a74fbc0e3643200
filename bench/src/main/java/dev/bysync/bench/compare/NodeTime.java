package dev.bysync.bench.compare;

import java.util.Map;

/**
 * A workload in Node with each form of its module.
 *
 * @param workload its name
 * @param milliseconds the time of a repetition, the least of all rounds; a form is missing if there
 *     is no such module or the workload failed with it
 * @param failures why
 */
record NodeTime(String workload, Map<Form, Double> milliseconds, Map<Form, String> failures) {
  double time(Form form) {
    return milliseconds.getOrDefault(form, Double.NaN);
  }

  /** How much longer one form runs than another; NaN if either is missing. */
  double ratio(Form form, Form base) {
    return time(form) / time(base);
  }
}
