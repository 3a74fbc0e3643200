package dev.bysync.wasm.text;

import dev.bysync.wasm.binary.ByteSink;

/** The sections of the module being assembled: contents without their counts, and the counts. */
final class Sections {
  /** A section that is a vector. */
  static final class Section {
    final ByteSink content = new ByteSink();
    int count;

    /** Counts one more element, which the caller appends. */
    ByteSink next() {
      count++;
      return content;
    }
  }

  final Section imports = new Section();
  final Section functions = new Section();
  final Section tables = new Section();
  final Section memories = new Section();
  final Section tags = new Section();
  final Section globals = new Section();
  final Section exports = new Section();
  final Section elements = new Section();
  final Section code = new Section();
  final Section data = new Section();

  /** The start function's index, or -1. */
  long start = -1;

  /** The module, in the order of specification 5.5.2. */
  byte[] module(Spaces spaces, boolean dataCount, NameSection names) {
    ByteSink out = new ByteSink();
    out.fixed32(0x6D736100); // "\0asm"
    out.fixed32(1);
    vector(1, spaces.types.groups(), spaces.types.section(), out);
    vector(2, imports, out);
    vector(3, functions, out);
    vector(4, tables, out);
    vector(5, memories, out);
    vector(13, tags, out);
    vector(6, globals, out);
    vector(7, exports, out);
    if (start >= 0) {
      index(8, (int) start, out);
    }
    vector(9, elements, out);
    if (dataCount) {
      index(12, data.count, out);
    }
    vector(10, code, out);
    vector(11, data, out);
    names.write(out);
    return out.toByteArray();
  }

  private static void vector(int id, Section section, ByteSink out) {
    vector(id, section.count, section.content, out);
  }

  private static void vector(int id, int count, ByteSink content, ByteSink out) {
    if (count == 0) {
      return;
    }
    ByteSink head = new ByteSink(16);
    head.u32(count);
    out.u8(id);
    out.u32(head.size() + content.size());
    out.append(head);
    out.append(content);
  }

  private static void index(int id, int index, ByteSink out) {
    ByteSink content = new ByteSink(16);
    content.u32(index);
    out.u8(id);
    out.sized(content);
  }
}
