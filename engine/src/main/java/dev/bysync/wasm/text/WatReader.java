package dev.bysync.wasm.text;

/**
 * Assembles modules in the text format (specification, chapter 6).
 *
 * <pre>
 *   (module
 *     (func $add (export "add") (param $a i32) (param $b i32) (result i32)
 *       (i32.add (local.get $a) (local.get $b))))
 *
 *   00 61 73 6D 01 00 00 00
 *   01 07 01 60 02 7F 7F 01 7F         types: (i32, i32) -> i32
 *   03 02 01 00                        functions: of type 0
 *   07 07 01 03 61 64 64 00 00         exports: "add", function 0
 *   0A 09 01 07 00 20 00 20 01 6A 0B   code
 * </pre>
 *
 * <p>All of WebAssembly 3.0 with its abbreviations, and the legacy exception instructions, shared
 * memories and atomics, stack switching and wide arithmetic. Annotations are skipped. The text is
 * checked for its form and its identifiers, not for types: that is the validator's task.
 *
 * <p>Time and memory are linear in the text; nesting costs no Java stack.
 */
public final class WatReader {
  private WatReader() {}

  /**
   * Assembles a module, without a name section.
   *
   * @param text {@code (module ...)} or the fields of a module
   * @throws WatException if the text isn't a module
   */
  public static byte[] assemble(String text) {
    return assemble(text, DebugNames.DROP);
  }

  /**
   * Assembles a module.
   *
   * @param text {@code (module ...)} or the fields of a module
   * @throws WatException if the text isn't a module
   */
  public static byte[] assemble(String text, DebugNames names) {
    return new ModuleReader(Lexer.tokens(text), names).read();
  }
}
