package dev.bysync.interp;

import dev.bysync.wasm.module.ValType;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Types of parameters and results, as ints of {@link ValType}. A reference to a type of a module
 * keeps that module's index, so that only types of one module can be compared.
 */
public final class FunctionType {
  private final int[] params;
  private final int[] results;

  private FunctionType(int[] params, int[] results) {
    this.params = params;
    this.results = results;
  }

  public static FunctionType of(int[] params, int[] results) {
    return new FunctionType(params.clone(), results.clone());
  }

  public int paramCount() {
    return params.length;
  }

  public int param(int index) {
    return params[index];
  }

  public int resultCount() {
    return results.length;
  }

  public int result(int index) {
    return results[index];
  }

  /** Slots of the parameters: one each, two for a vector. */
  public int paramSlots() {
    return slots(params);
  }

  /** Slots of the results: one each, two for a vector. */
  public int resultSlots() {
    return slots(results);
  }

  /** Slots that a call needs for its parameters and, in their place, its results. */
  public int slots() {
    return Math.max(paramSlots(), resultSlots());
  }

  private static int slots(int[] types) {
    int slots = 0;
    for (int type : types) {
      slots += type == ValType.V128 ? 2 : 1;
    }
    return slots;
  }

  int[] params() {
    return params;
  }

  int[] results() {
    return results;
  }

  /** For people: {@code (i32, i64) -> (f32)}. */
  @Override
  public String toString() {
    return names(params) + " -> " + names(results);
  }

  private static String names(int[] types) {
    return Arrays.stream(types).mapToObj(ValType::name).collect(Collectors.joining(", ", "(", ")"));
  }
}
