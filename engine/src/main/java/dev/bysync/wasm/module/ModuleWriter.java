package dev.bysync.wasm.module;

import dev.bysync.wasm.binary.ByteReader;
import dev.bysync.wasm.binary.ByteSink;
import dev.bysync.wasm.module.Module.Import;
import dev.bysync.wasm.module.Module.Section;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Writes a module that differs from its original by additions at the end of index spaces, by
 * imported functions that leave or join it, and by its code section.
 *
 * <p>A section that nothing changes in is copied byte for byte, its header included: with no change
 * at all the output is the input. Where imports left or joined, {@link #map} says where function
 * indices went, and every section that holds one is written anew through it.
 */
public final class ModuleWriter {
  /** A mutable global to import. */
  public record GlobalImport(String module, String name, int type) {}

  /** A function to import. */
  public record FunctionImport(
      String module, String name, List<Integer> params, List<Integer> results) {
    public FunctionImport {
      params = List.copyOf(params);
      results = List.copyOf(results);
    }
  }

  private static final String SOURCE_MAP = "sourceMappingURL";

  private enum SourceMap {
    LOST,
    REWRITTEN
  }

  private record Function(int type, String name) {}

  private final Module module;
  private final TypeAppender types;
  private final BitSet removedImports;
  private final List<GlobalImport> globalImports;
  private final List<FunctionImport> functionImports;
  private final int[] replacements;
  private final IndexMap map;
  private final List<Function> functions = new ArrayList<>();
  private final ByteSink globals = new ByteSink();
  private final ByteSink tables = new ByteSink();
  private int tableCount;
  private final List<String> globalNames = new ArrayList<>();
  private final ByteSink tags = new ByteSink();
  private int tagCount;
  private final ByteSink exports = new ByteSink();
  private final Set<String> exportNames = new LinkedHashSet<>();
  private final ByteSink memories = new ByteSink();
  private int memoryCount;
  private final List<String> warnings = new ArrayList<>();
  private final Map<String, Optional<ByteSink>> replaced = new HashMap<>();
  private final ByteSink appended = new ByteSink();
  private SourceMap sourceMap = SourceMap.LOST;
  private int codeOffset;

  /**
   * @param removedImports imported functions that leave; {@link #resolveImport} must say for each
   *     what takes its place
   * @param globalImports globals to import, behind those that the module imports
   */
  public ModuleWriter(Module module, BitSet removedImports, List<GlobalImport> globalImports) {
    this(module, removedImports, globalImports, List.of());
  }

  /**
   * A writer that adds imported functions, behind those that the module imports: the first one has
   * the index {@link Module#importedFunctionCount}.
   */
  public ModuleWriter(Module module, List<FunctionImport> functionImports) {
    this(module, new BitSet(), List.of(), functionImports);
  }

  private ModuleWriter(
      Module module,
      BitSet removedImports,
      List<GlobalImport> globalImports,
      List<FunctionImport> functionImports) {
    this.module = module;
    this.removedImports = removedImports;
    this.globalImports = List.copyOf(globalImports);
    this.functionImports = List.copyOf(functionImports);
    types = new TypeAppender(module.types());
    for (FunctionImport function : functionImports) { // before the type section is written
      types.index(function.params(), function.results());
    }
    replacements = new int[module.functionCount()];
    if (removedImports.isEmpty() && functionImports.isEmpty()) {
      map = new IndexMap(null, globalImports.size(), module.importedGlobalCount());
      return;
    }
    int next = 0;
    for (int f = 0; f < replacements.length; f++) {
      if (f == module.importedFunctionCount()) {
        next += functionImports.size();
      }
      replacements[f] = removedImports.get(f) ? -1 : next++;
    }
    map = new IndexMap(replacements, globalImports.size(), module.importedGlobalCount());
  }

  /** Calls of a removed import become calls of this function (an index of the new space). */
  public void resolveImport(int removed, int function) {
    replacements[removed] = function;
  }

  /** Where the original's indices are in the output. */
  public IndexMap map() {
    return map;
  }

  /** Index of the function type with these parameters and results, added if the module has none. */
  public int functionType(List<Integer> params, List<Integer> results) {
    return types.index(params, results);
  }

  /** Index of a struct type without fields, which is added. */
  public int emptyStructType() {
    return types.emptyStruct();
  }

  /** Index of a type of arrays of bytes, which is added. */
  public int byteArrayType() {
    return types.byteArray();
  }

  /** Adds a function and returns its index; its body goes behind the original's, in this order. */
  public int addFunction(List<Integer> params, List<Integer> results, String name) {
    return addFunction(types.index(params, results), name);
  }

  /** Adds a function of the type at an index and returns its index. */
  public int addFunction(int type, String name) {
    functions.add(new Function(type, name));
    return module.functionCount()
        - removedImports.cardinality()
        + functionImports.size()
        + functions.size()
        - 1;
  }

  private static void zero(int type, ByteSink out) {
    switch (type) {
      case ValType.I32 -> out.bytes(new byte[] {0x41, 0}, 0, 2);
      case ValType.I64 -> out.bytes(new byte[] {0x42, 0}, 0, 2);
      case ValType.F32 -> {
        out.u8(0x43);
        out.fixed32(0);
      }
      case ValType.F64 -> {
        out.u8(0x44);
        out.fixed64(0);
      }
      case ValType.V128 -> {
        out.bytes(new byte[] {(byte) 0xFD, 0x0C}, 0, 2);
        out.fixed64(0);
        out.fixed64(0);
      }
      default -> {
        out.u8(0xD0);
        ValType.writeHeap(out, ValType.heap(type));
      }
    }
  }

  /** Adds a mutable global of a nullable type that starts as zero, or null; gives its index. */
  public int addGlobal(int type, String name) {
    globalNames.add(name);
    ValType.write(globals, type);
    globals.u8(1);
    zero(type, globals);
    globals.u8(0x0B);
    return module.globals().size() + globalImports.size() + globalNames.size() - 1;
  }

  /** Index of one of the globals that are imported in addition. */
  public int importedGlobal(int number) {
    return module.importedGlobalCount() + number;
  }

  /**
   * Adds an immutable global and returns its index.
   *
   * @param initializer a constant expression, its {@code end} included
   */
  public int addConstant(int type, ByteSink initializer, String name) {
    globalNames.add(name);
    ValType.write(globals, type);
    globals.u8(0);
    globals.append(initializer);
    return module.globals().size() + globalImports.size() + globalNames.size() - 1;
  }

  /** Adds a table of one null entry, without a maximum, and returns its index. */
  public int addTable(int nullableType) {
    ValType.write(tables, nullableType);
    tables.u8(0);
    tables.u32(1);
    return module.tables().size() + tableCount++;
  }

  /** Adds a tag of exceptions with this payload and returns its index. */
  public int addTag(List<Integer> payload) {
    tags.u8(0);
    tags.u32(functionType(payload, List.of()));
    return module.tagCount() + tagCount++;
  }

  public void addExport(String name, int kind, int index) {
    exports.name(name);
    exports.u8(kind);
    exports.u32(index);
    exportNames.add(name);
  }

  /** Names of the exports that were added. */
  public Set<String> addedExports() {
    return Collections.unmodifiableSet(exportNames);
  }

  /**
   * Adds a memory with 32-bit addresses and returns its index.
   *
   * @param pages its size to start with
   * @param max its size at most, or -1
   */
  public int addMemory(int pages, int max) {
    memories.u8(max < 0 ? 0 : 1);
    memories.u32(pages);
    if (max >= 0) {
      memories.u32(max);
    }
    return module.memories().size() + memoryCount++;
  }

  /** Says that the caller makes a source map of the output, so that the old one's is not missed. */
  public void replaceSourceMap() {
    sourceMap = SourceMap.REWRITTEN;
  }

  /**
   * Gives the custom section of a name another content; further ones of the name are dropped.
   *
   * @param content behind the name; null to drop the section without a warning
   */
  public void replaceCustom(String name, @Nullable ByteSink content) {
    replaced.put(name, Optional.ofNullable(content));
  }

  /**
   * Puts a custom section behind all others; those of the name that the module has are dropped.
   *
   * @param content behind the name
   */
  public void appendCustom(String name, ByteSink content) {
    replaceCustom(name, null);
    ByteSink section = new ByteSink(content.size() + name.length() + 8);
    section.name(name);
    section.append(content);
    appended.u8(SectionId.CUSTOM);
    appended.sized(section);
  }

  /** What {@link #write} could not keep, a sentence each. */
  public List<String> warnings() {
    return warnings;
  }

  /** Offset in the output of the first byte of the bodies given to {@link #write}. */
  public int codeOffset() {
    return codeOffset;
  }

  /**
   * Writes the module.
   *
   * @param bodies every body with its size before it: the original's, then the added functions';
   *     null to keep the original's code section as it is
   */
  public byte[] write(@Nullable ByteSink bodies) {
    ByteSink out =
        new ByteSink(module.bytes().length + 1024 + (bodies == null ? 0 : bodies.size()));
    out.bytes(module.bytes(), 0, 8);
    int done = 0;
    for (Section section : module.sections()) {
      if (section.id() == SectionId.CUSTOM) {
        writeCustom(section, bodies != null, out);
        continue;
      }
      int order = SectionId.order(section.id());
      insertMissing(done, order, bodies, out);
      writeSection(section, bodies, out);
      done = order;
    }
    insertMissing(done, Integer.MAX_VALUE, bodies, out);
    out.append(appended);
    return out.toByteArray();
  }

  /**
   * Sections that the original lacks and that have content now, between two places in the order.
   */
  private void insertMissing(int after, int before, @Nullable ByteSink bodies, ByteSink out) {
    int[] candidates = {
      SectionId.TYPE,
      SectionId.IMPORT,
      SectionId.FUNCTION,
      SectionId.TABLE,
      SectionId.MEMORY,
      SectionId.TAG,
      SectionId.GLOBAL,
      SectionId.EXPORT,
      SectionId.CODE
    };
    for (int id : candidates) {
      int order = SectionId.order(id);
      if (order > after && order < before && isGrown(id, bodies)) {
        writeGrown(id, null, bodies, out);
      }
    }
  }

  private boolean isGrown(int id, @Nullable ByteSink bodies) {
    return switch (id) {
      case SectionId.TYPE -> types.addedCount() > 0;
      case SectionId.FUNCTION -> !functions.isEmpty();
      case SectionId.IMPORT -> !globalImports.isEmpty() || !functionImports.isEmpty();
      case SectionId.TABLE -> tableCount > 0;
      case SectionId.MEMORY -> memoryCount > 0;
      case SectionId.TAG -> tagCount > 0;
      case SectionId.GLOBAL -> !globalNames.isEmpty();
      case SectionId.EXPORT -> !exportNames.isEmpty();
      case SectionId.CODE -> bodies != null;
      default -> false;
    };
  }

  private void writeSection(Section section, @Nullable ByteSink bodies, ByteSink out) {
    boolean remapped =
        !map.isIdentity()
            && switch (section.id()) {
              case SectionId.IMPORT,
                  SectionId.TABLE,
                  SectionId.GLOBAL,
                  SectionId.EXPORT,
                  SectionId.START,
                  SectionId.ELEMENT ->
                  true;
              default -> false;
            };
    if (remapped || isGrown(section.id(), bodies)) {
      writeGrown(section.id(), section, bodies, out);
    } else {
      out.bytes(module.bytes(), section.headerStart(), section.end());
    }
  }

  private void writeGrown(
      int id, @Nullable Section section, @Nullable ByteSink bodies, ByteSink out) {
    ByteSink content = new ByteSink();
    switch (id) {
      case SectionId.TYPE -> {
        grownVector(section, types.addedCount(), content);
        types.writeAdded(content);
      }
      case SectionId.IMPORT -> writeImports(content);
      case SectionId.FUNCTION -> {
        grownVector(section, functions.size(), content);
        for (Function function : functions) {
          content.u32(function.type());
        }
      }
      case SectionId.TABLE -> {
        SectionRemapper.tables(module, section, map, tableCount, content);
        content.append(tables);
      }
      case SectionId.MEMORY -> {
        grownVector(section, memoryCount, content);
        content.append(memories);
      }
      case SectionId.TAG -> {
        grownVector(section, tagCount, content);
        content.append(tags);
      }
      case SectionId.GLOBAL -> {
        SectionRemapper.globals(module, map, globalNames.size(), content);
        content.append(globals);
      }
      case SectionId.EXPORT -> {
        SectionRemapper.exports(module, map, exportNames.size(), content);
        content.append(exports);
      }
      case SectionId.START -> content.u32(map.function(module.startFunction()));
      case SectionId.ELEMENT -> SectionRemapper.elements(module, map, content);
      default -> {
        writeCode(bodies, out);
        return;
      }
    }
    out.u8(id);
    out.sized(content);
  }

  private void writeCode(@Nullable ByteSink bodies, ByteSink out) {
    if (bodies == null) {
      throw new IllegalStateException("code is written only when it changes");
    }
    ByteSink count = new ByteSink();
    count.u32(module.bodyCount() + functions.size());
    out.u8(SectionId.CODE);
    out.u32(count.size() + bodies.size());
    out.append(count);
    codeOffset = out.size();
    out.append(bodies);
  }

  /** A vector's old content behind its new count. */
  private void grownVector(@Nullable Section section, int added, ByteSink content) {
    if (section == null) {
      content.u32(added);
      return;
    }
    ByteReader in = new ByteReader(module.bytes(), section.start(), section.end());
    content.u32(in.count() + added);
    content.bytes(module.bytes(), in.position(), section.end());
  }

  private void writeImports(ByteSink content) {
    content.u32(
        module.imports().size()
            - removedImports.cardinality()
            + functionImports.size()
            + globalImports.size());
    for (Import imported : module.imports()) {
      if (imported.kind() != ExternKind.FUNCTION || !removedImports.get(imported.index())) {
        content.bytes(module.bytes(), imported.start(), imported.end());
      }
    }
    for (FunctionImport function : functionImports) {
      content.name(function.module());
      content.name(function.name());
      content.u8(ExternKind.FUNCTION);
      content.u32(types.index(function.params(), function.results()));
    }
    for (GlobalImport global : globalImports) {
      content.name(global.module());
      content.name(global.name());
      content.u8(ExternKind.GLOBAL);
      ValType.write(content, global.type());
      content.u8(1);
    }
  }

  private void writeCustom(Section section, boolean codeChanged, ByteSink out) {
    String name = module.customName(section);
    if (codeChanged && replaced.containsKey(name)) {
      writeReplaced(name, out);
      return;
    }
    if (codeChanged && holdsCodeOffsets(name)) {
      if (name.equals(SOURCE_MAP) && sourceMap == SourceMap.REWRITTEN) {
        return;
      }
      warnings.add("custom section " + name + " was dropped: its code offsets no longer hold");
      return;
    }
    if (!codeChanged) {
      out.bytes(module.bytes(), section.headerStart(), section.end());
      return;
    }
    ByteReader in = new ByteReader(module.bytes(), section.start(), section.end());
    in.name();
    ByteSink content = new ByteSink();
    content.name(name);
    switch (name) {
      case "name" -> {
        if (!NameSectionWriter.write(module, in, map, removedImports, addedNames(), content)) {
          warnings.add("the name section was dropped: it is malformed");
          return;
        }
      }
      case ToolSections.PRODUCERS -> ToolSections.producers(in, content);
      case ToolSections.TARGET_FEATURES -> ToolSections.targetFeatures(in, features(), content);
      default -> content.bytes(module.bytes(), in.position(), section.end());
    }
    out.u8(SectionId.CUSTOM);
    out.sized(content);
  }

  private void writeReplaced(String name, ByteSink out) {
    Optional<ByteSink> replacement = Objects.requireNonNull(replaced.get(name));
    replaced.put(name, Optional.empty());
    if (replacement.isPresent()) {
      ByteSink content = new ByteSink();
      content.name(name);
      content.append(replacement.get());
      out.u8(SectionId.CUSTOM);
      out.sized(content);
    }
  }

  /** What of the language the additions use, by the names of the tool conventions. */
  private Set<String> features() {
    Set<String> features = new TreeSet<>();
    if (types.addsMultipleResults()) {
      features.add("multivalue");
    }
    if (tagCount > 0) {
      features.add("exception-handling");
    }
    if (memoryCount > 0 && !module.memories().isEmpty()) {
      features.add("multimemory");
    }
    return features;
  }

  private NameSectionWriter.Added addedNames() {
    return new NameSectionWriter.Added(
        functionImports.size(),
        functionNames(),
        globalImports.stream().map(GlobalImport::name).toList(),
        List.copyOf(globalNames));
  }

  private static boolean holdsCodeOffsets(String name) {
    return name.startsWith("reloc.")
        || name.equals("linking")
        || name.equals("build_id")
        || name.startsWith(".debug_")
        || name.equals(SOURCE_MAP)
        || name.equals("external_debug_info")
        || name.startsWith("metadata.code.");
  }

  private List<String> functionNames() {
    String[] names = new String[functions.size()];
    Arrays.setAll(names, i -> functions.get(i).name());
    return List.of(names);
  }
}
