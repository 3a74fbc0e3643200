package dev.bysync.asyncify;

import dev.bysync.analysis.Plan;
import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.Module;

/** What the call at a site is. */
final class SiteCalls {
  private SiteCalls() {}

  /** Type index of the function called. */
  static int type(BodyCode body, Module module, int row) {
    int index = body.index(row);
    return isDirect(body.opcode(row)) ? module.functionType(index) : index;
  }

  private static boolean isDirect(int opcode) {
    return opcode == Opcodes.CALL || opcode == Opcodes.RETURN_CALL;
  }

  /** Whether the call must see its real arguments when it is made again on rewind. */
  static boolean needsArguments(BodyCode body, Plan plan, int row) {
    return switch (body.opcode(row)) {
      case Opcodes.CALL, Opcodes.RETURN_CALL -> plan.needsArguments(body.index(row));
      case Opcodes.CALL_INDIRECT, Opcodes.RETURN_CALL_INDIRECT ->
          plan.tableNeedsArguments(body.index(row), body.index2(row));
      default -> plan.referenceNeedsArguments(body.index(row));
    };
  }
}
