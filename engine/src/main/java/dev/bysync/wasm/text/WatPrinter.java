package dev.bysync.wasm.text;

import dev.bysync.wasm.module.Module;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Prints modules in the text format: plain instructions, one a line, indented by nesting; entities
 * by the names of the name section, or by index. The same module gives the same text on every
 * machine.
 *
 * <pre>
 *   (module
 *     (type (;0;) (func (param i32 i32) (result i32)))
 *     (func $add (type 0) (param $a i32) (param $b i32) (result i32)
 *       local.get $a
 *       local.get $b
 *       i32.add)
 *     (export "add" (func $add)))
 * </pre>
 *
 * <p>{@link WatReader} makes the same bytes of it again where the module has the form that it gives
 * modules: shortest numbers, no needless flags, custom sections aside (they stand in the text as
 * comments, and the name section as identifiers).
 */
public final class WatPrinter {
  /** Characters that {@link #print(byte[])} gives at most: 2^28. */
  static final long MAX_STRING = 1L << 28;

  private WatPrinter() {}

  /**
   * The module as text.
   *
   * @throws dev.bysync.wasm.binary.WasmException if the module is malformed, or its text longer
   *     than 2^28 characters
   */
  public static String print(byte[] module) {
    StringBuilder out = new StringBuilder();
    try {
      new ModulePrinter(Module.read(module), out, MAX_STRING).print();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // not from a StringBuilder
    }
    return out.toString();
  }

  /**
   * Writes the module as text, field by field: of any length, in little memory.
   *
   * @throws IOException from {@code out}
   * @throws dev.bysync.wasm.binary.WasmException if the module is malformed
   */
  public static void print(byte[] module, Appendable out) throws IOException {
    new ModulePrinter(Module.read(module), out, Long.MAX_VALUE).print();
  }
}
