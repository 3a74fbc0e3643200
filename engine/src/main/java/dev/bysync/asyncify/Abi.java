package dev.bysync.asyncify;

import dev.bysync.analysis.ControlImports;
import dev.bysync.asyncify.AsyncifyOptions.StateGlobals;
import dev.bysync.wasm.binary.ByteSink;
import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.ExternKind;
import dev.bysync.wasm.module.IntArray;
import dev.bysync.wasm.module.Module.Address;
import dev.bysync.wasm.module.ModuleWriter;
import dev.bysync.wasm.module.ModuleWriter.GlobalImport;
import dev.bysync.wasm.module.ValType;
import java.util.ArrayList;
import java.util.List;

/**
 * Binaryen's ABI: two globals, state (0 normal, 1 unwinding, 2 rewinding) and data (the address of
 * the asyncify structure), and five control functions, exported as {@code asyncify_NAME}.
 *
 * <p>Each of the four that change the state traps if the structure's {@code pos} is past its {@code
 * end}.
 */
final class Abi {
  /** Names of the two globals where others can see them. */
  private static final String STATE = "__asyncify_state";

  private static final String DATA = "__asyncify_data";

  /** Bit of an access's flags: a memory index follows (specification 5.4.6). */
  private static final int WITH_MEMORY = 0x40;

  private final StackMemory memory;
  private final int state;
  private final int data;
  private final int[] controls = new int[ControlImports.NAMES.size()];
  private final List<ByteSink> bodies = new ArrayList<>();
  private final IntArray bodyOffsets = new IntArray();
  private int firstFunction = -1;
  private int resumeTag = -1;

  // of an indirect tail call that may end in the host
  private final int note;
  private final int base;
  private final int pending;
  private final ByteSink pendingCode = new ByteSink();

  /** Whether {@link TailRecords} are kept. */
  enum Notes {
    NONE,
    KEPT
  }

  /** Adds globals, control functions and exports to the module. */
  Abi(ModuleWriter writer, StackMemory memory, StateGlobals globals, Notes notes) {
    this.memory = memory;
    boolean imported = globals == StateGlobals.IMPORTED;
    state = imported ? writer.importedGlobal(0) : writer.addGlobal(ValType.I32, "asyncify_state");
    data = imported ? writer.importedGlobal(1) : writer.addGlobal(addressType(), "asyncify_data");
    if (globals == StateGlobals.EXPORTED) {
      writer.addExport(STATE, ExternKind.GLOBAL, state);
      writer.addExport(DATA, ExternKind.GLOBAL, data);
    }
    note = notes == Notes.KEPT ? writer.addGlobal(ValType.I32, "asyncify_note") : -1;
    base = notes == Notes.KEPT ? writer.addGlobal(addressType(), "asyncify_base") : -1;
    pending =
        notes == Notes.KEPT
            ? define(writer, List.of(), List.of(), "asyncify_pending", pendingCode)
            : -1;
    controls[ControlImports.STOP_REWIND] = defineStop(writer);
    controls[ControlImports.STOP_UNWIND] =
        hasNote() ? defineNotedStop(writer) : controls[ControlImports.STOP_REWIND];
    controls[ControlImports.START_UNWIND] = defineStartUnwind(writer);
    controls[ControlImports.START_REWIND] = defineStartRewind(writer);
    controls[ControlImports.GET_STATE] = defineGetState(writer);
    for (int control = 0; control < controls.length; control++) {
      writer.addExport(name(control), ExternKind.FUNCTION, controls[control]);
    }
  }

  /** The globals to import, for {@link StateGlobals#IMPORTED}. */
  static List<GlobalImport> imports(StateGlobals globals, Address address) {
    if (globals != StateGlobals.IMPORTED) {
      return List.of();
    }
    return List.of(
        new GlobalImport("env", STATE, ValType.I32),
        new GlobalImport("env", DATA, address == Address.I64 ? ValType.I64 : ValType.I32));
  }

  /** The stop functions: back to normal, unless {@code pos} is past {@code end}. */
  private int defineStop(ModuleWriter writer) {
    ByteSink code = new ByteSink();
    code.u32(0);
    setState(0, code);
    getData(code);
    access(code, loadAddress(), 0);
    getEnd(code);
    code.u8(lessOrEqualUnsigned());
    code.u8(Opcodes.BR_IF);
    code.u32(0);
    code.u8(Opcodes.UNREACHABLE);
    code.u8(Opcodes.END);
    return define(writer, List.of(), List.of(), name(ControlImports.STOP_REWIND), code);
  }

  /** The stop function of an unwinding that may have ended at a noted tail call. */
  private int defineNotedStop(ModuleWriter writer) {
    ByteSink code = new ByteSink();
    code.u32(0);
    code.u8(Opcodes.CALL);
    code.u32(pending);
    code.u8(Opcodes.CALL);
    code.u32(controls[ControlImports.STOP_REWIND]);
    code.u8(Opcodes.END);
    return define(writer, List.of(), List.of(), name(ControlImports.STOP_UNWIND), code);
  }

  private int defineStartUnwind(ModuleWriter writer) {
    ByteSink code = new ByteSink();
    code.u32(0);
    code.u8(Opcodes.LOCAL_GET);
    code.u32(0);
    code.u8(Opcodes.GLOBAL_SET);
    code.u32(data);
    code.u8(Opcodes.CALL); // for its check
    code.u32(controls[ControlImports.STOP_REWIND]);
    if (hasNote()) {
      getData(code);
      access(code, loadAddress(), 0);
      code.u8(Opcodes.GLOBAL_SET);
      code.u32(base);
    }
    return defineStart(writer, ControlImports.START_UNWIND, 1, code);
  }

  private int defineStartRewind(ModuleWriter writer) {
    ByteSink code = new ByteSink();
    code.u32(0);
    code.u8(Opcodes.LOCAL_GET);
    code.u32(0);
    code.u8(Opcodes.CALL); // the same but for the state
    code.u32(controls[ControlImports.START_UNWIND]);
    return defineStart(writer, ControlImports.START_REWIND, 2, code);
  }

  private int defineStart(ModuleWriter writer, int control, int newState, ByteSink code) {
    setState(newState, code);
    code.u8(Opcodes.END);
    return define(writer, List.of(addressType()), List.of(), name(control), code);
  }

  private int defineGetState(ModuleWriter writer) {
    ByteSink code = new ByteSink();
    code.u32(0);
    code.u8(Opcodes.GLOBAL_GET);
    code.u32(state);
    code.u8(Opcodes.END);
    return define(writer, List.of(), List.of(ValType.I32), name(ControlImports.GET_STATE), code);
  }

  private void setState(int newState, ByteSink code) {
    code.u8(Opcodes.I32_CONST);
    code.s64(newState);
    code.u8(Opcodes.GLOBAL_SET);
    code.u32(state);
  }

  private static String name(int control) {
    return "asyncify_" + ControlImports.NAMES.get(control);
  }

  /** Adds a function; {@code code} is its declarations and instructions. */
  int define(
      ModuleWriter writer,
      List<Integer> params,
      List<Integer> results,
      String name,
      ByteSink code) {
    return added(writer.addFunction(params, results, name), code);
  }

  /** Adds a function of the type at an index. */
  int define(ModuleWriter writer, int type, String name, ByteSink code) {
    return added(writer.addFunction(type, name), code);
  }

  private int added(int index, ByteSink code) {
    if (firstFunction < 0) {
      firstFunction = index;
    }
    bodies.add(code);
    return index;
  }

  /** Appends the bodies of all added functions, each with its size before it. */
  void writeBodies(ByteSink out) {
    for (ByteSink body : bodies) {
      out.sized(body);
      bodyOffsets.add(out.size() - body.size());
    }
  }

  /** Where {@link #writeBodies} put the body of an added function. */
  int bodyOffset(int function) {
    return bodyOffsets.get(function - firstFunction);
  }

  /** The function that a control import stands for. */
  int control(int number) {
    return controls[number];
  }

  /** The tag, without payload, of what is thrown to enter a catch_all again. */
  int resumeTag(ModuleWriter writer) {
    if (resumeTag < 0) {
      resumeTag = writer.addTag(List.of());
    }
    return resumeTag;
  }

  boolean hasNote() {
    return note >= 0;
  }

  /** Index of the global with the number of the tail call that was noted last, or 0. */
  int note() {
    return note;
  }

  /** The function that writes the frame of the noted call if that is what was suspended. */
  int pending() {
    return pending;
  }

  /** Where the code of {@link #pending} goes. */
  ByteSink pendingCode() {
    return pendingCode;
  }

  /** Whether a frame has been written since the unwinding started: leaves an i32. */
  void hasFrames(ByteSink code) {
    getData(code);
    access(code, loadAddress(), 0);
    code.u8(Opcodes.GLOBAL_GET);
    code.u32(base);
    code.u8(isWide() ? 0x52 : 0x47); // ne
  }

  /** Index of the state's global. */
  int state() {
    return state;
  }

  void getData(ByteSink code) {
    code.u8(Opcodes.GLOBAL_GET);
    code.u32(data);
  }

  /** Traps, with a {@code pos} just past {@code end}, so that the control functions trap too. */
  void overflow(ByteSink code) {
    getData(code);
    pastEnd(code);
    access(code, storeAddress(), 0);
    code.u8(Opcodes.UNREACHABLE);
  }

  /** Pushes the first address that is past {@code end}. */
  void pastEnd(ByteSink code) {
    getEnd(code);
    code.u8(constOpcode());
    code.s64(1);
    code.u8(add());
  }

  /** Pushes {@code end}. */
  void getEnd(ByteSink code) {
    getData(code);
    access(code, loadAddress(), addressSize());
  }

  /**
   * A load or store of the stack's memory, aligned to bytes: the host's structure may lie anywhere.
   */
  void access(ByteSink code, int opcode, int offset) {
    int prefix = Opcodes.prefix(opcode);
    if (prefix != 0) {
      code.u8(prefix);
      code.u32(Opcodes.suffix(opcode));
    } else {
      code.u8(opcode);
    }
    if (memory.index() == 0) {
      code.u8(0);
    } else {
      code.u8(WITH_MEMORY);
      code.u32(memory.index());
    }
    code.u32(offset);
  }

  private boolean isWide() {
    return memory.address() == Address.I64;
  }

  int addressType() {
    return isWide() ? ValType.I64 : ValType.I32;
  }

  int addressSize() {
    return isWide() ? 8 : 4;
  }

  int constOpcode() {
    return isWide() ? Opcodes.I64_CONST : Opcodes.I32_CONST;
  }

  int loadAddress() {
    return isWide() ? Opcodes.I64_LOAD : Opcodes.I32_LOAD;
  }

  int storeAddress() {
    return isWide() ? Opcodes.I64_STORE : Opcodes.I32_STORE;
  }

  int add() {
    return isWide() ? Opcodes.I64_ADD : Opcodes.I32_ADD;
  }

  int subtract() {
    return isWide() ? Opcodes.I64_SUB : Opcodes.I32_SUB;
  }

  int lessOrEqualUnsigned() {
    return isWide() ? Opcodes.I64_LE_U : Opcodes.I32_LE_U;
  }

  int lessUnsigned() {
    return isWide() ? Opcodes.I64_LT_U : Opcodes.I32_LT_U;
  }

  int greaterUnsigned() {
    return isWide() ? Opcodes.I64_GT_U : Opcodes.I32_GT_U;
  }
}
