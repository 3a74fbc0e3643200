package dev.bysync.wasm.text;

import dev.bysync.wasm.binary.ByteReader;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.ValType;

/** Prints element and data segments; see {@link SegmentReader} for their forms. */
final class SegmentPrinter {
  /** Bytes of data on a line. */
  private static final int LINE = 64;

  private final Module module;
  private final ModuleNames names;
  private final InstructionPrinter instructions;
  private final StringBuilder out;

  SegmentPrinter(
      Module module, ModuleNames names, InstructionPrinter instructions, StringBuilder out) {
    this.module = module;
    this.names = names;
    this.instructions = instructions;
    this.out = out;
  }

  void element(Module.Element element) {
    switch (element.mode()) {
      case ACTIVE -> {
        use("table", names.tables, element.table());
        instructions.constant(element.offsetStart(), element.offsetEnd(), "offset");
      }
      case DECLARATIVE -> out.append(" declare");
      case PASSIVE -> {}
    }
    ByteReader in = new ByteReader(module.bytes(), element.start(), element.end());
    int flags = in.index();
    boolean expressions = (flags & 4) != 0;
    in.reset(element.offsetEnd(), element.end());
    if ((flags & 3) != 0) {
      if (expressions) {
        ValType.readRef(in);
      } else {
        in.u8();
      }
    }
    out.append(' ').append(expressions ? names.type(element.type()) : "func");
    int count = in.count();
    for (int i = 0; i < count; i++) {
      if (expressions) {
        int end = instructions.constant(in.position(), element.end(), "item");
        in.reset(end, element.end());
      } else {
        out.append(' ').append(names.functions.reference(in.index()));
      }
    }
  }

  void data(Module.Data data) {
    if (data.mode() == Module.Mode.ACTIVE) {
      use("memory", names.memories, data.memory());
      instructions.constant(data.offsetStart(), data.offsetEnd(), "offset");
    }
    boolean lines = data.end() - data.start() > LINE;
    for (int from = data.start(); from < data.end(); from += LINE) {
      out.append(lines ? "\n    " : " ");
      StringLiteral.print(module.bytes(), from, Math.min(from + LINE, data.end()), out);
    }
  }

  private void use(String word, Identifiers ids, int index) {
    if (index != 0) {
      out.append(" (").append(word).append(' ').append(ids.reference(index)).append(')');
    }
  }
}
