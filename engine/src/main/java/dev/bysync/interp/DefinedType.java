package dev.bysync.interp;

import dev.bysync.wasm.module.Types;
import dev.bysync.wasm.module.ValType;

/**
 * A defined type, comparable across modules: equal types have equal digests of their recursion
 * groups and the same place in them. Digests are 128 bits of SHA-256, see {@link TypeDigests}.
 */
final class DefinedType {
  final TypeSpace space;
  final int index;
  final int kind;
  private final long digest1;
  private final long digest2;
  private final int place;

  /** The supertypes from the root down, this type last. */
  private DefinedType[] line = {};

  private final int[] params;
  private final int[] results;
  private final boolean[] mutable;
  final int paramSlots;
  final int resultSlots;
  private final int[] fieldSlots;
  private final boolean hasNumbers;
  private final boolean[] refSlots;

  DefinedType(TypeSpace space, int index, long digest1, long digest2, int place) {
    this.space = space;
    this.index = index;
    this.digest1 = digest1;
    this.digest2 = digest2;
    this.place = place;
    Types types = space.types;
    kind = types.kind(index);
    boolean function = kind == Types.FUNC;
    params = new int[kind == Types.CONT ? 0 : types.paramCount(index)];
    mutable = new boolean[params.length];
    for (int i = 0; i < params.length; i++) {
      params[i] = types.field(index, i);
      mutable[i] = !function && types.isMutable(index, i);
    }
    results = new int[function ? types.resultCount(index) : 0];
    for (int i = 0; i < results.length; i++) {
      results[i] = types.result(index, i);
    }
    paramSlots = slots(params);
    resultSlots = slots(results);
    fieldSlots = new int[params.length];
    boolean numbers = false;
    boolean references = false;
    for (int i = 0, slot = 0; i < params.length; i++) {
      fieldSlots[i] = slot;
      slot += params[i] == ValType.V128 ? 2 : 1;
      numbers |= !ValType.isRef(params[i]);
      references |= ValType.isRef(params[i]);
    }
    hasNumbers = numbers;
    refSlots = new boolean[references ? paramSlots : 0];
    for (int i = 0; i < params.length && references; i++) {
      refSlots[fieldSlots[i]] = ValType.isRef(params[i]);
    }
  }

  void setLine(DefinedType[] supertypes) {
    line = supertypes;
  }

  DefinedType[] line() {
    return line;
  }

  /** The slot of a field of a structure. */
  int fieldSlot(int field) {
    return fieldSlots[field];
  }

  boolean hasNumbers() {
    return hasNumbers;
  }

  boolean hasRefs() {
    return refSlots.length > 0;
  }

  /** Whether a structure's slot holds a reference. */
  boolean isRefSlot(int slot) {
    return slot < refSlots.length && refSlots[slot];
  }

  private static int slots(int[] types) {
    int slots = 0;
    for (int type : types) {
      slots += type == ValType.V128 ? 2 : 1;
    }
    return slots;
  }

  boolean is(DefinedType other) {
    return this == other
        || (digest1 == other.digest1 && digest2 == other.digest2 && place == other.place);
  }

  boolean isSubtypeOf(DefinedType other) {
    if (this == other) {
      return true;
    }
    int depth = other.line.length - 1;
    return depth < line.length && line[depth].is(other);
  }

  int paramCount() {
    return params.length;
  }

  int param(int i) {
    return params[i];
  }

  int resultCount() {
    return results.length;
  }

  int result(int i) {
    return results[i];
  }

  /** Storage type of a field. */
  int field(int i) {
    return params[i];
  }

  boolean isMutable(int i) {
    return mutable[i];
  }

  long digest1() {
    return digest1;
  }

  long digest2() {
    return digest2;
  }

  int place() {
    return place;
  }

  /** Parameters and results of a function type. */
  FunctionType signature() {
    return FunctionType.of(params, results);
  }
}
