package dev.bysync.asyncify;

import dev.bysync.wasm.binary.ByteSink;
import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.ModuleWriter;
import dev.bysync.wasm.module.ValType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * Functions that push values onto the asyncify stack and pop them again, made on first use, one
 * pair a list of types.
 *
 * <pre>
 *   data -> | pos | end |          two addresses: 4 bytes each, 8 in a 64-bit memory
 *   pos  -> first free byte; the stack grows up
 *   push (v0, v1 ... vn)           v0 at the highest address
 *   pop  -> (v0, v1 ... vn)        where functions may have one result: v0, the others in globals
 * </pre>
 *
 * <p>A push that would go past {@code end} traps and writes nothing but {@code pos}, which is set
 * to where it would have had to be, or just past {@code end} if there is no such address: so a host
 * learns how much room is missing, and the control functions trap from then on. A frame of several
 * pushes is checked as a whole before the first.
 */
final class StackHelpers {
  /** How several values get from the function that pops them to who pops. */
  private enum Popping {
    /** All are its results. */
    RESULTS,
    /**
     * The first is its result, the others are in globals: to read one takes a byte or two less than
     * a call for each value.
     */
    GLOBALS,
    /** By a call for each value: where few bodies would share functions and globals. */
    SINGLY;

    private static Popping of(FeatureLevel level, FrameChunks.Cut cut) {
      return level.hasMultipleResults() ? RESULTS : cut == FrameChunks.Cut.WHOLE ? GLOBALS : SINGLY;
    }
  }

  private final ModuleWriter writer;
  private final Abi abi;
  private final FeatureLevel level;
  private final Popping popping;
  private final RefTables references;
  private final Map<List<Integer>, Integer> pushes = new HashMap<>();
  private final Map<List<Integer>, Integer> pops = new HashMap<>();
  private final Map<Integer, List<Integer>> passed = new HashMap<>();
  private final ByteSink reserveCode = new ByteSink();
  private int reserve = -1;
  private int release = -1;
  private int check = -1;
  private int caught = -1;
  private int top = -1;

  StackHelpers(
      Module module,
      ModuleWriter writer,
      Abi abi,
      FeatureLevel level,
      FrameChunks.Cut cut,
      ExceptionTypes exceptions) {
    popping = Popping.of(level, cut);
    this.writer = writer;
    this.abi = abi;
    this.level = level;
    references = new RefTables(module, writer, abi, level, exceptions);
  }

  /** Where references are kept, whose slot numbers are pushed and popped. */
  RefTables references() {
    return references;
  }

  private static int size(int type) {
    return switch (type) {
      case ValType.I32, ValType.F32 -> 4;
      case ValType.I64, ValType.F64 -> 8;
      case ValType.V128 -> 16;
      default -> throw new IllegalArgumentException(ValType.name(type));
    };
  }

  static int size(List<Integer> types) {
    int size = 0;
    for (int type : types) {
      size += size(type);
    }
    return size;
  }

  /** The function that takes values of these types and pushes them. */
  int push(List<Integer> types) {
    Integer known = pushes.get(types);
    if (known != null) {
      return known;
    }
    checkLevel(types);
    int reserveFunction = reserve();
    ByteSink code = new ByteSink();
    declareAddress(code);
    int base = types.size();
    constant(code, size(types));
    call(code, reserveFunction);
    local(code, Opcodes.LOCAL_SET, base);
    int offset = size(types);
    for (int i = 0; i < types.size(); i++) {
      offset -= size(types.get(i));
      local(code, Opcodes.LOCAL_GET, base);
      local(code, Opcodes.LOCAL_GET, i);
      access(code, store(types.get(i)), offset);
    }
    code.u8(Opcodes.END);
    int index = define(types, List.of(), "asyncify_push_" + letters(types), code);
    pushes.put(List.copyOf(types), index);
    return index;
  }

  private void checkLevel(List<Integer> types) {
    for (int type : types) {
      level.requireType(type, "a value that lives across a call,");
    }
  }

  /**
   * Writes what pops values of these types.
   *
   * @param store writes what takes the n-th of them off the operand stack, when it is on top
   */
  void pop(List<Integer> types, IntConsumer store, ByteSink out) {
    if (popping == Popping.SINGLY) {
      for (int i = 0; i < types.size(); i++) {
        call(out, popFunction(types.subList(i, i + 1)));
        store.accept(i);
      }
      return;
    }
    call(out, popFunction(types));
    if (popping == Popping.RESULTS) {
      for (int i = types.size() - 1; i >= 0; i--) {
        store.accept(i);
      }
      return;
    }
    store.accept(0);
    for (int i = 1; i < types.size(); i++) {
      out.u8(Opcodes.GLOBAL_GET);
      out.u32(passed(types, i));
      store.accept(i);
    }
  }

  /** The global in which a function leaves the i-th of the values that it pops. */
  private int passed(List<Integer> types, int i) {
    int type = types.get(i);
    int number = 0;
    for (int before = 1; before < i; before++) {
      number += types.get(before) == type ? 1 : 0;
    }
    List<Integer> known = passed.computeIfAbsent(type, none -> new ArrayList<>());
    while (known.size() <= number) {
      known.add(writer.addGlobal(type, "asyncify_popped"));
    }
    return known.get(number);
  }

  /** The function that pops values of these types and gives them. */
  private int popFunction(List<Integer> types) {
    Integer known = pops.get(types);
    if (known != null) {
      return known;
    }
    int releaseFunction = release();
    ByteSink code = new ByteSink();
    declareAddress(code);
    constant(code, size(types));
    call(code, releaseFunction);
    local(code, Opcodes.LOCAL_SET, 0);
    boolean several = popping == Popping.RESULTS;
    int offset = size(types);
    for (int i = 0; i < types.size(); i++) {
      offset -= size(types.get(i));
      local(code, Opcodes.LOCAL_GET, 0);
      access(code, load(types.get(i)), offset);
      if (i > 0 && !several) {
        code.u8(Opcodes.GLOBAL_SET);
        code.u32(passed(types, i));
      }
    }
    code.u8(Opcodes.END);
    List<Integer> results = several ? types : types.subList(0, 1);
    int index = define(List.of(), results, "asyncify_pop_" + letters(types), code);
    pops.put(List.copyOf(types), index);
    return index;
  }

  /** {@code reserve(bytes) -> address}: moves pos up, or traps. Its code is written at the end. */
  private int reserve() {
    if (reserve < 0) {
      List<Integer> address = List.of(abi.addressType());
      reserve = define(address, address, "asyncify_reserve", reserveCode);
    }
    return reserve;
  }

  /** Writes what needs to know all that was asked for; nothing may be asked for afterwards. */
  void finish() {
    if (reserve < 0) {
      return;
    }
    ByteSink code = reserveCode;
    if (check < 0) {
      checkRoom(code);
      abi.getData(code);
      local(code, Opcodes.LOCAL_GET, 2);
    } else {
      declareAddress(code);
      local(code, Opcodes.LOCAL_GET, 0);
      call(code, check);
      abi.getData(code);
      abi.getData(code);
      access(code, abi.loadAddress(), 0);
      local(code, Opcodes.LOCAL_TEE, 1);
      local(code, Opcodes.LOCAL_GET, 0);
      code.u8(abi.add());
    }
    access(code, abi.storeAddress(), 0);
    local(code, Opcodes.LOCAL_GET, 1);
    code.u8(Opcodes.END);
  }

  /** {@code check(bytes)}: traps if so many bytes don't fit. */
  int check() {
    if (check < 0) {
      ByteSink code = new ByteSink();
      checkRoom(code);
      code.u8(Opcodes.END);
      check = define(List.of(abi.addressType()), List.of(), "asyncify_check", code);
    }
    return check;
  }

  /** {@code caught(kind)}: traps if it is 0, since a foreign exception can't be thrown again. */
  int caught() {
    if (caught < 0) {
      ByteSink code = new ByteSink();
      code.u32(0);
      local(code, Opcodes.LOCAL_GET, 0);
      code.u8(Opcodes.BR_IF);
      code.u32(0);
      code.u8(Opcodes.UNREACHABLE);
      code.u8(Opcodes.END);
      caught = define(List.of(ValType.I32), List.of(), "asyncify_caught", code);
    }
    return caught;
  }

  /** Leaves pos in local 1, and pos plus the bytes in local 0, if they fit, in local 2. */
  private void checkRoom(ByteSink code) {
    code.u32(1);
    code.u32(2);
    code.u8(abi.addressType());
    abi.getData(code);
    access(code, abi.loadAddress(), 0);
    local(code, Opcodes.LOCAL_TEE, 1);
    local(code, Opcodes.LOCAL_GET, 0);
    code.u8(abi.add());
    local(code, Opcodes.LOCAL_SET, 2);
    code.u8(Opcodes.BLOCK);
    code.u8(0x40);
    local(code, Opcodes.LOCAL_GET, 2);
    local(code, Opcodes.LOCAL_GET, 1);
    code.u8(abi.lessUnsigned()); // wrapped around
    code.u8(Opcodes.IF);
    code.u8(0x40);
    abi.pastEnd(code);
    local(code, Opcodes.LOCAL_SET, 2);
    code.u8(Opcodes.ELSE);
    local(code, Opcodes.LOCAL_GET, 2);
    abi.getEnd(code);
    code.u8(abi.lessOrEqualUnsigned());
    code.u8(Opcodes.BR_IF);
    code.u32(1);
    code.u8(Opcodes.END);
    abi.getData(code);
    local(code, Opcodes.LOCAL_GET, 2);
    access(code, abi.storeAddress(), 0);
    code.u8(Opcodes.UNREACHABLE);
    code.u8(Opcodes.END);
  }

  /** {@code release(bytes) -> address}: moves pos down. */
  private int release() {
    if (release >= 0) {
      return release;
    }
    ByteSink code = new ByteSink();
    declareAddress(code);
    abi.getData(code);
    abi.getData(code);
    access(code, abi.loadAddress(), 0);
    local(code, Opcodes.LOCAL_GET, 0);
    code.u8(abi.subtract());
    local(code, Opcodes.LOCAL_TEE, 1);
    access(code, abi.storeAddress(), 0);
    local(code, Opcodes.LOCAL_GET, 1);
    code.u8(Opcodes.END);
    release =
        define(List.of(abi.addressType()), List.of(abi.addressType()), "asyncify_release", code);
    return release;
  }

  /** {@code top() -> i32}: the number on top of the topmost frame. */
  int top() {
    if (top < 0) {
      ByteSink code = new ByteSink();
      code.u32(0);
      abi.getData(code);
      access(code, abi.loadAddress(), 0);
      constant(code, Integer.BYTES);
      code.u8(abi.subtract());
      access(code, Opcodes.I32_LOAD, 0);
      code.u8(Opcodes.END);
      top = define(List.of(), List.of(ValType.I32), "asyncify_top", code);
    }
    return top;
  }

  private int define(List<Integer> params, List<Integer> results, String name, ByteSink code) {
    return abi.define(writer, params, results, name, code);
  }

  private void declareAddress(ByteSink code) {
    code.u32(1);
    code.u32(1);
    code.u8(abi.addressType());
  }

  private void constant(ByteSink code, int value) {
    code.u8(abi.constOpcode());
    code.s64(value);
  }

  private static void call(ByteSink code, int function) {
    code.u8(Opcodes.CALL);
    code.u32(function);
  }

  private static void local(ByteSink code, int opcode, int local) {
    code.u8(opcode);
    code.u32(local);
  }

  private void access(ByteSink code, int opcode, int offset) {
    abi.access(code, opcode, offset);
  }

  private static int store(int type) {
    return switch (type) {
      case ValType.I32 -> Opcodes.I32_STORE;
      case ValType.I64 -> Opcodes.I64_STORE;
      case ValType.F32 -> Opcodes.F32_STORE;
      case ValType.F64 -> Opcodes.F64_STORE;
      default -> Opcodes.V128_STORE;
    };
  }

  private static int load(int type) {
    return switch (type) {
      case ValType.I32 -> Opcodes.I32_LOAD;
      case ValType.I64 -> Opcodes.I64_LOAD;
      case ValType.F32 -> Opcodes.F32_LOAD;
      case ValType.F64 -> Opcodes.F64_LOAD;
      default -> Opcodes.V128_LOAD;
    };
  }

  private static String letters(List<Integer> types) {
    StringBuilder text = new StringBuilder();
    for (int type : types) {
      text.append(
          switch (type) {
            case ValType.I32 -> 'i';
            case ValType.I64 -> 'l';
            case ValType.F32 -> 'f';
            case ValType.F64 -> 'd';
            default -> 'v';
          });
    }
    return text.toString();
  }
}
