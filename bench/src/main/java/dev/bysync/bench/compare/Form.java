package dev.bysync.bench.compare;

/** What a module is run as. */
enum Form {
  ORIGINAL,
  /** wasm-opt's, optimised and not asyncified. */
  OPTIMISED,
  /** wasm-opt's, optimised and asyncified. */
  THEIRS,
  OURS
}
