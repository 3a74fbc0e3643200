/**
 * Instructions: the opcode table ({@link Opcodes}), a cursor that decodes them without allocating
 * ({@link CodeReader}) and their types. May depend on {@code wasm.binary} and {@code wasm.module}.
 */
@NullMarked
package dev.bysync.wasm.code;

import org.jspecify.annotations.NullMarked;
