package dev.bysync.wasm.text;

import dev.bysync.wasm.binary.ByteSink;
import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.ValType;

/** Reads the module's fields, types excepted, into sections (specification 6.6). */
final class FieldReader {
  private static final int PAGE = 65536;

  private final Cursor in;
  private final Spaces spaces;
  private final Sections sections;
  private final NameSection names;
  private final TypeReader types;
  private final ImmediateReader immediates;
  private final SegmentReader segments;
  private final InstructionReader instructions;

  /** How many of each kind have been read: the index of the next. */
  private final int[] next = new int[ExternKind.COUNT];

  FieldReader(Cursor in, Spaces spaces, Sections sections, NameSection names) {
    this.in = in;
    this.spaces = spaces;
    this.sections = sections;
    this.names = names;
    this.types = spaces.types.reader();
    this.immediates = new ImmediateReader(in, spaces);
    this.instructions = new InstructionReader(in, spaces.labels, immediates);
    this.segments = new SegmentReader(in, spaces, sections, instructions);
  }

  /** True if an instruction named a data segment. */
  boolean usesData() {
    return immediates.usesData();
  }

  /** Reads the next field. */
  void read() {
    int close = in.closing();
    in.seek(in.position() + 1);
    int word = in.position();
    switch (in.keyword("a module field")) {
      case "type", "rec" -> in.seek(close);
      case "import" -> {
        byte[] module = in.bytes("a module name");
        byte[] name = in.bytes("a name");
        in.seek(in.position() + 1);
        importOf(spaces.kind(in), module, name);
        in.close();
      }
      case "export" -> export();
      case "start" -> {
        if (sections.start >= 0) {
          in.seek(word);
          throw in.error("multiple start sections");
        }
        sections.start = Integer.toUnsignedLong(spaces.functions.index(in));
      }
      case "elem" -> segments.element();
      case "data" -> segments.data();
      default -> {
        in.seek(word);
        definition(spaces.kind(in), close);
      }
    }
    in.close();
  }

  private void export() {
    ByteSink out = sections.exports.next();
    out.name(in.name("a name"));
    if (in.kind() != Tokens.OPEN) {
      throw in.expected("what is exported");
    }
    in.seek(in.position() + 1);
    ExternKind kind = spaces.kind(in);
    out.u8(kind.code());
    out.u32(spaces.space(kind).index(in));
    in.close();
  }

  /** The part of an import behind its names: identifier and type. */
  private void importOf(ExternKind kind, byte[] module, byte[] name) {
    skipId();
    ByteSink out = sections.imports.next();
    string(module, out);
    string(name, out);
    out.u8(kind.code());
    switch (kind) {
      case FUNC -> out.u32(typeUse());
      case TABLE -> tableType(out);
      case MEMORY -> limits(out);
      case GLOBAL -> globalType(out);
      case TAG -> tagType(out);
    }
    next[kind.code()]++;
  }

  private static void string(byte[] utf8, ByteSink out) {
    out.u32(utf8.length);
    out.bytes(utf8);
  }

  private void skipId() {
    if (in.kind() == Tokens.ID) {
      in.skip();
    }
  }

  /** A type use whose parameters are the first locals. */
  private int typeUse() {
    spaces.locals.clear();
    return spaces.types.typeUse(TypeReader.ParamIds.BOUND, spaces.locals);
  }

  private void definition(ExternKind kind, int close) {
    skipId();
    while (in.skipOpen("export")) {
      ByteSink out = sections.exports.next();
      out.name(in.name("a name"));
      out.u8(kind.code());
      out.u32(next[kind.code()]);
      in.close();
    }
    if (in.skipOpen("import")) {
      byte[] module = string(in.position());
      byte[] name = string(in.position());
      in.close();
      if (in.kind() == Tokens.ID) {
        throw in.expected("a type");
      }
      importOf(kind, module, name);
      return;
    }
    switch (kind) {
      case FUNC -> function(close);
      case TABLE -> table(close);
      case MEMORY -> memory();
      case GLOBAL -> {
        ByteSink out = sections.globals.next();
        globalType(out);
        instructions.expression(close, out);
      }
      case TAG -> tagType(sections.tags.next());
    }
    next[kind.code()]++;
  }

  /** The string at {@code token}, which must be UTF-8, as its bytes. */
  private byte[] string(int token) {
    in.name("a name");
    in.seek(token);
    return in.bytes("a name");
  }

  private void tagType(ByteSink out) {
    out.u8(0);
    out.u32(typeUse());
  }

  private void globalType(ByteSink out) {
    boolean mutable = in.skipOpen("mut");
    ValType.write(out, types.valType());
    if (mutable) {
      in.close();
    }
    out.u8(mutable ? 1 : 0);
  }

  private void function(int close) {
    sections.functions.next().u32(typeUse());
    spaces.labels.clear();
    spaces.labels.push(null);
    ByteSink body = new ByteSink();
    locals(body);
    instructions.expression(close, body);
    sections.code.next().sized(body);
    names.locals(next[ExternKind.FUNC.code()]);
  }

  /** Declared locals, as runs of equal types. */
  private void locals(ByteSink out) {
    ByteSink runs = new ByteSink(16);
    int count = 0;
    int type = ValType.BOTTOM;
    int length = 0;
    while (in.skipOpen("local")) {
      boolean single = in.kind() == Tokens.ID;
      do {
        if (!single && in.kind() == Tokens.CLOSE) {
          break;
        }
        spaces.locals.add(in);
        int local = types.valType();
        if (local != type && length > 0) {
          run(length, type, runs);
          count++;
          length = 0;
        }
        type = local;
        length++;
      } while (!single);
      in.close();
    }
    if (length > 0) {
      run(length, type, runs);
      count++;
    }
    out.u32(count);
    out.append(runs);
  }

  private static void run(int length, int type, ByteSink out) {
    out.u32(length);
    ValType.write(out, type);
  }

  /** {@code 'i32' | 'i64'}, if there is one: true for 64 bits. */
  private boolean address64() {
    if (in.skipKeyword("i64")) {
      return true;
    }
    in.skipKeyword("i32");
    return false;
  }

  /** Address type, limits and {@code shared}. */
  private void limits(ByteSink out) {
    boolean address64 = address64();
    long min = in.unsigned(64, "a size");
    boolean hasMax = in.kind() == Tokens.NUMBER;
    long max = hasMax ? in.unsigned(64, "a size") : 0;
    boolean shared = in.skipKeyword("shared");
    int pageSize = in.atOpen("pagesize") ? pageSizeLog2() : -1;
    int flags = (hasMax ? 1 : 0) | (shared ? 2 : 0) | (pageSize >= 0 ? 8 : 0);
    limits(address64, min, max, flags, out);
    if (pageSize >= 0) {
      out.u32(pageSize);
    }
  }

  /** {@code (pagesize n)}, of the custom page sizes proposal. */
  private int pageSizeLog2() {
    in.open("pagesize");
    int token = in.position();
    long bytes = in.unsigned(64, "a page size");
    if (Long.bitCount(bytes) != 1) {
      throw in.errorAt(token, "invalid custom page size: must be a power of two");
    }
    in.close();
    return Long.numberOfTrailingZeros(bytes);
  }

  private static void limits(boolean address64, long min, long max, int flags, ByteSink out) {
    out.u8(flags | (address64 ? 4 : 0));
    out.u64(min);
    if ((flags & 1) != 0) {
      out.u64(max);
    }
  }

  /** In the binary format the element type comes first. */
  private void tableType(ByteSink out) {
    ByteSink limits = new ByteSink(16);
    limits(limits);
    ValType.write(out, types.refType());
    out.append(limits);
  }

  private void table(int close) {
    int start = in.position();
    boolean address64 = address64();
    ByteSink out = sections.tables.next();
    if (in.kind() == Tokens.NUMBER) {
      in.seek(start);
      ByteSink type = new ByteSink(16);
      tableType(type);
      if (in.position() == close) {
        out.append(type);
      } else {
        out.u8(0x40);
        out.u8(0);
        out.append(type);
        instructions.expression(close, out);
      }
      return;
    }
    int type = types.refType();
    int count = segments.inlineElements(next[ExternKind.TABLE.code()], type, address64);
    ValType.write(out, type);
    limits(address64, count, count, 1, out);
  }

  private void memory() {
    int start = in.position();
    boolean address64 = address64();
    if (in.skipOpen("data")) {
      long length = segments.inlineData(next[ExternKind.MEMORY.code()], address64);
      in.close();
      long pages = (length + PAGE - 1) / PAGE;
      limits(address64, pages, pages, 1, sections.memories.next());
    } else {
      in.seek(start);
      limits(sections.memories.next());
    }
  }

  /** The constant 0 as an offset. */
  static void zeroOffset(boolean address64, ByteSink out) {
    out.u8(address64 ? Opcodes.I64_CONST : Opcodes.I32_CONST);
    out.u8(0);
    out.u8(Opcodes.END);
  }
}
