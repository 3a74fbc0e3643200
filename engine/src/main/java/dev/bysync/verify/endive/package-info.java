/**
 * Runs modules on Endive's interpreter: {@link EndiveFactory} adapts it to {@code verify.machine}.
 * Endive is not hardened against hostile modules, so {@code Prescan} bounds what it is given, and
 * every way in which it fails becomes a {@code LoadException} or a {@code TrapKind}. Depends on
 * {@code verify.machine} and {@code wasm}.
 */
@NullMarked
package dev.bysync.verify.endive;

import org.jspecify.annotations.NullMarked;
