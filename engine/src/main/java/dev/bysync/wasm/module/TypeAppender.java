package dev.bysync.wasm.module;

import dev.bysync.wasm.binary.ByteSink;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Function types by content: those that the module has are found again, others go to the end. */
final class TypeAppender {
  private record Signature(List<Integer> params, List<Integer> results) {}

  private final int existing;
  private final Map<Signature, Integer> indices = new HashMap<>();
  private final List<Signature> added = new ArrayList<>();

  TypeAppender(Types types) {
    existing = types.size();
    for (int type = existing - 1; type >= 0; type--) {
      if (types.isFunction(type)
          && types.isFinal(type)
          && types.supertype(type) < 0
          && types.groupEnd(type) - types.groupStart(type) == 1) {
        indices.put(signature(types, type), type);
      }
    }
  }

  private static Signature signature(Types types, int type) {
    List<Integer> params = new ArrayList<>();
    for (int i = 0; i < types.paramCount(type); i++) {
      params.add(types.param(type, i));
    }
    List<Integer> results = new ArrayList<>();
    for (int i = 0; i < types.resultCount(type); i++) {
      results.add(types.result(type, i));
    }
    return new Signature(params, results);
  }

  /** Index of the function type with these parameters and results. */
  int index(List<Integer> params, List<Integer> results) {
    Signature wanted = new Signature(List.copyOf(params), List.copyOf(results));
    Integer known = indices.get(wanted);
    if (known != null) {
      return known;
    }
    int index = existing + added.size();
    added.add(wanted);
    indices.put(wanted, index);
    return index;
  }

  int addedCount() {
    return added.size();
  }

  void writeAdded(ByteSink out) {
    for (Signature signature : added) {
      out.u8(Types.FUNC);
      writeTypes(signature.params(), out);
      writeTypes(signature.results(), out);
    }
  }

  private static void writeTypes(List<Integer> types, ByteSink out) {
    out.u32(types.size());
    for (int type : types) {
      ValType.write(out, type);
    }
  }
}
