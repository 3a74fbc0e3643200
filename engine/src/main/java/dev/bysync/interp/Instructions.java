package dev.bysync.interp;

import dev.bysync.wasm.binary.ByteReader;
import dev.bysync.wasm.code.CodeReader;
import dev.bysync.wasm.code.Immediate;
import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.Module.Address;
import dev.bysync.wasm.module.Types;
import dev.bysync.wasm.module.ValType;
import java.util.Arrays;

/**
 * Compiles instructions that are no control flow.
 *
 * <p>Rare ones become {@code RARE + opcode} with up to two operands in a and b. Further words
 * follow by the kind of their immediates:
 *
 * <pre>
 *   third operand, no immediate   slot
 *   memory access                 offset; memory | lane << 32 | third operand's slot << 40
 *   memory.size, grow, fill       memory | third operand's slot << 40
 *   memory.init                   as above; data segment
 *   lane of two operands          lane (of one operand: in b)
 *   shuffle, v128.const           lower half; upper half
 *   indices                       first | second << 32
 * </pre>
 *
 * Where an instruction on tables, structures and arrays has more than two operands, they are in
 * their homes and a is the first of them.
 */
final class Instructions {
  private static final byte[] PARAMS = new byte[Opcodes.COUNT];
  private static final byte[] RESULTS = new byte[Opcodes.COUNT];
  private static final int I64_EQZ = 0x50;
  private static final byte NO_RESULT = -1;
  private static final byte TWO_RESULTS = 3;
  private static final byte SPECIAL = -1;

  static {
    Arrays.fill(PARAMS, SPECIAL);
    for (int opcode = 0; opcode < Opcodes.COUNT; opcode++) {
      if (Opcodes.exists(opcode) && !Opcodes.stack(opcode).equals("*")) {
        String effect = Opcodes.stack(opcode);
        int colon = effect.indexOf(':');
        PARAMS[opcode] = (byte) colon;
        RESULTS[opcode] =
            switch (effect.length() - colon - 1) {
              case 0 -> NO_RESULT;
              case 1 -> effect.endsWith("v") ? Operands.VECTOR : Operands.NUMBER;
              default -> TWO_RESULTS;
            };
      }
    }
  }

  private final Module module;
  private final Types types;
  private final Assembler out;
  private final Operands operands;

  Instructions(Module module, Assembler out) {
    this.module = module;
    this.types = module.types();
    this.out = out;
    this.operands = out.operands;
  }

  static byte category(int type) {
    return ValType.isRef(type)
        ? Operands.REF
        : type == ValType.V128 ? Operands.VECTOR : Operands.NUMBER;
  }

  void compile(int opcode, CodeReader code) {
    if (PARAMS[opcode] == SPECIAL) {
      special(opcode, code);
      return;
    }
    int comparison = Op.comparison(opcode);
    int simple = Op.simple(opcode);
    if (comparison >= 0) {
      out.compare(comparison, opcode > I64_EQZ);
    } else if (opcode == Opcodes.I32_EQZ || opcode == I64_EQZ) {
      out.isZero(opcode == I64_EQZ);
    } else if (simple >= 0) {
      if (PARAMS[opcode] == 1) {
        out.unary(simple);
      } else {
        out.binary(simple, Op.isExchanged(opcode));
      }
    } else if (!Op.isNothing(opcode)) {
      byImmediate(opcode, code);
    }
  }

  private void byImmediate(int opcode, CodeReader code) {
    switch (code.immediate()) {
      case I32, I64, F64 -> operands.pushConstant(code.literal());
      case F32 -> operands.pushConstant(bits32(code));
      case V128 -> {
        out.emit(Op.wide(Op.CONST_VECTOR, out.result(Operands.VECTOR), 0));
        halves(code);
      }
      case MEMARG, MEMARG_LANE -> memory(opcode, code);
      case MEMORY, DATA_MEMORY -> {
        int memory = code.immediate() == Immediate.MEMORY ? code.index() : code.index2();
        int third = PARAMS[opcode] == 3 ? out.pop() : 0;
        rare(opcode, Math.min(PARAMS[opcode], 2), 0);
        out.extra(memory | (long) third << 40);
        if (opcode == Opcodes.MEMORY_INIT) {
          out.extra(code.index());
        }
      }
      case DATA, ELEM -> {
        rare(opcode, 0, 0);
        out.extra(code.index());
      }
      case LANE -> {
        int lane = (int) code.literal();
        rare(opcode, PARAMS[opcode], lane);
        if (PARAMS[opcode] == 2) {
          out.extra(lane);
        }
      }
      case SHUFFLE -> {
        rare(opcode, 2, 0);
        halves(code);
      }
      case FENCE -> {}
      default -> plain(opcode);
    }
  }

  /** The bits of an f32, sign-extended as all numbers of 32 bits are. */
  private static long bits32(CodeReader code) {
    int bits = (int) code.literal();
    return bits;
  }

  private void plain(int opcode) {
    if (opcode == Opcodes.NOP) {
      return;
    }
    int params = PARAMS[opcode];
    long further = 0;
    if (params == 4) {
      further = (long) out.pop() << 32;
    }
    if (params >= 3) {
      further |= out.pop();
    }
    rare(opcode, Math.min(params, 2), 0);
    if (params >= 3) {
      out.extra(further);
    }
  }

  /** Pops up to two operands and emits the operation; {@code b} if there is only one. */
  private void rare(int opcode, int count, int b) {
    int slotB = count == 2 ? out.pop() : b;
    int slotA = count > 0 ? out.pop() : 0;
    push(RESULTS[opcode], Op.RARE + opcode, slotA, slotB);
  }

  private void push(byte result, int op, int a, int b) {
    int d = 0;
    if (result == TWO_RESULTS) {
      d = operands.pushHome(Operands.NUMBER);
      operands.pushHome(Operands.NUMBER);
      out.label();
    } else if (result != NO_RESULT) {
      d = out.result(result);
    }
    out.emit(Op.word(op, d, a, b));
  }

  private void halves(CodeReader code) {
    int at = (int) code.literal();
    ByteReader in = new ByteReader(module.bytes(), at, at + 16);
    out.extra(in.fixed64());
    out.extra(in.fixed64());
  }

  private void memory(int opcode, CodeReader code) {
    int access = Op.access(opcode);
    long offset = code.literal();
    boolean near =
        code.index() == 0
            && offset >= 0
            && offset < 1 << 18
            && module.memories().get(0).address() == Address.I32;
    if (access >= 0 && near) {
      if (Op.isStore(access)) {
        int value = out.pop();
        int address = out.pop();
        out.emit(Op.word(access, (int) offset, address, value));
      } else {
        int address = out.pop();
        out.emit(Op.word(access, out.result(Operands.NUMBER), address, (int) offset));
      }
      return;
    }
    int third = PARAMS[opcode] == 3 ? out.pop() : 0;
    rare(opcode, Math.min(PARAMS[opcode], 2), 0);
    long lane = code.immediate() == Immediate.MEMARG_LANE ? code.index2() : 0;
    out.extra(offset);
    out.extra(code.index() | lane << 32 | (long) third << 40);
  }

  private void special(int opcode, CodeReader code) {
    switch (opcode) {
      case Opcodes.DROP -> operands.pop();
      case Opcodes.SELECT, Opcodes.SELECT_T -> select();
      case Opcodes.LOCAL_GET -> out.localGet(code.index());
      case Opcodes.LOCAL_SET -> out.localSet(code.index());
      case Opcodes.LOCAL_TEE -> {
        out.localSet(code.index());
        out.localGet(code.index());
      }
      case Opcodes.GLOBAL_GET -> {
        byte category = category(module.globals().get(code.index()).type());
        int op =
            category == Operands.NUMBER
                ? Op.GLOBAL_GET
                : category == Operands.REF ? Op.GLOBAL_GET_REF : Op.GLOBAL_GET_VECTOR;
        int d = out.result(category);
        out.emit(Op.wide(op, d, code.index()));
      }
      case Opcodes.GLOBAL_SET -> {
        byte category = category(module.globals().get(code.index()).type());
        int op =
            category == Operands.NUMBER
                ? Op.GLOBAL_SET
                : category == Operands.REF ? Op.GLOBAL_SET_REF : Op.GLOBAL_SET_VECTOR;
        int slot = out.pop();
        out.emit(Op.wide(op, slot, code.index()));
      }
      case Opcodes.MEMORY_COPY -> inHomes(opcode, 3, NO_RESULT, code.index(), code.index2());
      case Opcodes.REF_NULL -> indexed(opcode, 0, Operands.REF, 0, 0);
      case Opcodes.REF_FUNC -> indexed(opcode, 0, Operands.REF, code.index(), 0);
      case Opcodes.REF_IS_NULL -> indexed(opcode, 1, Operands.NUMBER, 0, 0);
      case Opcodes.REF_EQ -> indexed(opcode, 2, Operands.NUMBER, 0, 0);
      case Opcodes.REF_AS_NON_NULL -> indexed(opcode, 1, Operands.REF, 0, 0);
      case Opcodes.TABLE_GET -> indexed(opcode, 1, Operands.REF, code.index(), 0);
      case Opcodes.TABLE_SET -> indexed(opcode, 2, NO_RESULT, code.index(), 0);
      case Opcodes.TABLE_SIZE -> indexed(opcode, 0, Operands.NUMBER, code.index(), 0);
      case Opcodes.TABLE_GROW -> indexed(opcode, 2, Operands.NUMBER, code.index(), 0);
      case Opcodes.TABLE_FILL -> inHomes(opcode, 3, NO_RESULT, code.index(), 0);
      case Opcodes.TABLE_COPY, Opcodes.TABLE_INIT ->
          inHomes(opcode, 3, NO_RESULT, code.index(), code.index2());
      case Opcodes.STRUCT_NEW ->
          inHomes(opcode, types.fieldCount(code.index()), Operands.REF, code.index(), 0);
      case Opcodes.STRUCT_NEW_DEFAULT -> indexed(opcode, 0, Operands.REF, code.index(), 0);
      case Opcodes.STRUCT_GET, Opcodes.STRUCT_GET_S, Opcodes.STRUCT_GET_U ->
          indexed(
              opcode,
              1,
              category(types.field(code.index(), code.index2())),
              code.index(),
              code.index2());
      case Opcodes.STRUCT_SET -> indexed(opcode, 2, NO_RESULT, code.index(), code.index2());
      case Opcodes.ARRAY_NEW_DEFAULT -> indexed(opcode, 1, Operands.REF, code.index(), 0);
      case Opcodes.ARRAY_NEW -> indexed(opcode, 2, Operands.REF, code.index(), 0);
      case Opcodes.ARRAY_NEW_DATA, Opcodes.ARRAY_NEW_ELEM ->
          indexed(opcode, 2, Operands.REF, code.index(), code.index2());
      case Opcodes.ARRAY_NEW_FIXED ->
          inHomes(opcode, code.index2(), Operands.REF, code.index(), code.index2());
      case Opcodes.ARRAY_GET, Opcodes.ARRAY_GET_S, Opcodes.ARRAY_GET_U ->
          indexed(opcode, 2, category(types.field(code.index(), 0)), code.index(), 0);
      case Opcodes.ARRAY_SET -> inHomes(opcode, 3, NO_RESULT, code.index(), 0);
      case Opcodes.ARRAY_LEN -> indexed(opcode, 1, Operands.NUMBER, 0, 0);
      case Opcodes.ARRAY_FILL -> inHomes(opcode, 4, NO_RESULT, code.index(), 0);
      case Opcodes.ARRAY_COPY -> inHomes(opcode, 5, NO_RESULT, code.index(), code.index2());
      case Opcodes.ARRAY_INIT_DATA, Opcodes.ARRAY_INIT_ELEM ->
          inHomes(opcode, 4, NO_RESULT, code.index(), code.index2());
      case Opcodes.REF_TEST, Opcodes.REF_TEST_NULL ->
          indexed(opcode, 1, Operands.NUMBER, code.type(), 0);
      case Opcodes.REF_CAST, Opcodes.REF_CAST_NULL ->
          indexed(opcode, 1, Operands.REF, code.type(), 0);
      case Opcodes.ANY_CONVERT_EXTERN, Opcodes.EXTERN_CONVERT_ANY -> {}
      case Opcodes.REF_I31 -> indexed(opcode, 1, Operands.REF, 0, 0);
      case Opcodes.I31_GET_S, Opcodes.I31_GET_U -> indexed(opcode, 1, Operands.NUMBER, 0, 0);
      default -> throw new IllegalStateException("not compiled: " + Opcodes.name(opcode));
    }
  }

  /** An operation of up to two operands wherever they are, with two indices. */
  private void indexed(int opcode, int count, byte result, int index, int index2) {
    int b = count == 2 ? out.pop() : 0;
    int a = count > 0 ? out.pop() : 0;
    push(result, Op.RARE + opcode, a, b);
    out.extra(index | (long) index2 << 32);
  }

  /** An operation of operands in their homes, with two indices. */
  private void inHomes(int opcode, int count, byte result, int index, int index2) {
    out.home(count);
    operands.truncate(operands.size() - count);
    push(result, Op.RARE + opcode, operands.nextHome(), 0);
    out.extra(index | (long) index2 << 32);
  }

  private void select() {
    int condition = out.pop();
    int b = operands.pop();
    int a = operands.pop();
    byte category = operands.category(a);
    int slotB = out.slot(b);
    int slotA = out.slot(a);
    int op =
        category == Operands.NUMBER
            ? Op.SELECT
            : category == Operands.REF ? Op.SELECT_REF : Op.SELECT_VECTOR;
    int d = out.result(category);
    out.emit(Op.word(op, d, slotA, slotB));
    out.extra(condition);
  }
}
