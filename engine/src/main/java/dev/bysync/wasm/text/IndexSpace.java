package dev.bysync.wasm.text;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One index space: how many entities it has, and the identifiers of those that have one. */
final class IndexSpace {
  private final String kind;
  private final List<@Nullable String> ids = new ArrayList<>();
  private final Map<String, Integer> indices = new HashMap<>();

  /**
   * @param kind what messages call its entities
   */
  IndexSpace(String kind) {
    this.kind = kind;
  }

  int size() {
    return ids.size();
  }

  /** The identifier of entity {@code index}, or null. */
  @Nullable String id(int index) {
    return ids.get(index);
  }

  /** True if some entity has an identifier. */
  boolean hasIds() {
    return !indices.isEmpty();
  }

  void clear() {
    ids.clear();
    indices.clear();
  }

  /** Adds an entity without an identifier. */
  void add() {
    ids.add(null);
  }

  /** Adds an entity, with the identifier that follows if there is one. */
  void add(Cursor in) {
    if (in.kind() != Tokens.ID) {
      add();
      return;
    }
    int token = in.position();
    String id = in.id();
    if (indices.putIfAbsent(id, ids.size()) != null) {
      throw in.errorAt(token, "duplicate " + kind + " $" + id);
    }
    ids.add(id);
  }

  /** Reads an index: a number as it is, or the index of an identifier. */
  int index(Cursor in) {
    if (in.kind() == Tokens.NUMBER) {
      return (int) in.unsigned(32, "a " + kind + " index");
    }
    if (in.kind() != Tokens.ID) {
      throw in.expected("a " + kind + " index");
    }
    int token = in.position();
    String id = in.id();
    Integer index = indices.get(id);
    if (index == null) {
      throw in.errorAt(token, "unknown " + kind + " $" + id);
    }
    return index;
  }
}
