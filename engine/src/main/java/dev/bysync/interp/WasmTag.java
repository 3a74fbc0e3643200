package dev.bysync.interp;

/** A tag of exceptions. Its identity is what {@code catch} compares. */
public final class WasmTag implements Extern {
  final DefinedType type;

  WasmTag(DefinedType type) {
    this.type = type;
  }

  /** The types of its values, as parameters. */
  public FunctionType type() {
    return type.signature();
  }
}
