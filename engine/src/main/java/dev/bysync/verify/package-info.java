/**
 * Verification by execution: runs original and transformed module side by side and gives a {@link
 * Verdict}. May depend on {@code asyncify} and {@code wasm}.
 */
@NullMarked
package dev.bysync.verify;

import org.jspecify.annotations.NullMarked;
