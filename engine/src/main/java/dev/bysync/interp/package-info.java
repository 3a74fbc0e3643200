/**
 * A deterministic, metered and bounded interpreter of WebAssembly 3.0, with the legacy exception
 * instructions, shared memories and atomics (of a single agent) and the deterministic profile of
 * relaxed SIMD.
 *
 * <pre>{@code
 * WasmModule module = WasmModule.parse(bytes); // decoded and validated
 * Store store = new Store(StoreLimits.defaults()); // limits, fuel, the call stack
 * Imports imports =
 *     Imports.builder()
 *         .function("env", "log", (slots, refs) -> System.out.println((int) slots[0]))
 *         .build();
 * Instance instance = Instance.instantiate(store, module, imports);
 * Object[] results = instance.call("add", 1, 2); // {3}
 * store.allowFuel(1_000_000); // from now on; running out is a Trap of kind FUEL
 * long executed = store.fuelUsed();
 * }</pre>
 *
 * <p>Instances of one store may import each other's functions, tables, memories, globals and tags
 * ({@link Imports.Builder#define}). A store is used by one thread at a time; only {@link
 * Store#cancel} may be called by others. Functions are compiled to the interpreter's own code
 * ({@link Compiler}) when they are first called, and run by {@link Machine} with frames of its own,
 * never on Java's stack.
 *
 * <p>Fuel is the number of executed instructions, where {@code else}, {@code end}, {@code catch},
 * {@code catch_all} and {@code delegate} count as punctuation; operations on ranges are charged by
 * length besides, see {@link Store}.
 *
 * <p>May depend on {@code wasm.binary}, {@code wasm.module} and {@code wasm.code}.
 */
@NullMarked
package dev.bysync.interp;

import org.jspecify.annotations.NullMarked;
