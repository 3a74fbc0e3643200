/**
 * The comparison with {@code wasm-opt}: whole processes and a warm JVM over any modules, one
 * report. May depend on the engine.
 */
@NullMarked
package dev.bysync.bench.compare;

import org.jspecify.annotations.NullMarked;
