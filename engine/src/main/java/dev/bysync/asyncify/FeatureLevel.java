package dev.bysync.asyncify;

import dev.bysync.analysis.OptionException;
import dev.bysync.wasm.binary.Failure;
import dev.bysync.wasm.binary.WasmException;
import dev.bysync.wasm.module.ValType;

/**
 * A version of the WebAssembly specification. The code that the transform adds keeps to what is in
 * it; what the module uses itself, the types of its blocks and the results of its functions
 * included, stays as it is. A module's legacy exception handling is in no version: where it has
 * some, the code that is added to its catches throws and catches as well.
 */
public enum FeatureLevel {
  /** No multiple results, references, vectors. */
  V1_0("1.0"),
  /** Also multiple results, tables of references, vectors. */
  V2_0("2.0"),
  /** Also tail calls, typed references, casts, exception references, several memories. */
  V3_0("3.0");

  private final String version;

  FeatureLevel(String version) {
    this.version = version;
  }

  /**
   * The level of that version.
   *
   * @throws OptionException if there is none
   */
  static FeatureLevel of(String version) {
    for (FeatureLevel level : values()) {
      if (level.version.equals(version)) {
        return level;
      }
    }
    throw new OptionException("feature-level is 1.0, 2.0 or 3.0, not '%s'".formatted(version));
  }

  /** Whether a block or function that is added may have several results. */
  boolean hasMultipleResults() {
    return this != V1_0;
  }

  /**
   * Checks that something may be added.
   *
   * @param what needs the other level: the start of a sentence
   * @throws WasmException if it needs a higher level than this one
   */
  void require(FeatureLevel needed, String what) {
    if (compareTo(needed) < 0) {
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

  /** The version. */
  @Override
  public String toString() {
    return version;
  }
}
