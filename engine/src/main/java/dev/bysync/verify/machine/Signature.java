package dev.bysync.verify.machine;

import java.util.List;

/** A function type, as a host sees it. */
public record Signature(List<ValueKind> params, List<ValueKind> results) {
  public Signature {
    params = List.copyOf(params);
    results = List.copyOf(results);
  }

  /** Slots of a list of values. */
  public static int slots(List<ValueKind> kinds) {
    int slots = 0;
    for (ValueKind kind : kinds) {
      slots += kind.slots();
    }
    return slots;
  }

  /** Puts slots into their canonical form, in place. */
  public static void canonicalise(List<ValueKind> kinds, long[] slots) {
    int at = 0;
    for (ValueKind kind : kinds) {
      for (int i = 0; i < kind.slots(); i++, at++) {
        slots[at] = kind.canonical(slots[at]);
      }
    }
  }
}
