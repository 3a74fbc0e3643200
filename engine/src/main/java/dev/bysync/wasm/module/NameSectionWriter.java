package dev.bysync.wasm.module;

import dev.bysync.wasm.binary.ByteReader;
import dev.bysync.wasm.binary.ByteSink;
import dev.bysync.wasm.binary.WasmException;
import dev.bysync.wasm.module.Module.Section;
import java.util.BitSet;
import java.util.List;

/**
 * The name section (appendix 7.4) of a module whose functions moved or joined: function and local
 * names are kept under their new indices, added functions get theirs, label names are dropped (the
 * labels of rewritten bodies are others), the rest is copied.
 */
final class NameSectionWriter {
  private static final int FUNCTIONS = 1;
  private static final int LOCALS = 2;
  private static final int LABELS = 3;
  private static final int GLOBALS = 7;

  private final Module module;
  private final IndexMap map;
  private final BitSet removed;
  private final List<String> added;

  private NameSectionWriter(Module module, IndexMap map, BitSet removed, List<String> added) {
    this.module = module;
    this.map = map;
    this.removed = removed;
    this.added = added;
  }

  /** Writes the subsections; false if the section is malformed (which makes no module invalid). */
  static boolean write(
      Module module,
      Section section,
      IndexMap map,
      BitSet removed,
      List<String> added,
      ByteSink out) {
    ByteReader in = new ByteReader(module.bytes(), section.start(), section.end());
    try {
      in.name();
      new NameSectionWriter(module, map, removed, added).subsections(in, out);
      return true;
    } catch (WasmException e) {
      return false;
    }
  }

  private void subsections(ByteReader in, ByteSink out) {
    boolean named = false;
    while (!in.atEnd()) {
      int id = in.u8();
      int size = in.u32();
      int start = in.skip(size);
      ByteReader content = new ByteReader(module.bytes(), start, in.position());
      ByteSink rewritten = new ByteSink(size + 64);
      switch (id) {
        case FUNCTIONS -> {
          functions(content, rewritten);
          named = true;
        }
        case LOCALS -> locals(content, rewritten);
        case GLOBALS -> globals(content, rewritten);
        default -> rewritten.bytes(module.bytes(), start, in.position());
      }
      if (!named && id > FUNCTIONS) {
        newFunctions(out);
        named = true;
      }
      if (id != LABELS) {
        out.u8(id);
        out.sized(rewritten);
      }
    }
    if (!named) {
      newFunctions(out);
    }
  }

  private void newFunctions(ByteSink out) {
    ByteSink content = new ByteSink();
    content.u32(added.size());
    addedNames(content);
    out.u8(FUNCTIONS);
    out.sized(content);
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
    out.u32(kept + added.size());
    out.append(entries);
    addedNames(out);
  }

  private void addedNames(ByteSink out) {
    int first = module.functionCount() - removed.cardinality();
    for (int i = 0; i < added.size(); i++) {
      out.u32(first + i);
      out.name(added.get(i));
    }
  }

  private void globals(ByteReader in, ByteSink out) {
    int count = in.count();
    out.u32(count);
    for (int i = 0; i < count; i++) {
      out.u32(map.global(in.index()));
      int start = in.position();
      in.skip(in.count());
      out.bytes(module.bytes(), start, in.position());
    }
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
