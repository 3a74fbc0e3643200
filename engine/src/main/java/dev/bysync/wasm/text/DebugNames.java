package dev.bysync.wasm.text;

/** What {@link WatReader} does with identifiers. */
public enum DebugNames {
  /** They serve as indices only. */
  DROP,
  /**
   * They are written to a name section: those of the module, its functions, locals, types, tables,
   * memories, globals, segments, fields and tags. Labels have none.
   */
  WRITE
}
