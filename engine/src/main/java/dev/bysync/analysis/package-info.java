/**
 * Which functions can be suspended in: a scan of the bodies makes the call graph, {@link Plan} is
 * the immutable result that emission reads. May depend on {@code wasm}.
 */
@NullMarked
package dev.bysync.analysis;

import org.jspecify.annotations.NullMarked;
