package dev.bysync.wasm.text;

import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.ValType;
import java.util.HashMap;
import java.util.Map;

/** The identifiers of a module's index spaces, and types written with them. */
final class ModuleNames {
  final Identifiers functions;
  final Identifiers types;
  final Identifiers tables;
  final Identifiers memories;
  final Identifiers globals;
  final Identifiers elements;
  final Identifiers data;
  final Identifiers tags;
  private final NameMaps names;
  private final Map<Integer, Identifiers> fields = new HashMap<>();

  ModuleNames(Module module) {
    names = NameMaps.of(module);
    functions = new Identifiers(names.direct(NameMaps.FUNCTIONS));
    types = new Identifiers(names.direct(NameMaps.TYPES));
    tables = new Identifiers(names.direct(NameMaps.TABLES));
    memories = new Identifiers(names.direct(NameMaps.MEMORIES));
    globals = new Identifiers(names.direct(NameMaps.GLOBALS));
    elements = new Identifiers(names.direct(NameMaps.ELEMENTS));
    data = new Identifiers(names.direct(NameMaps.DATA));
    tags = new Identifiers(names.direct(NameMaps.TAGS));
  }

  /** The module's identifier with a space before, or nothing. */
  String module() {
    String name = names.module();
    return name == null || name.isEmpty() ? "" : " " + Identifiers.quote(name);
  }

  Identifiers locals(int function) {
    return new Identifiers(names.indirect(NameMaps.LOCALS, function));
  }

  Identifiers fields(int type) {
    return fields.computeIfAbsent(
        type, owner -> new Identifiers(names.indirect(NameMaps.FIELDS, owner)));
  }

  /** A value or storage type. */
  String type(int type) {
    if (!ValType.isRef(type) || ValType.isAbstract(ValType.heap(type))) {
      return ValType.name(type);
    }
    String nullable = ValType.isNullable(type) ? "null " : "";
    return "(ref " + nullable + types.reference(ValType.heap(type)) + ")";
  }

  String heapType(int heap) {
    return ValType.isAbstract(heap) ? ValType.heapName(heap) : types.reference(heap);
  }
}
