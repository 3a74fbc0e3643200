package dev.bysync.asyncify;

import dev.bysync.asyncify.CaughtExceptions.Caught;
import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.ModuleWriter;
import dev.bysync.wasm.module.ValType;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is written for legacy catches that contain sites, beside their own code.
 *
 * <pre>
 *   try
 *     try                          only before a catch_all that rethrows
 *       ... the body's head: to resume in a catch, throw what it had caught ...
 *     catch $tag                   for each of the module's tags
 *       keep the payload, i32.const n, local.set $kind, rethrow
 *     catch_all
 *       i32.const 0, local.set $kind, rethrow
 *     end
 *   catch_all
 *     ... labels and dispatch, as at the head of a loop ...
 *   end
 * </pre>
 */
final class CatchEmitter {
  private final BodyPlan plan;
  private final BodyWriter out;
  private final ModuleWriter writer;
  private final Abi abi;
  private final StackHelpers helpers;

  CatchEmitter(BodyPlan plan, BodyWriter out, ModuleWriter writer, Abi abi, StackHelpers helpers) {
    this.plan = plan;
    this.out = out;
    this.writer = writer;
    this.abi = abi;
    this.helpers = helpers;
  }

  /** Behind the head of a try: opens the inner try that notes what a catch_all catches. */
  void openInner(int row) {
    if (plan.caught.ofTry(row) != null) {
      out.copy(row);
      out.opened();
    }
  }

  /** Before the first catch of a try: ends the inner try. */
  void closeInner(int row) {
    Caught caught = plan.caught.ofTry(row);
    if (caught == null) {
      return;
    }
    for (int i = 0; i < caught.tags().length; i++) {
      out.op(Opcodes.CATCH, caught.tags()[i]);
      int[] payload = caught.payloads()[i];
      for (int k = payload.length - 1; k >= 0; k--) {
        out.op(Opcodes.LOCAL_SET, payload[k]);
      }
      note(caught, i + 1);
    }
    out.op(Opcodes.CATCH_ALL);
    note(caught, 0);
    out.end();
  }

  private void note(Caught caught, int kind) {
    out.i32(kind);
    out.op(Opcodes.LOCAL_SET, caught.kind());
    out.op(Opcodes.RETHROW, 0);
  }

  /** How many labels deeper than its own the body of a try lies, where a delegate leads to. */
  int depth(int construct) {
    return plan.caught.ofTry(construct) == null ? 0 : 1;
  }

  /** Behind the head of a catch: takes the payload off the operand stack. */
  void takePayload(int row) {
    for (int i = payloadCount(row) - 1; i >= 0; i--) {
      out.op(Opcodes.LOCAL_SET, holder(row, i));
    }
  }

  /** Puts the payload back. */
  void pushPayload(int row) {
    for (int i = 0; i < payloadCount(row); i++) {
      out.op(Opcodes.LOCAL_GET, holder(row, i));
      asDeclared(payloadType(row, i), kept(row));
    }
  }

  private int payloadCount(int row) {
    return plan.body.opcode(row) == Opcodes.CATCH
        ? plan.module.types().paramCount(plan.module.tagType(plan.body.index(row)))
        : 0;
  }

  private int payloadType(int row, int index) {
    return plan.module.types().param(plan.module.tagType(plan.body.index(row)), index);
  }

  private @Nullable Caught kept(int row) {
    return plan.body.opcode(row) == Opcodes.CATCH ? plan.caught.ofCatch(row) : null;
  }

  private int holder(int row, int index) {
    Caught kept = kept(row);
    return kept != null ? kept.payloads()[0][index] : out.temporary(payloadType(row, index), index);
  }

  private void asDeclared(int type, @Nullable Caught kept) {
    if (kept != null && !ValType.isDefaultable(type)) {
      plan.level.require(FeatureLevel.V3_0, "a caught reference without null");
      out.op(Opcodes.REF_AS_NON_NULL);
    }
  }

  /** In the body of a try that is resumed: throws, so that one of its catches is entered. */
  void throwInto(int row) {
    boolean all = plan.body.opcode(row) == Opcodes.CATCH_ALL;
    Caught caught = plan.caught.ofCatch(row);
    if (caught != null && !all) {
      throwTag(caught, 0);
    } else if (caught != null
        && isSaved(plan.saves.headLocals(plan.regions.regionAt(row)), caught)) {
      throwKept(caught, caught.tags().length - 1); // the last it is: checkKept saw to that
    } else if (caught != null && isSaved(plan.saves.commonLocals(), caught)) {
      throwKept(caught, caught.tags().length);
      out.op(Opcodes.UNREACHABLE); // foreign
    } else if (all) {
      out.op(Opcodes.THROW, abi.resumeTag(writer));
    } else {
      for (int i = 0; i < payloadCount(row); i++) {
        plan.checkPlaceholder(payloadType(row, i), row, "a caught payload");
        out.placeholder(payloadType(row, i));
      }
      out.op(Opcodes.THROW, plan.body.index(row));
    }
  }

  private static boolean isSaved(int[] saved, Caught caught) {
    return Arrays.binarySearch(saved, caught.kind()) >= 0;
  }

  /** Throws what was noted by a catch_all's inner try; the first tags are told by the kind. */
  private void throwKept(Caught caught, int tested) {
    for (int i = 0; i < caught.tags().length; i++) {
      if (i < tested) {
        out.op(Opcodes.LOCAL_GET, caught.kind());
        out.i32(i + 1);
        out.op(Opcodes.I32_EQ);
        out.open(Opcodes.IF, List.of());
      }
      throwTag(caught, i);
      if (i < tested) {
        out.end();
      }
    }
  }

  private void throwTag(Caught caught, int index) {
    int[] payload = caught.payloads()[index];
    int type = plan.module.tagType(caught.tags()[index]);
    for (int k = 0; k < payload.length; k++) {
      out.op(Opcodes.LOCAL_GET, payload[k]);
      asDeclared(plan.module.types().param(type, k), caught);
    }
    out.op(Opcodes.THROW, caught.tags()[index]);
  }

  /** In the cold code that saves what a region's head needs: a foreign exception can't be kept. */
  void checkKept(int row, int[] saved) {
    Caught caught = plan.body.isCatch(row) ? plan.caught.ofCatch(row) : null;
    if (caught == null || caught.kind() < 0) {
      return;
    }
    if (isSaved(saved, caught)) {
      out.op(Opcodes.LOCAL_GET, caught.kind());
      out.op(Opcodes.CALL, helpers.caught());
    }
  }
}
