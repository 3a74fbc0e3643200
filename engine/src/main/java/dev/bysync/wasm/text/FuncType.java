package dev.bysync.wasm.text;

import java.util.List;

/** A function type; value types are ints of {@link dev.bysync.wasm.module.ValType}. */
record FuncType(List<Integer> params, List<Integer> results) {
  FuncType {
    params = List.copyOf(params);
    results = List.copyOf(results);
  }
}
