package dev.bysync.wasm.code;

/**
 * What follows an opcode in the binary format: everything that switches on an instruction's shape
 * switches on this.
 */
public enum Immediate {
  /** Nothing. */
  NONE,
  /** A block type: s33. */
  BLOCKTYPE,
  /** A label: u32 depth. */
  LABEL,
  /** A vector of labels and a default label. */
  BR_TABLE,
  /** A function: u32. */
  FUNC,
  /** A type, then a table. */
  CALL_INDIRECT,
  /** A type: u32. */
  TYPE,
  /** A vector of value types. */
  VALTYPES,
  /** A block type and a vector of catch clauses (kind, tag unless catch_all, label). */
  TRY_TABLE,
  /** A local: u32. */
  LOCAL,
  /** A global: u32. */
  GLOBAL,
  /** A table: u32. */
  TABLE,
  /** A tag: u32. */
  TAG,
  /** A memory: u32. */
  MEMORY,
  /** Alignment (bit 6: a memory index follows), memory, offset. */
  MEMARG,
  /** {@link #MEMARG}, then a lane: one byte. */
  MEMARG_LANE,
  /** s32. */
  I32,
  /** s64. */
  I64,
  /** Four bytes. */
  F32,
  /** Eight bytes. */
  F64,
  /** Sixteen bytes. */
  V128,
  /** Sixteen lanes, a byte each. */
  SHUFFLE,
  /** A lane: one byte. */
  LANE,
  /** A heap type: s33. */
  HEAPTYPE,
  /** A struct type and a field. */
  TYPE_FIELD,
  /** An array type and a number of elements. */
  TYPE_COUNT,
  /** An array type and a data segment. */
  TYPE_DATA,
  /** An array type and an element segment. */
  TYPE_ELEM,
  /** Two types: array.copy (destination, source), cont.bind. */
  TYPE_TYPE,
  /** A type and a tag: switch. */
  TYPE_TAG,
  /** A data segment: u32. */
  DATA,
  /** A data segment, then a memory. */
  DATA_MEMORY,
  /** An element segment: u32. */
  ELEM,
  /** An element segment, then a table. */
  ELEM_TABLE,
  /** Two memories: destination, source. */
  MEMORY_MEMORY,
  /** Two tables: destination, source. */
  TABLE_TABLE,
  /** Flags (bit 0: source nullable, bit 1: target nullable), label, two heap types. */
  BR_ON_CAST,
  /** A zero byte: atomic.fence. */
  FENCE,
  /** A continuation type and a vector of handlers (stack switching). */
  RESUME,
  /** A continuation type, a tag and a vector of handlers (stack switching). */
  RESUME_THROW
}
