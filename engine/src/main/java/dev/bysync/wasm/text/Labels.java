package dev.bysync.wasm.text;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The labels in scope, outermost first; an inner one hides an outer one of the same name. */
final class Labels {
  private final List<@Nullable String> ids = new ArrayList<>();

  /** For each label, the level of the one that it hides, or -1. */
  private final List<Integer> hidden = new ArrayList<>();

  private final Map<String, Integer> levels = new HashMap<>();

  void clear() {
    ids.clear();
    hidden.clear();
    levels.clear();
  }

  void push(@Nullable String id) {
    Integer outer = id == null ? null : levels.put(id, ids.size());
    ids.add(id);
    hidden.add(outer == null ? -1 : outer);
  }

  void pop() {
    int level = ids.size() - 1;
    String id = ids.remove(level);
    int outer = hidden.remove(level);
    if (id != null) {
      if (outer >= 0) {
        levels.put(id, outer);
      } else {
        levels.remove(id);
      }
    }
  }

  /** The identifier of the innermost label, or null. */
  @Nullable String innermost() {
    return ids.get(ids.size() - 1);
  }

  /** Reads a label: a depth, 0 for the innermost, or an identifier. */
  int index(Cursor in) {
    if (in.kind() == Tokens.NUMBER) {
      return (int) in.unsigned(32, "a label");
    }
    if (in.kind() != Tokens.ID) {
      throw in.expected("a label");
    }
    int token = in.position();
    String id = in.id();
    Integer level = levels.get(id);
    if (level == null) {
      throw in.errorAt(token, "unknown label $" + id);
    }
    return ids.size() - 1 - level;
  }
}
