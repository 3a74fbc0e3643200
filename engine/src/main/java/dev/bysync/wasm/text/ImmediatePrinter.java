package dev.bysync.wasm.text;

import dev.bysync.wasm.binary.ByteReader;
import dev.bysync.wasm.code.CodeReader;
import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.Types;
import dev.bysync.wasm.module.ValType;

/** Appends an instruction's immediates, each behind a space: what {@link ImmediateReader} reads. */
final class ImmediatePrinter {
  private static final String[] CATCHES = {"catch", "catch_ref", "catch_all", "catch_all_ref"};

  private final Module module;
  private final ModuleNames names;
  private final StringBuilder out;

  ImmediatePrinter(Module module, ModuleNames names, StringBuilder out) {
    this.module = module;
    this.names = names;
    this.out = out;
  }

  /**
   * Appends the immediates of the instruction that {@code code} stands on.
   *
   * @param depth how many blocks are open around it
   */
  void print(CodeReader code, Identifiers locals, int depth) {
    switch (code.immediate()) {
      case NONE, FENCE -> {}
      case BLOCKTYPE -> blockType(code);
      case TRY_TABLE -> {
        blockType(code);
        for (int i = 0; i < code.listSize(); i += 3) {
          out.append(" (").append(CATCHES[code.list(i)]);
          if (code.list(i) < 2) {
            word(names.tags.reference(code.list(i + 1)));
          }
          label(code.list(i + 2), depth);
          out.append(')');
        }
      }
      case LABEL -> label(code.index(), depth);
      case BR_TABLE -> {
        for (int i = 0; i < code.listSize(); i++) {
          label(code.list(i), depth);
        }
      }
      case CALL_INDIRECT -> {
        unlessZero(names.tables, code.index2());
        typeUse(code.index());
      }
      case VALTYPES -> {
        out.append(" (result");
        for (int i = 0; i < code.listSize(); i++) {
          word(names.type(code.list(i)));
        }
        out.append(')');
      }
      case HEAPTYPE -> heapType(code);
      case BR_ON_CAST -> {
        label(code.index(), depth);
        word(names.type(ValType.ref(code.type(), (code.align() & 1) != 0)));
        word(names.type(ValType.ref(code.type2(), (code.align() & 2) != 0)));
      }
      case LOCAL -> word(locals.reference(code.index()));
      case RESUME -> {
        word(names.types.reference(code.index()));
        handlers(code, depth);
      }
      case RESUME_THROW -> {
        word(names.types.reference(code.index()));
        word(names.tags.reference(code.index2()));
        handlers(code, depth);
      }
      case MEMARG, MEMARG_LANE, LANE, SHUFFLE, I32, I64, F32, F64, V128 -> numbers(code);
      default -> indices(code);
    }
  }

  private void numbers(CodeReader code) {
    long literal = code.literal();
    switch (code.immediate()) {
      case MEMARG -> memarg(code);
      case MEMARG_LANE -> {
        memarg(code);
        word(Integer.toString(code.index2()));
      }
      case F32 -> word(FloatLiteral.printF32((int) literal));
      case F64 -> word(FloatLiteral.printF64(literal));
      case SHUFFLE -> {
        for (int i = 0; i < 16; i++) {
          word(Integer.toString(module.bytes()[(int) literal + i] & 0xFF));
        }
      }
      case V128 -> {
        out.append(" i32x4");
        ByteReader lanes = new ByteReader(module.bytes(), (int) literal, (int) literal + 16);
        for (int i = 0; i < 4; i++) {
          out.append(" 0x").append(Integer.toHexString(lanes.fixed32()));
        }
      }
      default -> word(Long.toString(literal));
    }
  }

  private void indices(CodeReader code) {
    int first = code.index();
    int second = code.index2();
    switch (code.immediate()) {
      case FUNC -> word(names.functions.reference(first));
      case TYPE -> word(names.types.reference(first));
      case GLOBAL -> word(names.globals.reference(first));
      case TABLE -> unlessZero(names.tables, first);
      case TAG -> word(names.tags.reference(first));
      case MEMORY -> unlessZero(names.memories, first);
      case DATA -> word(names.data.reference(first));
      case ELEM -> word(names.elements.reference(first));
      case TYPE_FIELD -> two(names.types, names.fields(first), code);
      case TYPE_COUNT -> {
        word(names.types.reference(first));
        word(Integer.toString(second));
      }
      case TYPE_DATA -> two(names.types, names.data, code);
      case TYPE_ELEM -> two(names.types, names.elements, code);
      case TYPE_TYPE -> two(names.types, names.types, code);
      case TYPE_TAG -> two(names.types, names.tags, code);
      case DATA_MEMORY -> {
        unlessZero(names.memories, second);
        word(names.data.reference(first));
      }
      case ELEM_TABLE -> {
        unlessZero(names.tables, second);
        word(names.elements.reference(first));
      }
      case MEMORY_MEMORY -> unlessZeros(names.memories, code);
      case TABLE_TABLE -> unlessZeros(names.tables, code);
      default -> throw new IllegalStateException("immediate " + code.immediate());
    }
  }

  private void word(String text) {
    out.append(' ').append(text);
  }

  private void two(Identifiers first, Identifiers second, CodeReader code) {
    word(first.reference(code.index()));
    word(second.reference(code.index2()));
  }

  private void unlessZero(Identifiers ids, int index) {
    if (index != 0) {
      word(ids.reference(index));
    }
  }

  private void unlessZeros(Identifiers ids, CodeReader code) {
    if (code.index() != 0 || code.index2() != 0) {
      two(ids, ids, code);
    }
  }

  /** A label as depth, with the block's level as a comment. */
  private void label(int label, int depth) {
    out.append(' ').append(label);
    if (label <= depth) {
      out.append(" (;@").append(depth - label).append(";)");
    }
  }

  private void handlers(CodeReader code, int depth) {
    for (int i = 0; i < code.listSize(); i += 3) {
      out.append(" (on ").append(names.tags.reference(code.list(i + 1)));
      if (code.list(i) == 1) {
        out.append(" switch");
      } else {
        label(code.list(i + 2), depth);
      }
      out.append(')');
    }
  }

  private void heapType(CodeReader code) {
    switch (code.opcode()) {
      case Opcodes.REF_TEST, Opcodes.REF_CAST -> word(names.type(ValType.ref(code.type(), false)));
      case Opcodes.REF_TEST_NULL, Opcodes.REF_CAST_NULL ->
          word(names.type(ValType.ref(code.type(), true)));
      default -> word(names.heapType(code.type()));
    }
  }

  private void memarg(CodeReader code) {
    unlessZero(names.memories, code.index());
    if (code.literal() != 0) {
      out.append(" offset=").append(Long.toUnsignedString(code.literal()));
    }
    if (code.align() != Mnemonics.naturalAlignment(code.opcode())) {
      out.append(" align=").append(Long.toUnsignedString(1L << code.align()));
    }
  }

  private void blockType(CodeReader code) {
    if (code.blockTypeIndex() >= 0) {
      typeUse(code.blockTypeIndex());
    } else if (code.type() != 0) {
      out.append(" (result ").append(names.type(code.type())).append(')');
    }
  }

  /** {@code (type x)} and, if x is a function type, its signature. */
  void typeUse(int type) {
    out.append(" (type ").append(names.types.reference(type)).append(')');
    if (module.types().isFunction(type)) {
      signature(type);
    }
  }

  /** {@code (param ...) (result ...)}, without identifiers. */
  void signature(int type) {
    Types types = module.types();
    if (types.paramCount(type) > 0) {
      out.append(" (param");
      for (int i = 0; i < types.paramCount(type); i++) {
        word(names.type(types.param(type, i)));
      }
      out.append(')');
    }
    results(type);
  }

  void results(int type) {
    Types types = module.types();
    if (types.resultCount(type) > 0) {
      out.append(" (result");
      for (int i = 0; i < types.resultCount(type); i++) {
        word(names.type(types.result(type, i)));
      }
      out.append(')');
    }
  }
}
