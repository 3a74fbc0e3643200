/**
 * Bytes of a WebAssembly module: reading ({@link ByteReader}), writing ({@link ByteSink}) and what
 * can be wrong with them ({@link WasmException}). Depends on nothing else of the engine.
 */
@NullMarked
package dev.bysync.wasm.binary;

import org.jspecify.annotations.NullMarked;
