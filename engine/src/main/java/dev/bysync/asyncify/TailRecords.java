package dev.bysync.asyncify;

import dev.bysync.asyncify.TailForwarding.Owner;
import dev.bysync.wasm.binary.ByteSink;
import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.IntArray;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.Module.Address;
import dev.bysync.wasm.module.ModuleWriter;
import dev.bysync.wasm.module.ValType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Indirect tail calls that may end in a function of the host. Such a function writes no frame, and
 * whoever called it is gone, but it must be called again with the same arguments. So the call is
 * made by an added function, one for each type and table, that notes all of it in globals first.
 *
 * <p>When a call returns unwinding and no frame has been written yet, the call noted last is what
 * was suspended: its frame is written by the function that the tail calls return to, or, if that is
 * the host, when the unwinding stops. To rewind, the note's function is the frame's owner.
 *
 * <p>Before a call that may reach the host directly, where it could be mistaken for a noted one,
 * the note is cleared. What is noted is lost if the host's function, once called, calls the module
 * again and that makes another such tail call: then it must not suspend any more.
 */
final class TailRecords {
  /** A noted call: its number in the note, and what pushes its frame. */
  private record Noted(int function, ByteSink push) {}

  private record Key(int opcode, int type, int table) {}

  private final Module module;
  private final ModuleWriter writer;
  private final Abi abi;
  private final StackHelpers helpers;
  private final TailForwarding forwarding;
  private final ExceptionTypes exceptions;
  private final Map<Key, Noted> noted = new HashMap<>();
  private final List<Noted> inOrder = new ArrayList<>();
  private final Map<Integer, IntArray> globals = new HashMap<>();

  TailRecords(
      Module module,
      ModuleWriter writer,
      Abi abi,
      StackHelpers helpers,
      TailForwarding forwarding,
      ExceptionTypes exceptions) {
    this.exceptions = exceptions;
    this.module = module;
    this.writer = writer;
    this.abi = abi;
    this.helpers = helpers;
    this.forwarding = forwarding;
  }

  /**
   * The function that notes and makes an indirect tail call; takes arguments and callee.
   *
   * @param opcode of the tail call
   */
  int function(int opcode, int type, int table) {
    Key key = new Key(opcode, type, opcode == Opcodes.RETURN_CALL_REF ? 0 : table);
    Noted known = noted.get(key);
    if (known == null) {
      known = add(key);
      noted.put(key, known);
      inOrder.add(known);
    }
    return known.function();
  }

  private Noted add(Key key) {
    List<Integer> values = forwarding.params(key.type());
    values.add(calleeType(key));
    int[] kept = globals(values);
    int count = values.size();
    ByteSink code = new ByteSink();
    code.u32(0);
    for (int i = 0; i < count; i++) {
      instruction(code, Opcodes.LOCAL_GET, i);
      instruction(code, Opcodes.GLOBAL_SET, kept[i]);
    }
    code.u8(Opcodes.I32_CONST);
    code.s64(inOrder.size() + 1);
    instruction(code, Opcodes.GLOBAL_SET, abi.note());
    for (int i = 0; i < count; i++) {
      instruction(code, Opcodes.LOCAL_GET, i);
    }
    instruction(code, key.opcode(), key.type());
    if (key.opcode() == Opcodes.RETURN_CALL_INDIRECT) {
      code.u32(key.table());
    }
    code.u8(Opcodes.END);
    List<Integer> results = forwarding.results(key.type());
    String name = "asyncify_tail_indirect_" + inOrder.size();
    int function = abi.define(writer, values, results, name, code);

    FrameValues frame = new FrameValues(values, helpers);
    int number = forwarding.numbers(key.type(), 1);
    int again =
        abi.define(writer, List.of(), results, name + "_again", again(values, frame, function));
    forwarding.own(new Owner(number, key.type(), again, true));
    ByteSink push = new ByteSink();
    frame.push(push, number, i -> Opcodes.GLOBAL_GET, i -> kept[i]);
    return new Noted(function, push);
  }

  /** What a rewind does: pops the arguments and makes the call again. */
  private ByteSink again(List<Integer> values, FrameValues frame, int function) {
    ByteSink code = new ByteSink();
    code.u32(values.size());
    for (int type : values) {
      code.u32(1);
      ValType.write(code, exceptions.isHidden(type) ? ValType.I32 : type);
    }
    frame.pop(code, type -> !exceptions.isHidden(type));
    for (int i = 0; i < values.size(); i++) {
      instruction(code, Opcodes.LOCAL_GET, i);
      if (exceptions.isHidden(values.get(i))) {
        helpers.references().take(values.get(i), code);
      }
    }
    instruction(code, Opcodes.RETURN_CALL, function);
    code.u8(Opcodes.END);
    return code;
  }

  private int calleeType(Key key) {
    if (key.opcode() == Opcodes.RETURN_CALL_REF) {
      return ValType.ref(key.type(), true);
    }
    return module.tables().get(key.table()).limits().address() == Address.I64
        ? ValType.I64
        : ValType.I32;
  }

  private static void instruction(ByteSink code, int opcode, int index) {
    code.u8(opcode);
    code.u32(index);
  }

  /** A global for each value; all notes share them, since only the last one counts. */
  private int[] globals(List<Integer> types) {
    Map<Integer, Integer> used = new HashMap<>();
    int[] found = new int[types.size()];
    for (int i = 0; i < found.length; i++) {
      int type = ValType.isRef(types.get(i)) ? types.get(i) | ValType.NULL : types.get(i);
      IntArray known = globals.computeIfAbsent(type, key -> new IntArray());
      int use = used.merge(type, 1, Integer::sum) - 1;
      if (use == known.size()) {
        known.add(writer.addGlobal(type, "asyncify_argument"));
      }
      found[i] = known.get(use);
    }
    return found;
  }

  /** Writes the function that pushes the frame of the noted call, if it is what was suspended. */
  void finish() {
    if (!abi.hasNote()) {
      return;
    }
    ByteSink code = abi.pendingCode();
    code.u32(0);
    instruction(code, Opcodes.GLOBAL_GET, abi.note());
    code.u8(Opcodes.I32_EQZ);
    abi.hasFrames(code);
    code.u8(0x72); // i32.or
    code.u8(Opcodes.IF);
    code.u8(0x40);
    code.u8(Opcodes.RETURN);
    code.u8(Opcodes.END);
    for (int i = 0; i < inOrder.size(); i++) {
      instruction(code, Opcodes.GLOBAL_GET, abi.note());
      code.u8(Opcodes.I32_CONST);
      code.s64(i + 1);
      code.u8(Opcodes.I32_EQ);
      code.u8(Opcodes.IF);
      code.u8(0x40);
      code.append(inOrder.get(i).push());
      code.u8(Opcodes.END);
    }
    code.u8(Opcodes.I32_CONST);
    code.s64(0);
    instruction(code, Opcodes.GLOBAL_SET, abi.note());
    code.u8(Opcodes.END);
  }
}
