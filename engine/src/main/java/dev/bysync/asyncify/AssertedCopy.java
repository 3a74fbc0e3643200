package dev.bysync.asyncify;

import dev.bysync.wasm.binary.ByteReader;
import dev.bysync.wasm.binary.ByteSink;
import dev.bysync.wasm.code.BodyCopier;
import dev.bysync.wasm.code.CodeReader;
import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.ValType;
import org.jspecify.annotations.Nullable;

/**
 * Copies a body that is not instrumented, with asserts: it notes the state at its head, and traps
 * where a call comes back with another one.
 *
 * <pre>
 *   global.get $state, local.set $before
 *   ...
 *   call f
 *   global.get $state, local.get $before, i32.ne, if, unreachable, end
 * </pre>
 *
 * <p>Behind a tail call there is no room for it; the caller's own assert does it.
 */
final class AssertedCopy {
  private AssertedCopy() {}

  /**
   * Writes declarations and instructions.
   *
   * @param index the body, counted from 0 without imports
   * @param first offset of its first instruction
   * @param locals number of its locals, parameters included
   * @param moved gets each instruction, counted from the start of what is written; null for no one
   */
  static void write(
      Module module,
      int index,
      int first,
      int locals,
      Abi abi,
      BodyCopier copier,
      ByteSink out,
      @Nullable OffsetMap moved) {
    byte[] bytes = module.bytes();
    int end = module.bodyEnd(index);
    boolean asserted = calls(bytes, first, end);
    ByteReader declarations = new ByteReader(bytes, module.bodyStart(index), first);
    if (asserted) {
      out.u32(declarations.count() + 1);
      out.bytes(bytes, declarations.position(), first);
      out.u32(1);
      out.u8(ValType.I32);
      getState(abi, out);
      out.u8(Opcodes.LOCAL_SET);
      out.u32(locals);
    } else {
      out.bytes(bytes, module.bodyStart(index), first);
    }
    CodeReader code = new CodeReader(bytes, first, end);
    while (!code.atEnd()) {
      boolean call = isCall(code.next());
      int from = out.size();
      copier.copy(code, bytes, out);
      if (moved != null) {
        moved.add(code.start(), from, Math.min(code.end() - code.start(), out.size() - from));
      }
      if (call) {
        getState(abi, out);
        out.u8(Opcodes.LOCAL_GET);
        out.u32(locals);
        out.u8(Opcodes.I32_NE);
        trapIf(out);
      }
    }
  }

  private static boolean calls(byte[] bytes, int first, int end) {
    CodeReader code = new CodeReader(bytes, first, end);
    while (!code.atEnd()) {
      if (isCall(code.next())) {
        return true;
      }
    }
    return false;
  }

  /** A call that comes back. */
  static boolean isCall(int opcode) {
    return switch (opcode) {
      case Opcodes.CALL, Opcodes.CALL_INDIRECT, Opcodes.CALL_REF -> true;
      default -> false;
    };
  }

  private static void getState(Abi abi, ByteSink out) {
    out.u8(Opcodes.GLOBAL_GET);
    out.u32(abi.state());
  }

  private static void trapIf(ByteSink out) {
    out.u8(Opcodes.IF);
    out.u8(0x40);
    out.u8(Opcodes.UNREACHABLE);
    out.u8(Opcodes.END);
  }
}
