package dev.bysync.wasm.module;

import dev.bysync.wasm.binary.ByteReader;
import dev.bysync.wasm.binary.ByteSink;
import dev.bysync.wasm.module.Module.Element;
import dev.bysync.wasm.module.Module.Export;
import dev.bysync.wasm.module.Module.Global;
import dev.bysync.wasm.module.Module.Mode;
import dev.bysync.wasm.module.Module.Section;
import org.jspecify.annotations.Nullable;

/** Sections that hold function or global indices, written anew through an {@link IndexMap}. */
final class SectionRemapper {
  private SectionRemapper() {}

  static void globals(Module module, IndexMap map, int added, ByteSink out) {
    int defined = module.globals().size() - module.importedGlobalCount();
    out.u32(defined + added);
    for (int i = module.importedGlobalCount(); i < module.globals().size(); i++) {
      Global global = module.globals().get(i);
      ValType.write(out, global.type());
      out.u8(global.mutability() == Module.Mutability.VAR ? 1 : 0);
      copyExpr(module, global.initStart(), global.initEnd(), map, out);
    }
  }

  static void exports(Module module, IndexMap map, int added, ByteSink out) {
    out.u32(module.exports().size() + added);
    for (Export export : module.exports()) {
      out.name(export.name());
      out.u8(export.kind());
      out.u32(
          switch (export.kind()) {
            case ExternKind.FUNCTION -> map.function(export.index());
            case ExternKind.GLOBAL -> map.global(export.index());
            default -> export.index();
          });
    }
  }

  static void tables(
      Module module, @Nullable Section section, IndexMap map, int added, ByteSink out) {
    if (section == null) {
      out.u32(added);
      return;
    }
    ByteReader in = new ByteReader(module.bytes(), section.start(), section.end());
    out.u32(in.count() + added);
    int from = in.position();
    for (int i = module.importedTableCount(); i < module.tables().size(); i++) {
      Module.Table table = module.tables().get(i);
      if (table.initStart() < table.initEnd()) {
        out.bytes(module.bytes(), from, table.initStart());
        copyExpr(module, table.initStart(), table.initEnd(), map, out);
        from = table.initEnd();
      }
    }
    out.bytes(module.bytes(), from, section.end());
  }

  static void elements(Module module, IndexMap map, ByteSink out) {
    out.u32(module.elements().size());
    for (Element element : module.elements()) {
      element(module, element, map, out);
    }
  }

  private static void element(Module module, Element element, IndexMap map, ByteSink out) {
    ByteReader in = new ByteReader(module.bytes(), element.start(), element.end());
    int flags = in.index();
    out.bytes(module.bytes(), element.start(), element.offsetStart());
    if (element.mode() == Mode.ACTIVE) {
      copyExpr(module, element.offsetStart(), element.offsetEnd(), map, out);
    }
    in.reset(element.offsetEnd(), element.end());
    if ((flags & 3) != 0) {
      if ((flags & 4) != 0) {
        ValType.readRef(in);
      } else {
        in.u8();
      }
    }
    int length = in.count();
    out.bytes(module.bytes(), element.offsetEnd(), in.position());
    for (int i = 0; i < length; i++) {
      if ((flags & 4) != 0) {
        ConstExpr.copy(in, out, map);
      } else {
        out.u32(map.function(in.index()));
      }
    }
  }

  private static void copyExpr(Module module, int from, int to, IndexMap map, ByteSink out) {
    if (map.isIdentity()) {
      out.bytes(module.bytes(), from, to);
    } else {
      ConstExpr.copy(new ByteReader(module.bytes(), from, to), out, map);
    }
  }
}
