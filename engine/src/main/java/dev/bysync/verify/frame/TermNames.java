package dev.bysync.verify.frame;

import java.util.HashMap;
import java.util.Map;

/** Names of {@link Terms} for people: of those that come from outside where they came from. */
final class TermNames {
  private final Map<Long, String> names = new HashMap<>();
  private int calls;

  /** Gives a name to a term that has none. */
  void name(long value, String name) {
    if (!Terms.isNumber(value)) {
      names.putIfAbsent(value, name);
    }
  }

  /** A call was answered. */
  void call() {
    calls++;
  }

  /** Names a result of the last call. */
  void result(long value, int index) {
    name(value, "r" + (calls - 1) + (index == 0 ? "" : "." + index));
  }

  /** A value in words. */
  String of(long value) {
    String name = names.get(value);
    if (name != null) {
      return name;
    }
    boolean isNegation = !Terms.isNumber(value) && value < 0 && (value & 1) != 0;
    return isNegation ? "not " + Terms.show(Terms.not(value)) : Terms.show(value);
  }
}
