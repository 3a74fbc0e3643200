/**
 * Verifies instrumented functions one frame at a time, on terms instead of numbers: every site is
 * suspended and resumed, whether or not a whole program would ever come to it. {@link
 * FrameVerifier} is the entry and tells how; {@link Terms} says what values are, {@link
 * FrameMachine} how they are computed. May depend on {@code asyncify} and {@code wasm}; knows
 * nothing of the interpreter.
 */
@NullMarked
package dev.bysync.verify.frame;

import org.jspecify.annotations.NullMarked;
