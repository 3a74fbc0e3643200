package dev.bysync.wasm.text;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The identifiers of one index space, from names. A name that a lower index has already gets its
 * index behind, as in {@code $alloc#17}, so that all are distinct; names with characters that an
 * identifier can't have are quoted.
 */
final class Identifiers {
  private final Map<Integer, String> ids = new HashMap<>();

  Identifiers(Map<Integer, String> names) {
    Set<String> taken = new HashSet<>(names.values());
    Set<String> used = new HashSet<>();
    new TreeMap<>(names)
        .forEach(
            (index, name) -> {
              if (!name.isEmpty()) {
                String unique = name;
                while (!used.add(unique)) {
                  unique += "#" + index;
                  if (taken.contains(unique)) {
                    used.add(unique);
                  }
                }
                ids.put(index, quote(unique));
              }
            });
  }

  /** {@code $name}, or <code>$"name"</code> where need be. */
  static String quote(String name) {
    if (!name.isEmpty() && name.chars().allMatch(Lexer::isIdChar)) {
      return "$" + name;
    }
    StringBuilder quoted = new StringBuilder("$");
    byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
    StringLiteral.print(utf8, 0, utf8.length, quoted);
    return quoted.toString();
  }

  boolean has(int index) {
    return ids.containsKey(index);
  }

  boolean isEmpty() {
    return ids.isEmpty();
  }

  /** How the entity is referred to: its identifier, or its index. */
  String reference(int index) {
    String id = ids.get(index);
    return id != null ? id : Integer.toUnsignedString(index);
  }

  /** How the entity is introduced: its identifier, or its index as a comment. */
  String definition(int index) {
    String id = ids.get(index);
    return id != null ? id : "(;" + index + ";)";
  }
}
