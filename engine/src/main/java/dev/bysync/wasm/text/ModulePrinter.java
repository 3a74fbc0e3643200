package dev.bysync.wasm.text;

import dev.bysync.wasm.binary.ByteReader;
import dev.bysync.wasm.binary.Failure;
import dev.bysync.wasm.binary.WasmException;
import dev.bysync.wasm.module.ExternKind;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.SectionId;
import dev.bysync.wasm.module.Types;
import dev.bysync.wasm.module.ValType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Prints a module's fields, in the order of the binary format's sections. */
final class ModulePrinter {
  /** More locals are not spelled out: a few bytes declare four billion. */
  private static final int MAX_LOCALS = 50_000;

  private final Module module;
  private final ModuleNames names;
  private final Appendable target;
  private final long limit;
  private long written;
  private final StringBuilder out = new StringBuilder();
  private final ImmediatePrinter immediates;
  private final InstructionPrinter instructions;
  private final SegmentPrinter segments;

  /**
   * @param limit characters to write at most
   */
  ModulePrinter(Module module, Appendable target, long limit) {
    this.module = module;
    this.names = new ModuleNames(module);
    this.target = target;
    this.limit = limit;
    this.immediates = new ImmediatePrinter(module, names, out);
    this.instructions = new InstructionPrinter(module, immediates, out);
    this.segments = new SegmentPrinter(module, names, instructions, out);
  }

  void print() throws IOException {
    out.append("(module").append(names.module());
    types();
    for (Module.Import imported : module.imports()) {
      imported(imported);
      flush();
    }
    for (int body = 0; body < module.bodyCount(); body++) {
      function(body);
      flush();
    }
    for (int table = module.importedTableCount(); table < module.tables().size(); table++) {
      field("table", names.tables, table);
      table(module.tables().get(table));
      out.append(')');
    }
    for (int memory = module.importedMemoryCount(); memory < module.memories().size(); memory++) {
      field("memory", names.memories, memory);
      limits(module.memories().get(memory));
      out.append(')');
    }
    for (int tag = module.importedTagCount(); tag < module.tagCount(); tag++) {
      field("tag", names.tags, tag);
      immediates.typeUse(module.tagType(tag));
      out.append(')');
    }
    flush();
    for (int global = module.importedGlobalCount(); global < module.globals().size(); global++) {
      field("global", names.globals, global);
      Module.Global definition = module.globals().get(global);
      globalType(definition);
      instructions.constant(definition.initStart(), definition.initEnd(), "");
      out.append(')');
      flush();
    }
    exports();
    for (int segment = 0; segment < module.elements().size(); segment++) {
      field("elem", names.elements, segment);
      segments.element(module.elements().get(segment));
      out.append(')');
      flush();
    }
    for (int segment = 0; segment < module.data().size(); segment++) {
      field("data", names.data, segment);
      segments.data(module.data().get(segment));
      out.append(')');
      flush();
    }
    customSections();
    out.append(")\n");
    flush();
  }

  private void flush() throws IOException {
    written += out.length();
    if (written > limit) {
      throw new WasmException(
          Failure.LIMIT, -1, "the text is over " + limit + " characters: write it to a file");
    }
    target.append(out);
    out.setLength(0);
  }

  /** A new line and the start of a field, up to its identifier or index. */
  private void field(String word, Identifiers ids, int index) {
    out.append("\n  (").append(word).append(' ').append(ids.definition(index));
  }

  private void types() throws IOException {
    Types types = module.types();
    for (int type = 0; type < types.size(); type++) {
      boolean several = types.groupEnd(type) - types.groupStart(type) > 1;
      if (several && type == types.groupStart(type)) {
        out.append("\n  (rec");
      }
      out.append("\n  ").append(several ? "  " : "");
      type(type);
      if (several && type + 1 == types.groupEnd(type)) {
        out.append(')');
      }
      flush();
    }
  }

  private void type(int type) {
    Types types = module.types();
    out.append("(type ").append(names.types.definition(type)).append(' ');
    int parent = types.supertype(type);
    boolean plain = parent < 0 && types.isFinal(type);
    if (!plain) {
      out.append("(sub ").append(types.isFinal(type) ? "final " : "");
      out.append(parent < 0 ? "" : names.types.reference(parent) + " ");
    }
    switch (types.kind(type)) {
      case Types.FUNC -> {
        out.append("(func");
        immediates.signature(type);
      }
      case Types.STRUCT -> {
        out.append("(struct");
        for (int field = 0; field < types.fieldCount(type); field++) {
          String id =
              names.fields(type).has(field) ? names.fields(type).reference(field) + " " : "";
          out.append(" (field ").append(id).append(fieldType(type, field)).append(')');
        }
      }
      case Types.ARRAY -> out.append("(array ").append(fieldType(type, 0));
      default -> out.append("(cont ").append(names.heapType(types.continuation(type)));
    }
    out.append(plain ? "))" : ")))");
  }

  private String fieldType(int type, int field) {
    String text = names.type(module.types().field(type, field));
    return module.types().isMutable(type, field) ? "(mut " + text + ")" : text;
  }

  private void imported(Module.Import imported) {
    out.append("\n  (import ");
    string(imported.module());
    out.append(' ');
    string(imported.name());
    out.append(" (");
    int index = imported.index();
    switch (imported.kind()) {
      case ExternKind.FUNCTION -> {
        out.append("func ").append(names.functions.definition(index));
        immediates.typeUse(module.functionType(index));
      }
      case ExternKind.TABLE -> {
        out.append("table ").append(names.tables.definition(index));
        table(module.tables().get(index));
      }
      case ExternKind.MEMORY -> {
        out.append("memory ").append(names.memories.definition(index));
        limits(module.memories().get(index));
      }
      case ExternKind.GLOBAL -> {
        out.append("global ").append(names.globals.definition(index));
        globalType(module.globals().get(index));
      }
      default -> {
        out.append("tag ").append(names.tags.definition(index));
        immediates.typeUse(module.tagType(index));
      }
    }
    out.append("))");
  }

  private void string(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    StringLiteral.print(utf8, 0, utf8.length, out);
  }

  private void globalType(Module.Global global) {
    String type = names.type(global.type());
    boolean mutable = global.mutability() == Module.Mutability.VAR;
    out.append(' ').append(mutable ? "(mut " + type + ")" : type);
  }

  private void limits(Module.Limits limits) {
    if (limits.address() == Module.Address.I64) {
      out.append(" i64");
    }
    out.append(' ').append(Long.toUnsignedString(limits.min()));
    if (limits.hasMax()) {
      out.append(' ').append(Long.toUnsignedString(limits.max()));
    }
    if (limits.sharing() == Module.Sharing.SHARED) {
      out.append(" shared");
    }
    if (limits.pageSizeLog2() != 16) {
      out.append(" (pagesize ")
          .append(Long.toUnsignedString(1L << limits.pageSizeLog2()))
          .append(')');
    }
  }

  private void table(Module.Table table) {
    limits(table.limits());
    out.append(' ').append(names.type(table.type()));
    if (table.initStart() < table.initEnd()) {
      instructions.constant(table.initStart(), table.initEnd(), "");
    }
  }

  private void function(int body) {
    int function = module.importedFunctionCount() + body;
    int type = module.functionType(function);
    Types types = module.types();
    Identifiers locals = names.locals(function);
    field("func", names.functions, function);
    if (locals.isEmpty()) {
      immediates.typeUse(type);
    } else {
      out.append(" (type ").append(names.types.reference(type)).append(')');
      for (int i = 0; i < types.paramCount(type); i++) {
        String id = locals.has(i) ? locals.reference(i) + " " : "";
        out.append(" (param ").append(id).append(names.type(types.param(type, i))).append(')');
      }
      immediates.results(type);
    }
    ByteReader in = new ByteReader(module.bytes(), module.bodyStart(body), module.bodyEnd(body));
    try {
      locals(in, types.paramCount(type), locals);
      instructions.body(in.position(), module.bodyEnd(body), locals);
    } catch (WasmException e) {
      throw e.inFunction(function);
    }
    out.append(')');
  }

  private void locals(ByteReader in, int first, Identifiers ids) {
    int runs = in.count();
    long total = 0;
    boolean open = false;
    for (int run = 0; run < runs; run++) {
      int at = in.position();
      long count = Integer.toUnsignedLong(in.u32());
      String type = names.type(ValType.read(in));
      total += count;
      if (total > MAX_LOCALS) {
        throw new WasmException(Failure.LIMIT, at, "more than " + MAX_LOCALS + " locals");
      }
      for (long local = first + total - count; local < first + total; local++) {
        boolean named = ids.has((int) local);
        if (open && named) {
          out.append(')');
          open = false;
        }
        if (named) {
          out.append("\n    (local ").append(ids.reference((int) local));
          out.append(' ').append(type).append(')');
        } else {
          out.append(open ? " " : "\n    (local ").append(type);
          open = true;
        }
      }
    }
    out.append(open ? ")" : "");
  }

  private void exports() throws IOException {
    for (Module.Export export : module.exports()) {
      out.append("\n  (export ");
      string(export.name());
      out.append(" (");
      int index = export.index();
      out.append(
          switch (export.kind()) {
            case ExternKind.FUNCTION -> "func " + names.functions.reference(index);
            case ExternKind.TABLE -> "table " + names.tables.reference(index);
            case ExternKind.MEMORY -> "memory " + names.memories.reference(index);
            case ExternKind.GLOBAL -> "global " + names.globals.reference(index);
            default -> "tag " + names.tags.reference(index);
          });
      out.append("))");
      flush();
    }
    if (module.startFunction() >= 0) {
      String start = names.functions.reference(module.startFunction());
      out.append("\n  (start ").append(start).append(')');
    }
  }

  private void customSections() {
    for (Module.Section section : module.sections()) {
      if (section.id() == SectionId.CUSTOM && !module.customName(section).equals("name")) {
        out.append("\n  ;; custom section ");
        string(module.customName(section));
        out.append(", ").append(section.end() - section.start()).append(" bytes\n");
      }
    }
  }
}
