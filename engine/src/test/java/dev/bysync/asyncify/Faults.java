package dev.bysync.asyncify;

import dev.bysync.asyncify.OutputCode.Body;
import dev.bysync.asyncify.OutputCode.Instruction;
import dev.bysync.wasm.binary.ByteSink;
import dev.bysync.wasm.code.CodeReader;
import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.SectionId;
import dev.bysync.wasm.module.ValType;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Finds the places in the transform's output where faults can be planted, by the shape of what the
 * transform has added.
 */
final class Faults {
  /** A value that nobody expects. */
  private static final int GARBAGE = 0x5A5A5A5;

  private static final int I32_OR = 0x72;

  private final OutputCode output;
  private final List<Fault> faults = new ArrayList<>();

  /**
   * A fault at a place.
   *
   * @param from offset of the first byte that is replaced; an instruction starts there
   * @param to offset behind the last
   * @param with what stands there instead
   */
  @SuppressWarnings("ArrayRecordComponent") // never changed
  record Fault(FaultKind kind, int from, int to, byte[] with) {}

  private Faults(OutputCode output) {
    this.output = output;
  }

  static List<Fault> of(OutputCode output) {
    Faults faults = new Faults(output);
    for (Body body : output.bodies()) {
      if (output.isInstrumented(body)) {
        faults.inInstrumented(body);
      } else {
        faults.inHelper(body);
      }
    }
    faults.inControls();
    return faults.faults;
  }

  private void inInstrumented(Body body) {
    List<Instruction> code = body.code();
    boolean[] inCatch = inCatch(code);
    for (int i = 0; i < code.size(); i++) {
      Instruction at = code.get(i);
      if (!at.isAdded()) {
        continue;
      }
      Instruction next = i + 1 < code.size() ? code.get(i + 1) : at;
      Instruction before = i > 0 ? code.get(i - 1) : at;
      if (output.isCheck(at)) {
        boolean numbered = at.is(Opcodes.I32_CONST);
        plant(FaultKind.CHECK_DROPPED, numbered ? next : at, constant(0));
        if (numbered) {
          plant(FaultKind.SITE_NUMBER, at, constant(at.index() + (at.index() > 1 ? -1 : 1)));
        }
      } else if (at.is(Opcodes.GLOBAL_GET, output.state()) && next.is(Opcodes.IF)) {
        plant(FaultKind.RESUME_SKIPPED, at, constant(0));
      } else if (at.is(Opcodes.LOCAL_GET) && next.is(Opcodes.IF) && next.isAdded()) {
        boolean inTry = before.is(Opcodes.TRY);
        plant(
            inTry ? FaultKind.CATCH_NOT_ENTERED : FaultKind.INNER_RESUME_SKIPPED, at, constant(0));
      } else if (at.is(Opcodes.I32_CONST, 0) && next.is(Opcodes.LOCAL_SET) && next.isAdded()) {
        plant(FaultKind.SELECTOR_KEPT, at.start(), next.end(), new byte[0]);
      } else if (at.is(Opcodes.BR_TABLE) && before.isAdded()) {
        swapLabels(at);
      } else if (at.is(Opcodes.LOCAL_TEE)) {
        plant(FaultKind.OPERAND_NOT_KEPT, at, new byte[0]);
      } else if (at.is(Opcodes.LOCAL_GET)) {
        value(body, i, inCatch[i]);
      } else if (at.is(Opcodes.LOCAL_SET) && isPopped(code, i)) {
        plant(FaultKind.LOCAL_NOT_RESTORED, at, new byte[] {Opcodes.DROP});
        int other = other(body, (int) at.index());
        if (other >= 0) {
          plant(FaultKind.RESTORED_TO_OTHER, at, local(Opcodes.LOCAL_SET, other));
        }
      } else if (at.is(Opcodes.GLOBAL_SET)
          && at.index() != output.state()
          && at.index() != output.data()) {
        plant(FaultKind.TAIL_RECORD_LOST, at, new byte[] {Opcodes.DROP});
      } else if (at.is(Opcodes.I32_CONST, 0) && i == code.size() - 2 && isPushed(before)) {
        plant(FaultKind.DUMMY_RESULT, at, constant(GARBAGE));
      }
    }
  }

  /** A local that goes to a frame, or back under a call. */
  private void value(Body body, int i, boolean inCatch) {
    List<Instruction> code = body.code();
    byte[] garbage = garbage(body.locals().get((int) code.get(i).index()));
    if (garbage.length == 0) {
      return;
    }
    int end = i;
    while (isValue(code.get(end))) {
      boolean clears =
          code.get(end + 1).is(Opcodes.LOCAL_SET) && !code.get(end).is(Opcodes.LOCAL_GET);
      end += clears ? 2 : 1; // the selector is cleared in between
    }
    Instruction user = code.get(end);
    if (isPushed(user) && end - i <= output.params((int) user.index())) {
      plant(FaultKind.LOCAL_NOT_SAVED, code.get(i), garbage);
    } else if (user.is(Opcodes.BR) && user.isAdded()) {
      Instruction resumed = target(code, end, (int) user.index());
      boolean last = end == i + 1;
      FaultKind kind =
          inCatch
              ? FaultKind.CATCH_PAYLOAD_LOST
              : last && resumed.is(Opcodes.CALL_INDIRECT)
                  ? FaultKind.TABLE_INDEX_LOST
                  : last
                          && resumed.is(Opcodes.CALL)
                          && resumed.index() < output.module.importedFunctionCount()
                      ? FaultKind.ARGUMENT_LOST
                      : FaultKind.OPERAND_LOST;
      plant(kind, code.get(i), garbage);
    }
  }

  private static boolean isValue(Instruction at) {
    return at.isAdded()
        && (at.is(Opcodes.LOCAL_GET)
            || (at.opcode() >= Opcodes.I32_CONST && at.opcode() <= Opcodes.F64_CONST));
  }

  private boolean isPushed(Instruction at) {
    return at.is(Opcodes.CALL) && at.isAdded() && output.isPush((int) at.index());
  }

  private boolean isPopped(List<Instruction> code, int set) {
    int i = set - 1;
    while (i > 0 && code.get(i).isAdded() && code.get(i).is(Opcodes.LOCAL_SET)) {
      i--;
    }
    Instruction call = code.get(i);
    return call.is(Opcodes.CALL)
        && call.isAdded()
        && output.isPop((int) call.index())
        && set - i <= output.results((int) call.index());
  }

  /** What follows the block that a branch leaves. */
  private static Instruction target(List<Instruction> code, int branch, int depth) {
    int open = depth + 1;
    int i = branch + 1;
    while (open > 0) {
      int opcode = code.get(i).opcode();
      open += opens(opcode) ? 1 : opcode == Opcodes.END || opcode == Opcodes.DELEGATE ? -1 : 0;
      i++;
    }
    return code.get(Math.min(i, code.size() - 1));
  }

  private static boolean opens(int opcode) {
    return switch (opcode) {
      case Opcodes.BLOCK, Opcodes.LOOP, Opcodes.IF, Opcodes.TRY, Opcodes.TRY_TABLE -> true;
      default -> false;
    };
  }

  private static boolean[] inCatch(List<Instruction> code) {
    boolean[] in = new boolean[code.size()];
    List<Boolean> open = new ArrayList<>();
    for (int i = 0; i < code.size(); i++) {
      int opcode = code.get(i).opcode();
      if (opens(opcode)) {
        open.add(!open.isEmpty() && open.get(open.size() - 1));
      } else if (opcode == Opcodes.CATCH || opcode == Opcodes.CATCH_ALL) {
        open.set(open.size() - 1, true);
      } else if ((opcode == Opcodes.END || opcode == Opcodes.DELEGATE) && !open.isEmpty()) {
        open.remove(open.size() - 1);
      }
      in[i] = !open.isEmpty() && open.get(open.size() - 1);
    }
    return in;
  }

  private static int other(Body body, int local) {
    for (int i = 1; i < body.locals().size(); i++) {
      int other = (local + i) % body.locals().size();
      if (body.locals().get(other).equals(body.locals().get(local))) {
        return other;
      }
    }
    return -1;
  }

  private void swapLabels(Instruction at) {
    CodeReader reader = new CodeReader(output.module.bytes(), at.start(), at.end());
    reader.next();
    int[] labels = new int[reader.listSize()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = reader.list(i);
    }
    for (int i = 0; i + 1 < labels.length; i++) {
      if (labels[i] != labels[i + 1]) {
        ByteSink code = new ByteSink();
        code.u8(Opcodes.BR_TABLE);
        code.u32(labels.length - 1);
        for (int j = 0; j < labels.length; j++) {
          code.u32(labels[j == i ? i + 1 : j == i + 1 ? i : j]);
        }
        plant(FaultKind.LABELS_SWAPPED, at, code.toByteArray());
      }
    }
  }

  private void inHelper(Body body) {
    List<Instruction> code = body.code();
    boolean push = output.isPush(body.function());
    boolean pop = output.isPop(body.function());
    boolean reserves = body.has(Opcodes.UNREACHABLE) && body.has(Opcodes.IF);
    boolean moves = output.params(body.function()) == 1 && output.results(body.function()) == 1;
    for (int i = 0; i < code.size(); i++) {
      Instruction at = code.get(i);
      Instruction next = i + 1 < code.size() ? code.get(i + 1) : at;
      if (push && OutputCode.isStore(at.opcode())) {
        long elsewhere = at.index() > 0 ? 0 : 4;
        if (at.index() > 0 || hasOther(code, at)) {
          plant(FaultKind.STORED_ELSEWHERE, at, access(at, elsewhere));
        }
        plant(FaultKind.STORED_OUTSIDE, at, access(at, at.index() + (2 << 20)));
      } else if (pop && OutputCode.isLoad(at.opcode())) {
        plant(FaultKind.LOADED_FROM_ELSEWHERE, at, access(at, at.index() + 4));
      } else if ((push || pop) && at.is(Opcodes.I32_CONST) && next.is(Opcodes.CALL)) {
        plant(push ? FaultKind.PUSHED_SIZE : FaultKind.POPPED_SIZE, at, constant(at.index() + 8));
      } else if (moves && at.is(Opcodes.LOCAL_GET, 0) && next.is(Opcodes.I32_SUB)) {
        plant(FaultKind.POS_NOT_BACK, at, constant(0));
      } else if (reserves && moves && at.is(Opcodes.LOCAL_GET, 2) && next.is(Opcodes.I32_STORE)) {
        plant(FaultKind.POS_NOT_ON, at, local(Opcodes.LOCAL_GET, 1));
      } else if (reserves && next.is(Opcodes.IF) && at.is(I32_OR)) {
        plant(
            FaultKind.OVERFLOW_UNCHECKED,
            at,
            new byte[] {Opcodes.DROP, Opcodes.DROP, Opcodes.I32_CONST, 0});
      } else if (at.is(Opcodes.TABLE_GET) && next.is(Opcodes.LOCAL_GET) && i + 3 < code.size()) {
        inReferencePop(code, i);
      }
    }
  }

  private static boolean hasOther(List<Instruction> code, Instruction at) {
    return code.stream()
        .anyMatch(
            other -> OutputCode.isStore(other.opcode()) && other.index() == 4 && at.index() == 0);
  }

  /** {@code table.get, local.get 0, ref.null, table.set}. */
  private void inReferencePop(List<Instruction> code, int i) {
    Instruction get = code.get(i);
    Instruction empty = code.get(i + 2);
    if (empty.is(Opcodes.REF_NULL)) {
      ByteSink lost = new ByteSink();
      lost.u8(Opcodes.DROP);
      lost.bytes(output.module.bytes(), empty.start(), empty.end());
      plant(FaultKind.REFERENCE_LOST, get, lost.toByteArray());
      plant(FaultKind.SLOT_NOT_FREED, code.get(i + 1).start(), code.get(i + 3).end(), new byte[0]);
    }
  }

  private void inControls() {
    for (Instruction at : code("asyncify_stop_unwind")) {
      if (at.is(Opcodes.GLOBAL_SET, output.state())) {
        plant(FaultKind.STATE_KEPT, at, new byte[] {Opcodes.DROP});
      } else if (at.is(Opcodes.BR_IF)) {
        plant(FaultKind.CONTROL_UNCHECKED, at, new byte[] {Opcodes.DROP, Opcodes.RETURN});
      }
    }
    for (String start : List.of("asyncify_start_unwind", "asyncify_start_rewind")) {
      for (Instruction at : code(start)) {
        if (at.is(Opcodes.GLOBAL_SET, output.data())) {
          plant(FaultKind.DATA_NOT_SET, at, new byte[] {Opcodes.DROP});
        } else if (at.is(Opcodes.I32_CONST, 1) || at.is(Opcodes.I32_CONST, 2)) {
          plant(FaultKind.STATE_WRONG, at, constant(3 - at.index()));
        }
      }
    }
  }

  private List<Instruction> code(String export) {
    return output.body(output.exported(export)).code();
  }

  private void plant(FaultKind kind, Instruction at, byte[] with) {
    plant(kind, at.start(), at.end(), with);
  }

  private void plant(FaultKind kind, int from, int to, byte[] with) {
    faults.add(new Fault(kind, from, to, with));
  }

  private static byte[] constant(long value) {
    ByteSink code = new ByteSink();
    code.u8(Opcodes.I32_CONST);
    code.s64(value);
    return code.toByteArray();
  }

  private static byte[] local(int opcode, int index) {
    ByteSink code = new ByteSink();
    code.u8(opcode);
    code.u32(index);
    return code.toByteArray();
  }

  /** A constant of a type; empty if it has none. */
  private static byte[] garbage(int type) {
    ByteSink code = new ByteSink();
    int zeros = 0;
    switch (type) {
      case ValType.I32 -> code.u8(Opcodes.I32_CONST);
      case ValType.I64 -> code.u8(Opcodes.I64_CONST);
      case ValType.F32 -> code.u8(Opcodes.F32_CONST);
      case ValType.F64 -> code.u8(Opcodes.F64_CONST);
      default -> {
        return new byte[0];
      }
    }
    if (type == ValType.I32 || type == ValType.I64) {
      code.s64(GARBAGE);
    } else {
      zeros = type == ValType.F32 ? 3 : 7;
      code.u8(0x5A);
      for (int i = 0; i < zeros; i++) {
        code.u8(0x45);
      }
    }
    return code.toByteArray();
  }

  /** A load or store with another offset. */
  private byte[] access(Instruction at, long offset) {
    CodeReader reader = new CodeReader(output.module.bytes(), at.start(), at.end());
    int opcode = reader.next();
    ByteSink code = new ByteSink();
    if (opcode >= Opcodes.V128_LOAD) {
      code.u8(0xFD);
      code.u32(opcode - Opcodes.V128_LOAD);
    } else {
      code.u8(opcode);
    }
    code.u8(0);
    code.u32((int) offset);
    return code.toByteArray();
  }

  /** The module with a fault in it. */
  static byte[] apply(Module module, Fault fault) {
    byte[] bytes = module.bytes();
    Module.Section code =
        module.sections().stream()
            .filter(section -> section.id() == SectionId.CODE)
            .findFirst()
            .orElseThrow();
    ByteSink bodies = new ByteSink();
    bodies.u32(module.bodyCount());
    for (int body = 0; body < module.bodyCount(); body++) {
      ByteSink changed = new ByteSink();
      int start = module.bodyStart(body);
      int end = module.bodyEnd(body);
      if (fault.from() >= start && fault.to() <= end) {
        changed.bytes(bytes, start, fault.from());
        changed.bytes(fault.with(), 0, fault.with().length);
        changed.bytes(bytes, fault.to(), end);
      } else {
        changed.bytes(bytes, start, end);
      }
      bodies.sized(changed);
    }
    ByteSink out = new ByteSink();
    out.bytes(bytes, 0, code.headerStart());
    out.u8(SectionId.CODE);
    out.sized(bodies);
    out.bytes(bytes, code.end(), bytes.length);
    return Objects.requireNonNull(out.toByteArray());
  }
}
