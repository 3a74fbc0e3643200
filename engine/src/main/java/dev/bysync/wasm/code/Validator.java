package dev.bysync.wasm.code;

import dev.bysync.wasm.module.Module;

/** Validates whole modules (specification, chapter 3). */
public final class Validator {
  private Validator() {}

  /**
   * Validates a module.
   *
   * @throws dev.bysync.wasm.binary.WasmException if it isn't valid, or if its instructions are
   *     malformed
   */
  public static void validate(Module module) {
    BodyTyper typer = new BodyTyper(module);
    CodeReader code = new CodeReader(module.bytes(), 0, 0);
    for (int body = 0; body < module.bodyCount(); body++) {
      code.reset(typer.begin(body), module.bodyEnd(body));
      while (typer.depth() > 0) {
        code.next();
        typer.step(code);
      }
    }
  }
}
