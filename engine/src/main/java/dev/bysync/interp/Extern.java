package dev.bysync.interp;

/** What can be imported and exported. */
public sealed interface Extern permits WasmFunction, WasmTable, WasmMemory, WasmGlobal, WasmTag {}
