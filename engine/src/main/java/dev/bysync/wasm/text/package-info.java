/**
 * The text format (specification, chapter 6): {@link WatReader} assembles it, {@link WatPrinter}
 * writes it. Both are driven by the opcode table. May depend on {@code wasm.binary}, {@code
 * wasm.module} and {@code wasm.code}.
 */
@NullMarked
package dev.bysync.wasm.text;

import org.jspecify.annotations.NullMarked;
