package dev.bysync.wasm.text;

import dev.bysync.wasm.binary.ByteSink;
import org.jspecify.annotations.Nullable;

/**
 * Writes identifiers as a name section (specification 7.7.1 and the extended name section): {@code
 * id size}, then a name or a map from indices to names, or a map from indices to such maps.
 */
final class NameSection {
  private final DebugNames debugNames;
  private final Spaces spaces;
  private final @Nullable String module;
  private final ByteSink locals = new ByteSink(16);
  private int functionsWithLocals;

  NameSection(DebugNames debugNames, Spaces spaces, @Nullable String module) {
    this.debugNames = debugNames;
    this.spaces = spaces;
    this.module = module;
  }

  /** Takes the identifiers of the locals of {@code function}, before the next is read. */
  void locals(int function) {
    if (debugNames == DebugNames.WRITE && spaces.locals.hasIds()) {
      functionsWithLocals++;
      locals.u32(function);
      map(spaces.locals, locals);
    }
  }

  void write(ByteSink out) {
    if (debugNames == DebugNames.DROP) {
      return;
    }
    ByteSink content = new ByteSink();
    content.name("name");
    int empty = content.size();
    if (module != null) {
      ByteSink name = new ByteSink(16);
      name.name(module);
      content.u8(0);
      content.sized(name);
    }
    direct(1, spaces.functions, content);
    indirect(2, functionsWithLocals, locals, content);
    direct(4, spaces.types.ids(), content);
    direct(5, spaces.tables, content);
    direct(6, spaces.memories, content);
    direct(7, spaces.globals, content);
    direct(8, spaces.elements, content);
    direct(9, spaces.data, content);
    fields(content);
    direct(11, spaces.tags, content);
    if (content.size() > empty) {
      out.u8(0);
      out.sized(content);
    }
  }

  private void fields(ByteSink out) {
    ByteSink maps = new ByteSink(16);
    int count = 0;
    for (int type = 0; type < spaces.types.ids().size(); type++) {
      IndexSpace fields = spaces.types.fields(type);
      if (fields.hasIds()) {
        count++;
        maps.u32(type);
        map(fields, maps);
      }
    }
    indirect(10, count, maps, out);
  }

  private static void direct(int id, IndexSpace space, ByteSink out) {
    if (space.hasIds()) {
      ByteSink content = new ByteSink();
      map(space, content);
      out.u8(id);
      out.sized(content);
    }
  }

  private static void indirect(int id, int count, ByteSink maps, ByteSink out) {
    if (count > 0) {
      ByteSink content = new ByteSink();
      content.u32(count);
      content.append(maps);
      out.u8(id);
      out.sized(content);
    }
  }

  private static void map(IndexSpace space, ByteSink out) {
    ByteSink content = new ByteSink();
    int count = 0;
    for (int index = 0; index < space.size(); index++) {
      String id = space.id(index);
      if (id != null) {
        count++;
        content.u32(index);
        content.name(id);
      }
    }
    out.u32(count);
    out.append(content);
  }
}
