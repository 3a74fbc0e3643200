package dev.bysync.asyncify;

import dev.bysync.analysis.Plan;
import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.ModuleWriter;

/** What is written differently at calls because of tail calls that may suspend. */
final class Tails {
  private static final int AS_IT_IS = -1;

  private final Module module;
  private final Plan plan;
  private final Abi abi;
  private final TailForwarding forwarding;
  private final TailRecords records;

  Tails(
      Module module,
      Plan plan,
      FeatureLevel level,
      ModuleWriter writer,
      Abi abi,
      StackHelpers helpers,
      Placeholders placeholders) {
    this.module = module;
    this.plan = plan;
    this.abi = abi;
    forwarding = new TailForwarding(module, plan, level, writer, abi, helpers, placeholders);
    records = new TailRecords(module, writer, abi, helpers, forwarding, placeholders.exceptions());
  }

  TailForwarding forwarding() {
    return forwarding;
  }

  /** Writes a tail call. */
  void call(BodyCode body, int row, BodyWriter out) {
    int function = body.suspendingTails.get(row) ? target(body, row) : AS_IT_IS;
    if (function == AS_IT_IS) {
      out.copy(row);
    } else {
      out.op(Opcodes.RETURN_CALL, function);
    }
  }

  /** The function that is called instead of a tail call's callee. */
  private int target(BodyCode body, int row) {
    int opcode = body.opcode(row);
    int index = body.index(row);
    if (opcode == Opcodes.RETURN_CALL) {
      return plan.isInstrumented(index) ? AS_IT_IS : forwarding.around(index);
    }
    return SiteCalls.needsArguments(body, plan, row)
        ? records.function(opcode, index, body.index2(row))
        : AS_IT_IS;
  }

  /** Before a site's call: clears the note, if the call may reach the host itself or by a note. */
  void clear(BodyCode body, int row, BodyWriter out) {
    if (mayEndNoted(body, row)
        && body.opcode(row) != Opcodes.CALL
        && SiteCalls.needsArguments(body, plan, row)) {
      out.i32(0);
      out.op(Opcodes.GLOBAL_SET, abi.note());
    }
  }

  /** Whether what a site calls may end in a noted tail call, whose frame it then has to write. */
  boolean mayEndNoted(BodyCode body, int row) {
    if (!plan.tailCalls().isRecording()
        || !plan.tailCalls()
            .isRecorded(plan.tailCalls().resultClass(SiteCalls.type(body, module, row)))) {
      return false;
    }
    return body.opcode(row) != Opcodes.CALL || plan.tailCalls().isCaller(body.index(row));
  }

  /** Writes what needed all bodies; nothing may be asked for afterwards. */
  void finish() {
    forwarding.finish();
    records.finish();
  }
}
