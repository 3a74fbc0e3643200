package dev.bysync.wasm.module;

import dev.bysync.wasm.binary.ByteSink;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Types added at the end; function types that the module has are found again by content. */
final class TypeAppender {
  private record Signature(List<Integer> params, List<Integer> results) {}

  private final int existing;
  private final Map<Signature, Integer> indices = new HashMap<>();
  private final ByteSink added = new ByteSink();
  private int addedCount;
  private int emptyStruct = -1;
  private int byteArray = -1;
  private boolean multipleResults;

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
    int index = existing + addedCount++;
    multipleResults |= results.size() > 1;
    added.u8(Types.FUNC);
    writeTypes(wanted.params(), added);
    writeTypes(wanted.results(), added);
    indices.put(wanted, index);
    return index;
  }

  /** Index of an added struct type without fields. */
  int emptyStruct() {
    if (emptyStruct < 0) {
      emptyStruct = existing + addedCount++;
      added.u8(Types.STRUCT);
      added.u32(0);
    }
    return emptyStruct;
  }

  /** Index of an added array type of bytes. */
  int byteArray() {
    if (byteArray < 0) {
      byteArray = existing + addedCount++;
      added.u8(Types.ARRAY);
      added.u8(ValType.I8);
      added.u8(0);
    }
    return byteArray;
  }

  int addedCount() {
    return addedCount;
  }

  /** Whether an added type gives several values. */
  boolean addsMultipleResults() {
    return multipleResults;
  }

  void writeAdded(ByteSink out) {
    out.append(added);
  }

  private static void writeTypes(List<Integer> types, ByteSink out) {
    out.u32(types.size());
    for (int type : types) {
      ValType.write(out, type);
    }
  }
}
