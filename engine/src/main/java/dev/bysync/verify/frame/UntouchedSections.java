package dev.bysync.verify.frame;

import dev.bysync.asyncify.CodeMap;
import dev.bysync.wasm.binary.ByteReader;
import dev.bysync.wasm.module.ExternKind;
import dev.bysync.wasm.module.IndexMap;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.Module.Section;
import dev.bysync.wasm.module.SectionId;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Compares what lies around the bodies: all that the original has must be in the output, at the
 * same place or where the index map says, and nothing may be exported beside that but the ABI.
 */
final class UntouchedSections {
  private static final Set<String> ADDED_EXPORTS =
      Set.of(
          "asyncify_start_unwind",
          "asyncify_stop_unwind",
          "asyncify_start_rewind",
          "asyncify_stop_rewind",
          "asyncify_get_state",
          "asyncify_memory",
          "__asyncify_state",
          "__asyncify_data");

  private final Module before;
  private final Module after;
  private final IndexMap map;
  private final UntouchedCode code;

  private UntouchedSections(Module original, Module transformed, CodeMap map) {
    before = original;
    after = transformed;
    this.map = map.indices();
    code = new UntouchedCode(original, transformed, this.map);
  }

  /** What is otherwise, for people, or an empty string. */
  static String difference(Module original, Module transformed, CodeMap map) {
    UntouchedSections sections = new UntouchedSections(original, transformed, map);
    Map<String, Boolean> checks = new LinkedHashMap<>();
    checks.put("types", sections.types());
    checks.put("imports", sections.imports());
    checks.put("function types", sections.functions());
    checks.put("tables", sections.tables());
    checks.put("memories", sections.memories());
    checks.put("tags", sections.tags());
    checks.put("globals", sections.globals());
    checks.put("exports", sections.exports());
    checks.put("start function", sections.start());
    checks.put("element segments", sections.elements());
    checks.put("data segments", sections.data());
    for (Map.Entry<String, Boolean> check : checks.entrySet()) {
      if (!check.getValue()) {
        return "the output's " + check.getKey() + " are not those of the original";
      }
    }
    return "";
  }

  /** Types are added at the end. */
  private boolean types() {
    ByteReader own = content(before, SectionId.TYPE);
    ByteReader other = content(after, SectionId.TYPE);
    int groups = own.atEnd() ? 0 : own.count();
    if (groups == 0) {
      return true;
    }
    int length = own.limit() - own.position();
    return !other.atEnd()
        && other.count() >= groups
        && other.limit() - other.position() >= length
        && Arrays.equals(
            before.bytes(),
            own.position(),
            own.limit(),
            after.bytes(),
            other.position(),
            other.position() + length);
  }

  private static ByteReader content(Module module, int id) {
    for (Section section : module.sections()) {
      if (section.id() == id) {
        return new ByteReader(module.bytes(), section.start(), section.end());
      }
    }
    return new ByteReader(module.bytes(), 0, 0);
  }

  private boolean imports() {
    List<Module.Import> own =
        before.imports().stream()
            .filter(i -> i.kind() != ExternKind.FUNCTION || isKept(i.index()))
            .toList();
    List<Module.Import> other =
        after.imports().stream()
            .filter(i -> i.kind() != ExternKind.GLOBAL || i.index() < before.importedGlobalCount())
            .toList();
    if (own.size() != other.size()) {
      return false;
    }
    for (int i = 0; i < own.size(); i++) {
      Module.Import a = own.get(i);
      Module.Import b = other.get(i);
      int index = a.kind() == ExternKind.FUNCTION ? map.function(a.index()) : a.index();
      if (!a.module().equals(b.module())
          || !a.name().equals(b.name())
          || a.kind() != b.kind()
          || index != b.index()) {
        return false;
      }
    }
    return true;
  }

  /** Whether an imported function is one still: those of asyncify's are the output's own. */
  private boolean isKept(int function) {
    return map.function(function) < after.importedFunctionCount();
  }

  private boolean functions() {
    for (int i = 0; i < before.functionCount(); i++) {
      boolean isImport = i < before.importedFunctionCount();
      if ((!isImport || isKept(i))
          && before.functionType(i) != after.functionType(map.function(i))) {
        return false;
      }
    }
    return true;
  }

  private boolean tables() {
    for (int i = 0; i < before.tables().size(); i++) {
      Module.Table a = before.tables().get(i);
      Module.Table b = i < after.tables().size() ? after.tables().get(i) : null;
      if (b == null
          || a.type() != b.type()
          || !a.limits().equals(b.limits())
          || !isSame(a.initStart(), a.initEnd(), b.initStart(), b.initEnd())) {
        return false;
      }
    }
    return true;
  }

  private boolean isSame(int from, int to, int otherFrom, int otherTo) {
    return code.isSame(from, to, otherFrom, otherTo);
  }

  private boolean memories() {
    int count = before.memories().size();
    return after.memories().size() >= count
        && before.memories().equals(after.memories().subList(0, count));
  }

  private boolean tags() {
    for (int i = 0; i < before.tagCount(); i++) {
      if (i >= after.tagCount() || before.tagType(i) != after.tagType(i)) {
        return false;
      }
    }
    return true;
  }

  private boolean globals() {
    for (int i = 0; i < before.globals().size(); i++) {
      Module.Global a = before.globals().get(i);
      int index = map.global(i);
      Module.Global b = index < after.globals().size() ? after.globals().get(index) : null;
      if (b == null
          || a.type() != b.type()
          || a.mutability() != b.mutability()
          || !isSame(a.initStart(), a.initEnd(), b.initStart(), b.initEnd())) {
        return false;
      }
    }
    return true;
  }

  private boolean exports() {
    Map<String, Module.Export> others = new HashMap<>();
    after.exports().forEach(export -> others.put(export.name(), export));
    for (Module.Export export : before.exports()) {
      Module.Export other = others.remove(export.name());
      int index =
          switch (export.kind()) {
            case ExternKind.FUNCTION -> map.function(export.index());
            case ExternKind.GLOBAL -> map.global(export.index());
            default -> export.index();
          };
      if (other == null || other.kind() != export.kind() || other.index() != index) {
        return false;
      }
    }
    return ADDED_EXPORTS.containsAll(others.keySet());
  }

  private boolean start() {
    int own = before.startFunction();
    return after.startFunction() == (own < 0 ? own : map.function(own));
  }

  private boolean elements() {
    if (before.elements().size() != after.elements().size()) {
      return false;
    }
    for (int i = 0; i < before.elements().size(); i++) {
      if (!isSame(before.elements().get(i), after.elements().get(i))) {
        return false;
      }
    }
    return true;
  }

  private boolean isSame(Module.Element a, Module.Element b) {
    if (a.mode() != b.mode()
        || a.table() != b.table()
        || a.type() != b.type()
        || a.functions().length != b.functions().length
        || !isSame(a.offsetStart(), a.offsetEnd(), b.offsetStart(), b.offsetEnd())) {
      return false;
    }
    for (int i = 0; i < a.functions().length; i++) {
      if (map.function(a.functions()[i]) != b.functions()[i]) {
        return false;
      }
    }
    if (a.items() != Module.Items.EXPRESSIONS || b.items() != Module.Items.EXPRESSIONS) {
      return a.items() == b.items();
    }
    ByteReader own = new ByteReader(before.bytes(), a.itemsStart(), a.end());
    ByteReader other = new ByteReader(after.bytes(), b.itemsStart(), b.end());
    return own.count() == other.count()
        && isSame(own.position(), a.end(), other.position(), b.end());
  }

  private boolean data() {
    if (before.data().size() != after.data().size()) {
      return false;
    }
    for (int i = 0; i < before.data().size(); i++) {
      Module.Data a = before.data().get(i);
      Module.Data b = after.data().get(i);
      if (a.mode() != b.mode()
          || a.memory() != b.memory()
          || !isSame(a.offsetStart(), a.offsetEnd(), b.offsetStart(), b.offsetEnd())
          || !Arrays.equals(
              before.bytes(), a.start(), a.end(), after.bytes(), b.start(), b.end())) {
        return false;
      }
    }
    return true;
  }
}
