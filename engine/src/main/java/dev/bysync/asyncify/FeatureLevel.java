package dev.bysync.asyncify;

import dev.bysync.analysis.OptionException;
import dev.bysync.wasm.binary.Failure;
import dev.bysync.wasm.binary.WasmException;
import dev.bysync.wasm.module.ValType;

/**
 * What of WebAssembly the code that the transform adds may use: a version of the specification, or
 * what the module has. What the module uses itself, the types of its blocks and the results of its
 * functions included, stays as it is. A module's legacy exception handling is in no version: where
 * it has some, the code that is added to its catches throws and catches as well.
 */
public enum FeatureLevel {
  /**
   * What the module has, whatever that is: vectors, references, tail calls and exceptions are dealt
   * with where it has them, by instructions of the same proposals. Multiple results only at labels
   * that stand for a block of the module's which has them, and not to pop frames even where the
   * module has some: Binaryen takes each apart, by a local for each value, whenever it reads them,
   * so that an output with many grows with each further step of a build.
   */
  MODULE("module"),
  /** No multiple results, references, vectors. */
  V1_0("1.0"),
  /** Also multiple results, tables of references, vectors. */
  V2_0("2.0"),
  /** Also tail calls, typed references, casts, exception references, several memories. */
  V3_0("3.0");

  private final String text;

  FeatureLevel(String text) {
    this.text = text;
  }

  /**
   * The level of that name.
   *
   * @throws OptionException if there is none
   */
  static FeatureLevel of(String text) {
    for (FeatureLevel level : values()) {
      if (level.text.equals(text)) {
        return level;
      }
    }
    throw new OptionException("feature-level is module, 1.0, 2.0 or 3.0, not '%s'".formatted(text));
  }

  /** Whether a block or function that is added may have several results. */
  boolean hasMultipleResults() {
    return this == V2_0 || this == V3_0;
  }

  /** Whether what came with a version may be added where a module has need of it. */
  boolean allows(FeatureLevel version) {
    return this == MODULE || compareTo(version) >= 0;
  }

  /**
   * Checks that something may be added.
   *
   * @param what needs the other level: the start of a sentence
   * @throws WasmException if it needs a higher level than this one
   */
  void require(FeatureLevel needed, String what) {
    if (!allows(needed)) {
      throw new WasmException(Failure.UNSUPPORTED, -1, message(needed, what));
    }
  }

  /** What to say where something needs a higher level than this one. */
  String message(FeatureLevel needed, String what) {
    return "%s needs feature level %s, and %s was asked for (--feature-level)"
        .formatted(what, needed, this);
  }

  /**
   * Checks that a type of operands may be dealt with: kept in a frame, or have zeros made of it.
   */
  void requireType(int type, String what) {
    if (type == ValType.V128 || ValType.isRef(type)) {
      require(
          type == ValType.V128 || type == ValType.FUNCREF || type == ValType.EXTERNREF
              ? V2_0
              : V3_0,
          what + " of type " + ValType.name(type));
    }
  }

  /** As users write it. */
  @Override
  public String toString() {
    return text;
  }
}
