package dev.bysync.wasm.module;

import dev.bysync.wasm.binary.ByteReader;
import dev.bysync.wasm.binary.ByteSink;
import dev.bysync.wasm.binary.WasmException;
import java.util.BitSet;
import java.util.List;

/**
 * The name section (appendix 7.4) of a module whose functions and globals moved or were joined by
 * others: functions, locals and globals keep their names under their new indices, and added ones
 * get theirs. Names of labels are dropped, since the labels of rewritten bodies are others; all
 * other names are copied, since nothing else moves.
 */
final class NameSectionWriter {
  private static final int FUNCTIONS = 1;
  private static final int LOCALS = 2;
  private static final int LABELS = 3;
  private static final int GLOBALS = 7;

  /**
   * Names of what was added.
   *
   * @param importedFunctions how many functions were added behind the original's imported ones;
   *     they get no name
   * @param functions functions behind the original's
   * @param importedGlobals globals behind the original's imported ones
   * @param globals globals behind the original's
   */
  record Added(
      int importedFunctions,
      List<String> functions,
      List<String> importedGlobals,
      List<String> globals) {}

  private final Module module;
  private final IndexMap map;
  private final BitSet removed;
  private final Added added;

  private NameSectionWriter(Module module, IndexMap map, BitSet removed, Added added) {
    this.module = module;
    this.map = map;
    this.removed = removed;
    this.added = added;
  }

  /**
   * Writes the subsections; false if the section is malformed (which makes no module invalid).
   *
   * @param in the section's content behind its name
   */
  static boolean write(
      Module module, ByteReader in, IndexMap map, BitSet removed, Added added, ByteSink out) {
    ByteSink content = new ByteSink(in.remaining() + 64);
    try {
      new NameSectionWriter(module, map, removed, added).subsections(in, content);
    } catch (WasmException e) {
      return false;
    }
    out.append(content);
    return true;
  }

  private void subsections(ByteReader in, ByteSink out) {
    int next = FUNCTIONS; // the first of those we write to that has not come yet
    while (!in.atEnd()) {
      int id = in.u8();
      int size = in.u32();
      int start = in.skip(size);
      next = insert(next, id, out);
      if (id == LABELS) {
        continue;
      }
      ByteReader content = new ByteReader(module.bytes(), start, in.position());
      ByteSink rewritten = new ByteSink(size + 64);
      switch (id) {
        case FUNCTIONS -> {
          functions(content, rewritten);
          next = GLOBALS;
        }
        case LOCALS -> locals(content, rewritten);
        case GLOBALS -> {
          globals(content, rewritten);
          next = Integer.MAX_VALUE;
        }
        default -> rewritten.bytes(module.bytes(), start, in.position());
      }
      out.u8(id);
      out.sized(rewritten);
    }
    insert(next, Integer.MAX_VALUE, out);
  }

  /** Writes those subsections that the original lacks before it goes on with {@code id}. */
  private int insert(int next, int id, ByteSink out) {
    int at = next;
    if (at == FUNCTIONS && id > FUNCTIONS) {
      ByteSink content = new ByteSink();
      content.u32(added.functions().size());
      addedFunctions(content);
      out.u8(FUNCTIONS);
      out.sized(content);
      at = GLOBALS;
    }
    if (at == GLOBALS && id > GLOBALS) {
      ByteSink content = new ByteSink();
      content.u32(added.importedGlobals().size() + added.globals().size());
      names(module.importedGlobalCount(), added.importedGlobals(), content);
      addedGlobals(content);
      out.u8(GLOBALS);
      out.sized(content);
      at = Integer.MAX_VALUE;
    }
    return at;
  }

  private static void names(int first, List<String> names, ByteSink out) {
    for (int i = 0; i < names.size(); i++) {
      out.u32(first + i);
      out.name(names.get(i));
    }
  }

  private void addedFunctions(ByteSink out) {
    int first = module.functionCount() - removed.cardinality() + added.importedFunctions();
    names(first, added.functions(), out);
  }

  private void addedGlobals(ByteSink out) {
    names(module.globals().size() + added.importedGlobals().size(), added.globals(), out);
  }

  private void functions(ByteReader in, ByteSink out) {
    int count = in.count();
    ByteSink entries = new ByteSink(in.remaining() + 64);
    int kept = 0;
    for (int i = 0; i < count; i++) {
      int function = in.index();
      int start = in.position();
      in.skip(in.count());
      if (function < module.functionCount() && !removed.get(function)) {
        entries.u32(map.function(function));
        entries.bytes(module.bytes(), start, in.position());
        kept++;
      }
    }
    out.u32(kept + added.functions().size());
    out.append(entries);
    addedFunctions(out);
  }

  private void globals(ByteReader in, ByteSink out) {
    int count = in.count();
    ByteSink imported = new ByteSink();
    ByteSink defined = new ByteSink(in.remaining() + 64);
    int kept = 0;
    for (int i = 0; i < count; i++) {
      int global = in.index();
      int start = in.position();
      in.skip(in.count());
      if (global < module.globals().size()) {
        ByteSink entries = global < module.importedGlobalCount() ? imported : defined;
        entries.u32(map.global(global));
        entries.bytes(module.bytes(), start, in.position());
        kept++;
      }
    }
    out.u32(kept + added.importedGlobals().size() + added.globals().size());
    out.append(imported);
    names(module.importedGlobalCount(), added.importedGlobals(), out);
    out.append(defined);
    addedGlobals(out);
  }

  private void locals(ByteReader in, ByteSink out) {
    int count = in.count();
    ByteSink entries = new ByteSink(in.remaining() + 16);
    int kept = 0;
    for (int i = 0; i < count; i++) {
      int function = in.index();
      int start = in.position();
      int names = in.count();
      for (int k = 0; k < names; k++) {
        in.index();
        in.skip(in.count());
      }
      if (function < module.functionCount() && !removed.get(function)) {
        entries.u32(map.function(function));
        entries.bytes(module.bytes(), start, in.position());
        kept++;
      }
    }
    out.u32(kept);
    out.append(entries);
  }
}
