package dev.bysync.wasm.text;

import dev.bysync.wasm.code.CodeReader;
import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.Module;
import java.util.HashMap;
import java.util.Map;

/** Prints single instructions in the text format, with the names of the name section. */
public final class InstructionText {
  private final Module module;
  private final ModuleNames names;
  private final Map<Integer, Identifiers> locals = new HashMap<>();

  public InstructionText(Module module) {
    this.module = module;
    names = new ModuleNames(module);
  }

  /**
   * The instruction at an offset, on one line; labels are depths.
   *
   * @param function whose body holds it
   * @throws dev.bysync.wasm.binary.WasmException if there is none
   */
  public String at(int function, int offset) {
    CodeReader code = new CodeReader(module.bytes(), offset, module.bytes().length);
    StringBuilder out = new StringBuilder(Opcodes.name(code.next()));
    Identifiers own = locals.computeIfAbsent(function, names::locals);
    new ImmediatePrinter(module, names, out).print(code, own, -1);
    return out.toString();
  }

  /** How a function is referred to: by its name, or by its index. */
  public String function(int index) {
    return names.functions.reference(index);
  }
}
