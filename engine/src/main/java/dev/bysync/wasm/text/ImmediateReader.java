package dev.bysync.wasm.text;

import dev.bysync.wasm.binary.ByteSink;
import dev.bysync.wasm.code.Immediate;
import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.ValType;
import java.util.ArrayList;
import java.util.List;

/** Reads what follows an instruction's name, and writes the opcode and its immediates. */
final class ImmediateReader {
  private static final int EMPTY_BLOCK = 0x40;

  private final Cursor in;
  private final Spaces spaces;
  private final TypeReader types;
  private boolean usesData;

  ImmediateReader(Cursor in, Spaces spaces) {
    this.in = in;
    this.spaces = spaces;
    this.types = spaces.types.reader();
  }

  /** True if an instruction named a data segment: the module needs a data count section. */
  boolean usesData() {
    return usesData;
  }

  /** Reads the immediates of {@code opcode}, whose name has been read, and writes both. */
  void read(int opcode, ByteSink out) {
    switch (opcode) {
      case Opcodes.SELECT -> select(out);
      case Opcodes.REF_TEST -> cast(opcode, Opcodes.REF_TEST_NULL, out);
      case Opcodes.REF_CAST -> cast(opcode, Opcodes.REF_CAST_NULL, out);
      default -> {
        Mnemonics.write(opcode, out);
        immediates(opcode, Opcodes.immediate(opcode), out);
      }
    }
  }

  private void select(ByteSink out) {
    if (!in.atOpen("result")) {
      Mnemonics.write(Opcodes.SELECT, out);
      return;
    }
    Mnemonics.write(Opcodes.SELECT_T, out);
    immediates(Opcodes.SELECT_T, Immediate.VALTYPES, out);
  }

  private void cast(int opcode, int nullableOpcode, ByteSink out) {
    int type = types.refType();
    Mnemonics.write(ValType.isNullable(type) ? nullableOpcode : opcode, out);
    ValType.writeHeap(out, ValType.heap(type));
  }

  private void immediates(int opcode, Immediate kind, ByteSink out) {
    switch (kind) {
      case NONE -> {}
      case BLOCKTYPE -> blockType(out);
      case TRY_TABLE -> {
        blockType(out);
        vector(out, this::catchClause);
      }
      case LABEL -> label(out);
      case BR_TABLE -> brTable(out);
      case CALL_INDIRECT -> {
        int table = optional(spaces.tables);
        out.u32(spaces.types.typeUse(TypeReader.ParamIds.FORBIDDEN, spaces.locals));
        out.u32(table);
      }
      case VALTYPES -> valTypes(out);
      case HEAPTYPE -> ValType.writeHeap(out, types.heapType());
      case BR_ON_CAST -> brOnCast(out);
      case MEMARG -> memarg(opcode, optionalMemory(), out);
      case MEMARG_LANE -> {
        memarg(opcode, laneMemory(), out);
        lane(out);
      }
      case LANE -> lane(out);
      case SHUFFLE -> {
        for (int i = 0; i < 16; i++) {
          lane(out);
        }
      }
      case I32 -> out.s64(in.integer(32));
      case I64 -> out.s64(in.integer(64));
      case F32 -> out.fixed32(in.f32());
      case F64 -> out.fixed64(in.f64());
      case V128 -> VectorLiteral.read(in, out);
      case FENCE -> out.u8(0);
      case RESUME -> {
        out.u32(spaces.types.ids().index(in));
        vector(out, this::handler);
      }
      case RESUME_THROW -> {
        out.u32(spaces.types.ids().index(in));
        out.u32(spaces.tags.index(in));
        vector(out, this::handler);
      }
      default -> indices(kind, out);
    }
  }

  /** Immediates that are one or two indices. */
  private void indices(Immediate kind, ByteSink out) {
    IndexSpace typeIds = spaces.types.ids();
    switch (kind) {
      case FUNC -> out.u32(spaces.functions.index(in));
      case TYPE -> out.u32(typeIds.index(in));
      case LOCAL -> out.u32(spaces.locals.index(in));
      case GLOBAL -> out.u32(spaces.globals.index(in));
      case TABLE -> out.u32(optional(spaces.tables));
      case TAG -> out.u32(spaces.tags.index(in));
      case MEMORY -> out.u32(optional(spaces.memories));
      case DATA -> {
        usesData = true;
        out.u32(spaces.data.index(in));
      }
      case ELEM -> out.u32(spaces.elements.index(in));
      case TYPE_FIELD -> {
        int type = typeIds.index(in);
        out.u32(type);
        out.u32(spaces.types.fields(type).index(in));
      }
      case TYPE_COUNT -> {
        out.u32(typeIds.index(in));
        out.u32((int) in.unsigned(32, "a number of elements"));
      }
      case TYPE_DATA -> {
        usesData = true;
        out.u32(typeIds.index(in));
        out.u32(spaces.data.index(in));
      }
      case TYPE_ELEM -> two(typeIds, spaces.elements, out);
      case TYPE_TYPE -> two(typeIds, typeIds, out);
      case TYPE_TAG -> two(typeIds, spaces.tags, out);
      case DATA_MEMORY -> {
        usesData = true;
        segment(spaces.data, spaces.memories, out);
      }
      case ELEM_TABLE -> segment(spaces.elements, spaces.tables, out);
      case MEMORY_MEMORY -> bothOrNone(spaces.memories, out);
      case TABLE_TABLE -> bothOrNone(spaces.tables, out);
      default -> throw new IllegalStateException("immediate " + kind);
    }
  }

  private void two(IndexSpace first, IndexSpace second, ByteSink out) {
    out.u32(first.index(in));
    out.u32(second.index(in));
  }

  /** An index that is 0 where it is left out. */
  private int optional(IndexSpace space) {
    return in.atIndex() ? space.index(in) : 0;
  }

  /** {@code target? segment}; in the binary format the segment comes first. */
  private void segment(IndexSpace segments, IndexSpace targets, ByteSink out) {
    int start = in.position();
    in.skip();
    boolean both = in.atIndex();
    in.seek(start);
    int target = both ? targets.index(in) : 0;
    out.u32(segments.index(in));
    out.u32(target);
  }

  private void bothOrNone(IndexSpace space, ByteSink out) {
    if (in.atIndex()) {
      two(space, space, out);
    } else {
      out.u8(0);
      out.u8(0);
    }
  }

  private void label(ByteSink out) {
    out.u32(spaces.labels.index(in));
  }

  private void brTable(ByteSink out) {
    List<Integer> targets = new ArrayList<>();
    do {
      targets.add(spaces.labels.index(in));
    } while (in.atIndex());
    out.u32(targets.size() - 1);
    targets.forEach(out::u32);
  }

  private void blockType(ByteSink out) {
    int start = in.position();
    if (in.atOpen("type")) {
      int index = spaces.types.explicitType();
      spaces.types.checkSignature(start, index, TypeReader.ParamIds.FORBIDDEN, spaces.locals);
      out.s64(Integer.toUnsignedLong(index));
      return;
    }
    FuncType type = types.signature(TypeReader.ParamIds.FORBIDDEN, spaces.locals);
    if (!type.params().isEmpty() || type.results().size() > 1) {
      out.s64(spaces.types.implied(type));
    } else if (type.results().isEmpty()) {
      out.u8(EMPTY_BLOCK);
    } else {
      ValType.write(out, type.results().get(0));
    }
  }

  private void valTypes(ByteSink out) {
    List<Integer> list = new ArrayList<>();
    types.results(list);
    out.u32(list.size());
    for (int type : list) {
      ValType.write(out, type);
    }
  }

  private void brOnCast(ByteSink out) {
    int label = spaces.labels.index(in);
    int source = types.refType();
    int target = types.refType();
    out.u8((ValType.isNullable(source) ? 1 : 0) | (ValType.isNullable(target) ? 2 : 0));
    out.u32(label);
    ValType.writeHeap(out, ValType.heap(source));
    ValType.writeHeap(out, ValType.heap(target));
  }

  /** One element of a vector; false if there is none, and then nothing was read or written. */
  private interface Element {
    boolean read(ByteSink out);
  }

  private void vector(ByteSink out, Element element) {
    ByteSink content = new ByteSink(16);
    int count = 0;
    while (element.read(content)) {
      count++;
    }
    out.u32(count);
    out.append(content);
  }

  private boolean catchClause(ByteSink out) {
    if (in.skipOpen("catch")) {
      out.u8(0);
      out.u32(spaces.tags.index(in));
    } else if (in.skipOpen("catch_ref")) {
      out.u8(1);
      out.u32(spaces.tags.index(in));
    } else if (in.skipOpen("catch_all")) {
      out.u8(2);
    } else if (in.skipOpen("catch_all_ref")) {
      out.u8(3);
    } else {
      return false;
    }
    label(out);
    in.close();
    return true;
  }

  private boolean handler(ByteSink out) {
    if (!in.skipOpen("on")) {
      return false;
    }
    int tag = spaces.tags.index(in);
    boolean isSwitch = in.skipKeyword("switch");
    out.u8(isSwitch ? 1 : 0);
    out.u32(tag);
    if (!isSwitch) {
      label(out);
    }
    in.close();
    return true;
  }

  private int optionalMemory() {
    return optional(spaces.memories);
  }

  /** The memory before a lane: a number is one only if something else than the end follows. */
  private int laneMemory() {
    if (in.kind() == Tokens.ID) {
      return spaces.memories.index(in);
    }
    int start = in.position();
    in.skip();
    boolean memory =
        in.kind() == Tokens.NUMBER || in.atAttribute("offset=") || in.atAttribute("align=");
    in.seek(start);
    return memory && in.kind() == Tokens.NUMBER ? spaces.memories.index(in) : 0;
  }

  /** {@code offset=n? align=n?}. */
  private void memarg(int opcode, int memory, ByteSink out) {
    long offset = in.atAttribute("offset=") ? in.attribute("offset=", 64) : 0;
    int align = Mnemonics.naturalAlignment(opcode);
    if (in.atAttribute("align=")) {
      int token = in.position();
      long bytes = in.attribute("align=", 64);
      if (Long.bitCount(bytes) != 1) {
        throw in.errorAt(token, "malformed alignment: must be a power of two");
      }
      align = Long.numberOfTrailingZeros(bytes);
    }
    out.u32(memory == 0 ? align : align | 0x40);
    if (memory != 0) {
      out.u32(memory);
    }
    out.u64(offset);
  }

  private void lane(ByteSink out) {
    out.u8((int) in.unsigned(8, "a lane number"));
  }
}
