/**
 * A decoded module as flat arrays over its bytes ({@link Module}), its types, and the writer that
 * copies what did not change. May depend on {@code wasm.binary} only.
 */
@NullMarked
package dev.bysync.wasm.module;

import org.jspecify.annotations.NullMarked;
