/**
 * The transform: {@link Asyncify} rewrites a module so that it can pause in a call and resume
 * later. May depend on {@code analysis} and {@code wasm}; never on {@code verify}.
 */
@NullMarked
package dev.bysync.asyncify;

import org.jspecify.annotations.NullMarked;
