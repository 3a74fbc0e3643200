package dev.bysync.wasm.text;

import dev.bysync.wasm.binary.ByteSink;
import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.ValType;

/**
 * Reads element and data segments (specification 6.6.8, 6.6.9; binary 5.5.12, 5.5.14).
 *
 * <pre>
 *   elem  ::= '(' 'elem' id? ('declare' | tableuse? offset)? list ')'
 *   list  ::= 'func' funcidx* | reftype item* | funcidx*     the last behind an offset without tableuse
 *   flags     1: passive or declarative   2: explicit table, or declarative   4: expressions
 *
 *   data  ::= '(' 'data' id? (memuse? offset)? string* ')'
 *   flags     0: memory 0   1: passive   2: explicit memory
 * </pre>
 */
final class SegmentReader {
  private final Cursor in;
  private final Spaces spaces;
  private final Sections sections;
  private final TypeReader types;
  private final InstructionReader instructions;

  SegmentReader(Cursor in, Spaces spaces, Sections sections, InstructionReader instructions) {
    this.in = in;
    this.spaces = spaces;
    this.sections = sections;
    this.types = spaces.types.reader();
    this.instructions = instructions;
  }

  /** {@code '(' word expr ')'} or one folded instruction. */
  private void expression(String word, ByteSink out) {
    if (in.atOpen(word)) {
      int close = in.closing();
      in.open(word);
      instructions.expression(close, out);
      in.close();
    } else if (in.kind() == Tokens.OPEN) {
      instructions.expression(in.closing() + 1, out);
    } else {
      throw in.expected("(" + word + " or a folded instruction");
    }
  }

  void element() {
    skipId();
    ByteSink offset = new ByteSink(16);
    int mode = 1;
    int table = 0;
    boolean bare = false;
    if (in.skipKeyword("declare")) {
      mode = 3;
    } else if (in.kind() == Tokens.NUMBER || (in.kind() == Tokens.OPEN && !in.atOpen("ref"))) {
      bare = !in.atOpen("table");
      table = use("table", spaces.tables);
      mode = table == 0 ? 0 : 2;
      expression("offset", offset);
    }
    ByteSink items = new ByteSink();
    int type = ValType.FUNCREF;
    boolean indices =
        in.skipKeyword("func") || (bare && (in.atIndex() || in.kind() == Tokens.CLOSE));
    int count;
    if (indices) {
      count = indices(items);
    } else {
      type = types.refType();
      count = expressions(items);
      // Flag 4 with table 0 leaves the type out: it is funcref.
      mode = (mode == 0 && type != ValType.FUNCREF ? 2 : mode) | 4;
    }
    segment(mode, table, offset, type, count, items);
  }

  private void skipId() {
    if (in.kind() == Tokens.ID) {
      in.skip();
    }
  }

  /** {@code '(' word index ')'}, a bare number as of before 2.0, or 0 where it is left out. */
  private int use(String word, IndexSpace space) {
    if (in.kind() == Tokens.NUMBER) {
      return space.index(in);
    }
    if (!in.skipOpen(word)) {
      return 0;
    }
    int index = space.index(in);
    in.close();
    return index;
  }

  private int indices(ByteSink out) {
    int count = 0;
    while (in.kind() != Tokens.CLOSE) {
      out.u32(spaces.functions.index(in));
      count++;
    }
    return count;
  }

  private int expressions(ByteSink out) {
    int count = 0;
    while (in.kind() != Tokens.CLOSE) {
      expression("item", out);
      count++;
    }
    return count;
  }

  private void segment(int flags, int table, ByteSink offset, int type, int count, ByteSink items) {
    ByteSink out = sections.elements.next();
    out.u8(flags);
    if ((flags & 3) == 2) {
      out.u32(table);
    }
    out.append(offset);
    if ((flags & 3) != 0) {
      if ((flags & 4) != 0) {
        ValType.write(out, type);
      } else {
        out.u8(0); // the only element kind: functions
      }
    }
    out.u32(count);
    out.append(items);
  }

  /**
   * {@code (elem ...)} in a table's definition.
   *
   * @return how many elements
   */
  int inlineElements(int table, int type, boolean address64) {
    in.open("elem");
    ByteSink items = new ByteSink();
    boolean indices = in.atIndex() || in.kind() == Tokens.CLOSE;
    boolean plain = indices && type == ValType.FUNCREF;
    int count;
    if (plain) {
      count = indices(items);
    } else if (indices) {
      count = referenced(items);
    } else {
      count = expressions(items);
    }
    in.close();
    ByteSink offset = new ByteSink(16);
    FieldReader.zeroOffset(address64, offset);
    int mode = table == 0 && type == ValType.FUNCREF ? 0 : 2;
    segment(plain ? mode : mode | 4, table, offset, type, count, items);
    return count;
  }

  /** Function indices as expressions, for tables of other types than funcref. */
  private int referenced(ByteSink out) {
    int count = 0;
    while (in.kind() != Tokens.CLOSE) {
      out.u8(Opcodes.REF_FUNC);
      out.u32(spaces.functions.index(in));
      out.u8(Opcodes.END);
      count++;
    }
    return count;
  }

  void data() {
    skipId();
    ByteSink out = sections.data.next();
    if (in.kind() == Tokens.NUMBER || in.kind() == Tokens.OPEN) {
      int memory = use("memory", spaces.memories);
      out.u8(memory == 0 ? 0 : 2);
      if (memory != 0) {
        out.u32(memory);
      }
      expression("offset", out);
    } else {
      out.u8(1);
    }
    strings(out);
  }

  /**
   * {@code (data ...} in a memory's definition, up to its closing parenthesis.
   *
   * @return how many bytes
   */
  long inlineData(int memory, boolean address64) {
    ByteSink out = sections.data.next();
    out.u8(memory == 0 ? 0 : 2);
    if (memory != 0) {
      out.u32(memory);
    }
    FieldReader.zeroOffset(address64, out);
    return strings(out);
  }

  private long strings(ByteSink out) {
    ByteSink content = new ByteSink();
    while (in.kind() != Tokens.CLOSE) {
      content.bytes(in.bytes("a string"));
    }
    out.sized(content);
    return content.size();
  }
}
