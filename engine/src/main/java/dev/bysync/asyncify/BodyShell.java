package dev.bysync.asyncify;

import dev.bysync.wasm.binary.ByteSink;
import dev.bysync.wasm.binary.Failure;
import dev.bysync.wasm.binary.WasmException;
import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.IntArray;
import java.util.ArrayList;
import java.util.List;

/**
 * What is left of a body that was moved into a function of its own, because it needs locals whose
 * types it may not spell: parameters are spelled in the type section. All locals become parameters,
 * so each keeps its index, and those that were locals are given what they would start with.
 *
 * <pre>
 *   local.get 0 ...          the parameters
 *   i32.const 0 ...          what each local starts with
 *   call $moved
 * </pre>
 *
 * <p>It needs nothing for a suspension: the moved body unwinds and rewinds by itself, and gives
 * zeros when it unwinds as any body does.
 */
final class BodyShell {
  /** Parameters that engines take. */
  private static final int MAX_PARAMS = 1000;

  private BodyShell() {}

  /**
   * The parameters of the function that takes a body with these locals.
   *
   * @throws WasmException if it would have too many
   */
  static List<Integer> params(IntArray locals) {
    if (locals.size() > MAX_PARAMS) {
      throw new WasmException(
          Failure.LIMIT,
          -1,
          "more than "
              + MAX_PARAMS
              + " locals beside a reference to an exception that lives across a call, in a module"
              + " with legacy exceptions");
    }
    List<Integer> params = new ArrayList<>();
    for (int i = 0; i < locals.size(); i++) {
      params.add(locals.get(i));
    }
    return params;
  }

  /**
   * Writes what calls the moved body.
   *
   * @param params how many of the locals are the body's own parameters
   */
  static void write(
      IntArray locals, int params, int moved, Placeholders placeholders, ByteSink out) {
    out.u32(0);
    for (int i = 0; i < locals.size(); i++) {
      if (i < params) {
        out.u8(Opcodes.LOCAL_GET);
        out.u32(i);
      } else {
        placeholders.push(locals.get(i), out);
      }
    }
    out.u8(Opcodes.CALL);
    out.u32(moved);
    out.u8(Opcodes.END);
  }
}
