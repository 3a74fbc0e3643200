package dev.bysync.wasm.code;

import dev.bysync.wasm.binary.ByteReader;
import dev.bysync.wasm.binary.Failure;
import dev.bysync.wasm.binary.WasmException;
import dev.bysync.wasm.module.IntArray;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.Module.Address;
import dev.bysync.wasm.module.Module.Mutability;
import dev.bysync.wasm.module.Subtyping;
import dev.bysync.wasm.module.Types;
import dev.bysync.wasm.module.ValType;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * The type of every operand of a body, one instruction at a time: the validation algorithm of the
 * specification's appendix 7.3 over flat int stacks.
 *
 * <p>{@link #begin} enters a body and {@link #step} applies the instruction under a {@link
 * CodeReader}; between steps the operand stack and the enclosing frames can be read. Aggregates are
 * typed by {@link AggregateTyper}. The rules of all other instructions stand here together: each is
 * a few lines over the same stacks, and a reader of the specification finds them in its order.
 */
public final class BodyTyper {
  private static final int MAX_LOCALS = 50_000;

  final Module module;
  final Types types;
  final Subtyping subtyping;
  private final AggregateTyper aggregates;
  private final int[] memoryAddresses;

  /** {@link StackEffect#small}. */
  private final long[] smallEffects;

  /**
   * Places below the operand stack and above it, so that an instruction's operands can be looked at
   * before it is known that they are there, and a result be written that there may not be.
   */
  private static final int MARGIN = 2;

  // the operand stack, from MARGIN up: types, and beside them the numbers of the values
  private int[] operands = new int[64];
  private int[] values = new int[64];
  private int height;
  private int valueCount;

  /** Height and reachability of the innermost frame, as in its row. */
  private int floor;

  private boolean dead;

  // one row a control frame
  private final IntArray frameOpcode = new IntArray();
  private final IntArray frameType = new IntArray();
  private final IntArray frameValType = new IntArray();
  private final IntArray frameHeight = new IntArray();
  private final IntArray frameDead = new IntArray();
  private final IntArray frameInits = new IntArray();

  private final IntArray locals = new IntArray();
  private final IntArray uninitialized = new IntArray();
  private final IntArray initialized = new IntArray();
  private @Nullable BitSet declared;
  private int function;
  private int at;

  public BodyTyper(Module module) {
    this.module = module;
    types = module.types();
    subtyping = new Subtyping(types);
    aggregates = new AggregateTyper(this);
    memoryAddresses =
        module.memories().stream().mapToInt(memory -> valType(memory.address())).toArray();
    smallEffects =
        StackEffect.small(memoryAddresses.length == 0 ? ValType.BOTTOM : memoryAddresses[0]);
  }

  /**
   * Enters a body: reads its locals and opens its frame.
   *
   * @param body counts from 0 without imports
   * @return the offset of the first instruction
   */
  public int begin(int body) {
    function = body + module.importedFunctionCount();
    int type = module.functionType(function);
    clear();
    for (int i = 0; i < types.paramCount(type); i++) {
      addLocal(types.param(type, i), 0);
    }
    ByteReader in = new ByteReader(module.bytes(), module.bodyStart(body), module.bodyEnd(body));
    at = in.position();
    readLocals(in);
    openFrame(Opcodes.BLOCK, type, 0);
    return in.position();
  }

  /** Enters a constant expression, which is a body without parameters and locals. */
  void beginExpression(int type, int from) {
    function = -1;
    clear();
    at = from;
    openFrame(Opcodes.BLOCK, -1, type);
  }

  private void clear() {
    height = 0;
    valueCount = 0;
    frameOpcode.clear();
    frameType.clear();
    frameValType.clear();
    frameHeight.clear();
    frameDead.clear();
    frameInits.clear();
    locals.clear();
    uninitialized.clear();
    initialized.clear();
  }

  private void readLocals(ByteReader in) {
    int groups = in.count();
    checkLocalCount(new ByteReader(in.bytes(), in.position(), in.limit()), groups);
    for (int i = 0; i < groups; i++) {
      int position = in.position();
      int count = in.u32();
      int type = ValType.read(in);
      checkType(type, position);
      if (count < 0 || count > MAX_LOCALS - locals.size()) {
        throw new WasmException(
            Failure.LIMIT, position, function, "too many locals: over " + MAX_LOCALS);
      }
      int unset = ValType.isRef(type) && !ValType.isNullable(type) ? 1 : 0;
      for (int k = 0; k < count; k++) {
        addLocal(type, unset);
      }
    }
  }

  private void checkLocalCount(ByteReader in, int groups) {
    long count = locals.size();
    for (int i = 0; i < groups; i++) {
      count += in.u32() & 0xFFFFFFFFL;
      ValType.read(in);
      if (count > 0xFFFFFFFFL) {
        throw new WasmException(Failure.MALFORMED, in.position(), function, "too many locals");
      }
    }
  }

  private void addLocal(int type, int unset) {
    locals.add(type);
    uninitialized.add(unset);
  }

  // ---- what can be read between steps ----

  public int localCount() {
    return locals.size();
  }

  public int local(int index) {
    return locals.get(index);
  }

  /** Number of operands on the stack, over all frames. */
  public int height() {
    return height;
  }

  /** Type of an operand, counted from the bottom; {@link ValType#BOTTOM} in unreachable code. */
  public int operand(int index) {
    return operands[index + MARGIN];
  }

  /**
   * Number of an operand's value. Every push makes a new value, numbered from 0 within the body; an
   * instruction's results are the last ones it pushed.
   */
  public int value(int index) {
    return values[index + MARGIN];
  }

  /** Adds the numbers of the operands {@code [from, to)}'s values to a list. */
  public void addValues(int from, int to, IntArray list) {
    list.addAll(values, from + MARGIN, to - from);
  }

  /** Number of values made so far. */
  public int valueCount() {
    return valueCount;
  }

  /** Number of open frames; 0 once the body has ended. */
  public int depth() {
    return frameOpcode.size();
  }

  /** Height of the operand stack where a frame began, its parameters not counted; 0 is the body. */
  public int frameHeight(int frame) {
    return frameHeight.get(frame);
  }

  /** True behind an unconditional branch, up to the frame's end. */
  public boolean isDead() {
    return dead;
  }

  /** Number of values a block type takes. */
  public int paramCount(int typeIndex) {
    return typeIndex < 0 ? 0 : types.paramCount(typeIndex);
  }

  /** Number of values a block type gives. */
  public int resultCount(int typeIndex, int valType) {
    return typeIndex >= 0 ? types.resultCount(typeIndex) : valType == 0 ? 0 : 1;
  }

  // ---- errors ----

  WasmException invalid(String detail) {
    return new WasmException(Failure.INVALID, at, function, detail);
  }

  void check(boolean condition, String detail) {
    if (!condition) {
      throw invalid(detail);
    }
  }

  void checkIndex(int index, int count, String unknown) {
    if (index >= count) {
      throw invalid(unknown + " " + index);
    }
  }

  void checkType(int type, int position) {
    if (ValType.isRef(type)) {
      checkHeap(ValType.heap(type), position);
    }
  }

  private void checkHeap(int heap, int position) {
    if (!ValType.isAbstract(heap) && heap >= types.size()) {
      throw new WasmException(Failure.INVALID, position, function, "unknown type " + heap);
    }
  }

  int checkHeap(int heap) {
    checkHeap(heap, at);
    return heap;
  }

  int checkFunctionType(int type) {
    if (!types.isFunction(type)) {
      throw invalid("unknown type " + type + ": no function type");
    }
    return type;
  }

  // ---- the operand stack ----

  void push(int type) {
    operands[height + MARGIN] = type;
    values[height + MARGIN] = valueCount++;
    rise(height + 1);
  }

  private void rise(int newHeight) {
    height = newHeight;
    if (newHeight + 2 * MARGIN > operands.length) {
      operands = Arrays.copyOf(operands, operands.length * 2);
      values = Arrays.copyOf(values, values.length * 2);
    }
  }

  int pop() {
    if (height == floor) {
      check(dead, "type mismatch: an operand is missing");
      return ValType.BOTTOM;
    }
    return operands[--height + MARGIN];
  }

  int pop(int expected) {
    if (height > floor && operands[height - 1 + MARGIN] == expected) {
      height--;
      return expected;
    }
    return popOther(expected);
  }

  private int popOther(int expected) {
    int actual = pop();
    if (actual != expected && !subtyping.matches(actual, expected)) {
      throw invalid(
          "type mismatch: expected " + ValType.name(expected) + ", found " + ValType.name(actual));
    }
    return actual;
  }

  /** Pops a reference; BOTTOM in unreachable code. */
  int popRef() {
    int type = pop();
    check(type == ValType.BOTTOM || ValType.isRef(type), "type mismatch: a reference is expected");
    return type;
  }

  void popParams(int type) {
    for (int i = types.paramCount(type) - 1; i >= 0; i--) {
      pop(types.param(type, i));
    }
  }

  void pushResults(int type) {
    for (int i = 0; i < types.resultCount(type); i++) {
      push(types.result(type, i));
    }
  }

  void die() {
    height = floor;
    dead = true;
    frameDead.set(frameDead.size() - 1, 1);
  }

  // ---- frames ----

  private void openFrame(int opcode, int typeIndex, int valType) {
    frameOpcode.add(opcode);
    frameType.add(typeIndex);
    frameValType.add(valType);
    frameHeight.add(height);
    frameDead.add(0);
    floor = height;
    dead = false;
    frameInits.add(initialized.size());
  }

  private void enter(int opcode, CodeReader code) {
    int typeIndex = code.blockTypeIndex();
    if (typeIndex >= 0) {
      popParams(checkFunctionType(typeIndex));
    } else {
      checkType(code.type(), at);
    }
    openFrame(opcode, typeIndex, code.type());
    for (int i = 0; i < paramCount(typeIndex); i++) {
      push(types.param(typeIndex, i));
    }
  }

  private void closeFrame() {
    int typeIndex = frameType.last();
    int valType = frameValType.last();
    if (typeIndex >= 0) {
      for (int i = types.resultCount(typeIndex) - 1; i >= 0; i--) {
        pop(types.result(typeIndex, i));
      }
    } else if (valType != 0) {
      pop(valType);
    }
    check(height == floor, "type mismatch: values remaining on stack at end of block");
    for (int i = initialized.size(); i > frameInits.last(); i--) {
      uninitialized.set(initialized.removeLast(), 1);
    }
    frameOpcode.removeLast();
    frameType.removeLast();
    frameValType.removeLast();
    frameHeight.removeLast();
    frameDead.removeLast();
    frameInits.removeLast();
    if (depth() > 0) {
      floor = frameHeight.last();
      dead = frameDead.last() != 0;
    }
  }

  private void end() {
    int typeIndex = frameType.last();
    int valType = frameValType.last();
    if (frameOpcode.last() == Opcodes.IF) {
      check(
          isElseOptional(typeIndex, valType),
          "type mismatch: an if without else must give what it takes");
    }
    closeFrame();
    pushBlockResults(typeIndex, valType);
  }

  private void pushBlockResults(int typeIndex, int valType) {
    if (typeIndex >= 0) {
      pushResults(typeIndex);
    } else if (valType != 0) {
      push(valType);
    }
  }

  private boolean isElseOptional(int typeIndex, int valType) {
    if (typeIndex < 0) {
      return valType == 0;
    }
    int count = types.paramCount(typeIndex);
    if (count != types.resultCount(typeIndex)) {
      return false;
    }
    for (int i = 0; i < count; i++) {
      if (!subtyping.matches(types.param(typeIndex, i), types.result(typeIndex, i))) {
        return false;
      }
    }
    return true;
  }

  /** Ends one arm of an if or try and opens the next with the same type. */
  private void nextArm(int opcode, int... allowedBefore) {
    boolean allowed = false;
    for (int before : allowedBefore) {
      allowed |= frameOpcode.last() == before;
    }
    check(allowed, Opcodes.name(opcode) + " without its block");
    int typeIndex = frameType.last();
    int valType = frameValType.last();
    closeFrame();
    openFrame(opcode, typeIndex, valType);
  }

  private int frame(int label) {
    checkIndex(label, depth(), "unknown label");
    return depth() - 1 - label;
  }

  /** Number of values a branch to the label carries. */
  int labelArity(int label) {
    int frame = frame(label);
    return frameOpcode.get(frame) == Opcodes.LOOP
        ? paramCount(frameType.get(frame))
        : resultCount(frameType.get(frame), frameValType.get(frame));
  }

  /** Type of one of the values that a branch to the label carries. */
  int labelType(int label, int index) {
    int frame = frame(label);
    int typeIndex = frameType.get(frame);
    if (frameOpcode.get(frame) == Opcodes.LOOP) {
      return types.param(typeIndex, index);
    }
    return typeIndex >= 0 ? types.result(typeIndex, index) : frameValType.get(frame);
  }

  void popLabel(int label) {
    for (int i = labelArity(label) - 1; i >= 0; i--) {
      pop(labelType(label, i));
    }
  }

  void pushLabel(int label) {
    for (int i = 0; i < labelArity(label); i++) {
      push(labelType(label, i));
    }
  }

  // ---- instructions ----

  /** Applies the instruction under the cursor. */
  public void step(CodeReader code) {
    at = code.start();
    check(depth() > 0, "unexpected token: an instruction behind the function's end");
    int opcode = code.opcode();
    long small = smallEffects[opcode];
    if (small != StackEffect.NOT_SMALL && apply(small, code)) {
      return;
    }
    switch (opcode) {
      case Opcodes.LOCAL_GET -> getLocal(code.index());
      case Opcodes.LOCAL_SET -> {
        pop(localType(code.index()));
        initialize(code.index());
      }
      case Opcodes.LOCAL_TEE -> {
        int type = localType(code.index());
        pop(type);
        initialize(code.index());
        push(type);
      }
      default -> stepOther(opcode, code);
    }
  }

  /**
   * Applies a small effect; gives false, with nothing done, if operands or immediates are not just
   * the plain ones. Has no branch that depends on the instruction: which one comes next is hard to
   * foretell for a processor.
   */
  private boolean apply(long small, CodeReader code) {
    int params = StackEffect.paramCount(small);
    int bottom = height - params;
    int topmost = operands[height - 1 + MARGIN] ^ ((int) small & 0xFF);
    int next = operands[height - 2 + MARGIN] ^ ((int) (small >>> 8) & 0xFF);
    int wrong = (topmost & -((params + 1) >>> 1)) | (next & -(params >>> 1));
    int above = (StackEffect.natural(small) - code.align()) >> 31;
    int beyond = (int) (code.literal() >>> 32);
    wrong |= (code.index() | above | beyond) & StackEffect.accessMask(small);
    if ((wrong | ((bottom - floor) >> 31)) != 0) {
      return false;
    }
    operands[bottom + MARGIN] = (int) (small >>> 16) & 0xFF;
    values[bottom + MARGIN] = valueCount;
    int results = StackEffect.resultCount(small);
    valueCount += results;
    rise(bottom + results);
    return true;
  }

  private void getLocal(int index) {
    int type = localType(index);
    if (uninitialized.get(index) != 0) {
      throw invalid("uninitialized local " + index);
    }
    push(type);
  }

  private void stepOther(int opcode, CodeReader code) {
    int[] params = StackEffect.params(opcode);
    int[] results = StackEffect.results(opcode);
    if (params == null || results == null) {
      stepSpecial(opcode, code);
      return;
    }
    int address = addressType(code);
    for (int i = params.length - 1; i >= 0; i--) {
      pop(params[i] == StackEffect.ADDRESS ? address : params[i]);
    }
    for (int type : results) {
      push(type == StackEffect.ADDRESS ? address : type);
    }
  }

  /** The address type of the memory that the instruction names; checks what its immediates name. */
  private int addressType(CodeReader code) {
    return switch (code.immediate()) {
      case MEMARG, MEMARG_LANE -> checkAccess(code);
      case MEMORY -> memoryAddress(code.index());
      case LANE, SHUFFLE -> {
        checkLanes(code);
        yield 0;
      }
      case DATA_MEMORY -> {
        checkData(code.index());
        yield memoryAddress(code.index2());
      }
      case DATA -> {
        checkData(code.index());
        yield 0;
      }
      case ELEM -> {
        checkElement(code.index());
        yield 0;
      }
      default -> 0;
    };
  }

  /** Bodies may refer only to functions that something outside of bodies mentions (3.4.2). */
  private void checkDeclared(int index) {
    if (function < 0) {
      return;
    }
    BitSet mentioned = declared;
    if (mentioned == null) {
      mentioned = module.declaredFunctions();
      declared = mentioned;
    }
    if (!mentioned.get(index)) {
      throw invalid("undeclared function reference " + index);
    }
  }

  private int checkAccess(CodeReader code) {
    int address = memoryAddress(code.index());
    String problem = Accesses.alignment(code.opcode(), code.align());
    if (!problem.isEmpty()) {
      throw invalid(problem);
    }
    if (address == ValType.I32 && code.literal() >>> 32 != 0) {
      throw invalid("offset out of range");
    }
    if (code.immediate() == Immediate.MEMARG_LANE) {
      checkLane(code, code.index2());
    }
    return address;
  }

  private void checkLane(CodeReader code, long lane) {
    if (!Accesses.isLane(code.opcode(), lane)) {
      throw invalid("invalid lane index " + lane);
    }
  }

  private void checkLanes(CodeReader code) {
    if (code.immediate() == Immediate.LANE) {
      checkLane(code, code.literal());
      return;
    }
    for (int i = 0; i < 16; i++) {
      int lane = module.bytes()[(int) code.literal() + i] & 0xFF;
      if (lane >= 32) {
        throw invalid("invalid lane index " + lane);
      }
    }
  }

  void checkData(int index) {
    if (!module.hasDataCount()) {
      throw new WasmException(Failure.MALFORMED, at, function, "data count section required");
    }
    checkIndex(index, module.data().size(), "unknown data segment");
  }

  void checkElement(int index) {
    checkIndex(index, module.elements().size(), "unknown elem segment");
  }

  private int memoryAddress(int memory) {
    checkIndex(memory, memoryAddresses.length, "unknown memory");
    return memoryAddresses[memory];
  }

  private int tableAddress(int table) {
    checkIndex(table, module.tables().size(), "unknown table");
    return valType(module.tables().get(table).limits().address());
  }

  private static int valType(Address address) {
    return address == Address.I64 ? ValType.I64 : ValType.I32;
  }

  private void stepSpecial(int opcode, CodeReader code) {
    switch (opcode) {
      case Opcodes.UNREACHABLE -> die();
      case Opcodes.BLOCK, Opcodes.LOOP, Opcodes.TRY -> enter(opcode, code);
      case Opcodes.IF -> {
        pop(ValType.I32);
        enter(opcode, code);
      }
      case Opcodes.TRY_TABLE -> {
        checkClauses(code);
        enter(opcode, code);
      }
      case Opcodes.ELSE -> {
        nextArm(opcode, Opcodes.IF);
        int typeIndex = frameType.last();
        for (int i = 0; i < paramCount(typeIndex); i++) {
          push(types.param(typeIndex, i));
        }
      }
      case Opcodes.CATCH -> {
        int type = tagType(code.index());
        nextArm(opcode, Opcodes.TRY, Opcodes.CATCH);
        for (int i = 0; i < types.paramCount(type); i++) {
          push(types.param(type, i));
        }
      }
      case Opcodes.CATCH_ALL -> nextArm(opcode, Opcodes.TRY, Opcodes.CATCH);
      case Opcodes.DELEGATE -> {
        check(frameOpcode.last() == Opcodes.TRY, "delegate without try");
        frame(code.index() + 1);
        end();
      }
      case Opcodes.END -> end();
      case Opcodes.BR -> {
        popLabel(code.index());
        die();
      }
      case Opcodes.BR_IF -> {
        pop(ValType.I32);
        popLabel(code.index());
        pushLabel(code.index());
      }
      case Opcodes.BR_TABLE -> brTable(code);
      case Opcodes.RETURN -> {
        popLabel(depth() - 1);
        die();
      }
      case Opcodes.CALL, Opcodes.RETURN_CALL -> {
        checkIndex(code.index(), module.functionCount(), "unknown function");
        call(module.functionType(code.index()), opcode == Opcodes.RETURN_CALL);
      }
      case Opcodes.CALL_INDIRECT, Opcodes.RETURN_CALL_INDIRECT -> {
        pop(tableAddress(code.index2()));
        int element = module.tables().get(code.index2()).type();
        if (!subtyping.matches(element, ValType.FUNCREF)) {
          throw invalid("type mismatch: table " + code.index2() + " holds no functions");
        }
        call(checkFunctionType(code.index()), opcode == Opcodes.RETURN_CALL_INDIRECT);
      }
      case Opcodes.CALL_REF, Opcodes.RETURN_CALL_REF -> {
        int type = checkFunctionType(code.index());
        pop(ValType.ref(type, true));
        call(type, opcode == Opcodes.RETURN_CALL_REF);
      }
      case Opcodes.THROW -> {
        popParams(tagType(code.index()));
        die();
      }
      case Opcodes.RETHROW -> {
        int opener = frameOpcode.get(frame(code.index()));
        check(opener == Opcodes.CATCH || opener == Opcodes.CATCH_ALL, "invalid rethrow label");
        die();
      }
      case Opcodes.THROW_REF -> {
        pop(ValType.ref(ValType.EXN, true));
        die();
      }
      case Opcodes.DROP -> pop();
      case Opcodes.SELECT -> select();
      case Opcodes.SELECT_T -> {
        check(code.listSize() == 1, "invalid result arity");
        int type = code.list(0);
        checkType(type, at);
        pop(ValType.I32);
        pop(type);
        pop(type);
        push(type);
      }
      case Opcodes.GLOBAL_GET -> push(globalType(code.index()));
      case Opcodes.GLOBAL_SET -> {
        int type = globalType(code.index());
        if (module.globals().get(code.index()).mutability() != Mutability.VAR) {
          throw invalid("immutable global " + code.index());
        }
        pop(type);
      }
      case Opcodes.MEMORY_COPY -> {
        int to = memoryAddress(code.index());
        int from = memoryAddress(code.index2());
        pop(to == ValType.I64 && from == ValType.I64 ? ValType.I64 : ValType.I32);
        pop(from);
        pop(to);
      }
      default -> stepReferences(opcode, code);
    }
  }

  private void stepReferences(int opcode, CodeReader code) {
    switch (opcode) {
      case Opcodes.REF_NULL -> push(ValType.ref(checkHeap(code.type()), true));
      case Opcodes.REF_IS_NULL -> {
        popRef();
        push(ValType.I32);
      }
      case Opcodes.REF_FUNC -> {
        checkIndex(code.index(), module.functionCount(), "unknown function");
        checkDeclared(code.index());
        push(ValType.ref(module.functionType(code.index()), false));
      }
      case Opcodes.REF_AS_NON_NULL -> {
        int type = popRef();
        push(type == ValType.BOTTOM ? type : type & ~ValType.NULL);
      }
      case Opcodes.BR_ON_NULL -> {
        int type = popRef();
        popLabel(code.index());
        pushLabel(code.index());
        push(type == ValType.BOTTOM ? type : type & ~ValType.NULL);
      }
      case Opcodes.BR_ON_NON_NULL -> {
        int type = popRef();
        push(type == ValType.BOTTOM ? type : type & ~ValType.NULL);
        popLabel(code.index());
        pushLabel(code.index());
        check(labelArity(code.index()) > 0, "type mismatch: the label takes no reference");
        pop();
      }
      case Opcodes.TABLE_GET -> {
        pop(tableAddress(code.index()));
        push(module.tables().get(code.index()).type());
      }
      case Opcodes.TABLE_SET -> {
        int address = tableAddress(code.index());
        pop(module.tables().get(code.index()).type());
        pop(address);
      }
      case Opcodes.TABLE_SIZE -> push(tableAddress(code.index()));
      case Opcodes.TABLE_GROW -> {
        int address = tableAddress(code.index());
        pop(address);
        pop(module.tables().get(code.index()).type());
        push(address);
      }
      case Opcodes.TABLE_FILL -> {
        int address = tableAddress(code.index());
        pop(address);
        pop(module.tables().get(code.index()).type());
        pop(address);
      }
      case Opcodes.TABLE_COPY -> tableCopy(code);
      case Opcodes.TABLE_INIT -> {
        checkElement(code.index());
        int address = tableAddress(code.index2());
        check(
            subtyping.matches(
                module.elements().get(code.index()).type(),
                module.tables().get(code.index2()).type()),
            "type mismatch: segment and table hold different types");
        pop(ValType.I32);
        pop(ValType.I32);
        pop(address);
      }
      default -> {
        if (Opcodes.prefix(opcode) == 0xFB || opcode == Opcodes.REF_EQ) {
          aggregates.step(opcode, code);
        } else {
          throw new WasmException(
              Failure.UNSUPPORTED,
              at,
              function,
              "instruction " + Opcodes.name(opcode) + " (stack switching)");
        }
      }
    }
  }

  private void tableCopy(CodeReader code) {
    int to = tableAddress(code.index());
    int from = tableAddress(code.index2());
    check(
        subtyping.matches(
            module.tables().get(code.index2()).type(), module.tables().get(code.index()).type()),
        "type mismatch: tables hold different types");
    pop(to == ValType.I64 && from == ValType.I64 ? ValType.I64 : ValType.I32);
    pop(from);
    pop(to);
  }

  private void call(int type, boolean tail) {
    popParams(type);
    if (!tail) {
      pushResults(type);
      return;
    }
    int own = frameType.get(0);
    check(
        types.resultCount(type) == types.resultCount(own),
        "type mismatch: results of the tail call");
    for (int i = 0; i < types.resultCount(type); i++) {
      check(
          subtyping.matches(types.result(type, i), types.result(own, i)),
          "type mismatch: results of the tail call");
    }
    die();
  }

  private void checkClauses(CodeReader code) {
    for (int i = 0; i < code.listSize(); i += 3) {
      int label = code.list(i + 2);
      int kind = code.list(i);
      int params = kind < 2 ? types.paramCount(tagType(code.list(i + 1))) : 0;
      int values = params + (kind & 1);
      check(labelArity(label) == values, "type mismatch: catch clause and its label");
      for (int k = 0; k < values; k++) {
        int given =
            k < params
                ? types.param(tagType(code.list(i + 1)), k)
                : ValType.ref(ValType.EXN, false);
        check(
            subtyping.matches(given, labelType(label, k)),
            "type mismatch: catch clause and its label");
      }
    }
  }

  private void brTable(CodeReader code) {
    pop(ValType.I32);
    int last = code.list(code.listSize() - 1);
    int arity = labelArity(last);
    int[] popped = new int[arity];
    for (int i = 0; i < code.listSize() - 1; i++) {
      int label = code.list(i);
      check(labelArity(label) == arity, "type mismatch: br_table labels differ in arity");
      for (int k = arity - 1; k >= 0; k--) {
        popped[k] = pop(labelType(label, k));
      }
      for (int k = 0; k < arity; k++) {
        push(popped[k]);
      }
    }
    popLabel(last);
    die();
  }

  private void select() {
    pop(ValType.I32);
    int a = pop();
    int b = pop();
    check(!ValType.isRef(a) && !ValType.isRef(b), "type mismatch: select of references");
    if (a != b && a != ValType.BOTTOM && b != ValType.BOTTOM) {
      throw invalid("type mismatch: select of " + ValType.name(b) + " and " + ValType.name(a));
    }
    push(a == ValType.BOTTOM ? b : a);
  }

  private int tagType(int tag) {
    checkIndex(tag, module.tagCount(), "unknown tag");
    return module.tagType(tag);
  }

  private int localType(int index) {
    checkIndex(index, locals.size(), "unknown local");
    return locals.get(index);
  }

  private void initialize(int index) {
    if (uninitialized.get(index) != 0) {
      uninitialized.set(index, 0);
      initialized.add(index);
    }
  }

  private int globalType(int index) {
    checkIndex(index, module.globals().size(), "unknown global");
    return module.globals().get(index).type();
  }
}
