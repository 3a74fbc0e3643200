package dev.bysync.wasm.text;

import dev.bysync.wasm.binary.ByteReader;
import dev.bysync.wasm.binary.WasmException;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.SectionId;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The name section as maps (specification 7.7.1 and the extended name section); see {@link
 * NameSection} for its form. A malformed one counts up to where it is malformed: names are a
 * convenience, and the specification says that custom sections can't make a module invalid.
 */
final class NameMaps {
  static final int FUNCTIONS = 1;
  static final int LOCALS = 2;
  static final int TYPES = 4;
  static final int TABLES = 5;
  static final int MEMORIES = 6;
  static final int GLOBALS = 7;
  static final int ELEMENTS = 8;
  static final int DATA = 9;
  static final int FIELDS = 10;
  static final int TAGS = 11;

  private @Nullable String module;
  private final Map<Integer, Map<Integer, String>> direct = new HashMap<>();
  private final Map<Integer, Map<Integer, Map<Integer, String>>> indirect = new HashMap<>();

  private NameMaps() {}

  static NameMaps of(Module module) {
    NameMaps names = new NameMaps();
    for (Module.Section section : module.sections()) {
      if (section.id() == SectionId.CUSTOM && module.customName(section).equals("name")) {
        names.read(new ByteReader(module.bytes(), section.start(), section.end()));
      }
    }
    return names;
  }

  /** The module's name, or null. */
  @Nullable String module() {
    return module;
  }

  /** The names of one kind by index. */
  Map<Integer, String> direct(int kind) {
    return direct.getOrDefault(kind, Map.of());
  }

  /** The names of the locals of a function, or of the fields of a type, by index. */
  Map<Integer, String> indirect(int kind, int owner) {
    return indirect.getOrDefault(kind, Map.of()).getOrDefault(owner, Map.of());
  }

  private void read(ByteReader in) {
    try {
      int sectionEnd = in.limit();
      in.name();
      while (!in.atEnd()) {
        int kind = in.u8();
        int size = in.u32();
        int start = in.skip(size);
        int end = in.position();
        in.reset(start, end);
        subsection(kind, in);
        in.reset(end, sectionEnd);
      }
    } catch (WasmException e) {
      // Names are a convenience: those read so far serve, the module is printed in any case.
    }
  }

  private void subsection(int kind, ByteReader in) {
    switch (kind) {
      case 0 -> module = in.name();
      case LOCALS, FIELDS -> {
        Map<Integer, Map<Integer, String>> maps =
            indirect.computeIfAbsent(kind, unused -> new HashMap<>());
        int count = in.count();
        for (int i = 0; i < count; i++) {
          map(in, maps.computeIfAbsent(in.index(), unused -> new HashMap<>()));
        }
      }
      case FUNCTIONS, TYPES, TABLES, MEMORIES, GLOBALS, ELEMENTS, DATA, TAGS ->
          map(in, direct.computeIfAbsent(kind, unused -> new HashMap<>()));
      default -> {}
    }
  }

  private static void map(ByteReader in, Map<Integer, String> names) {
    int count = in.count();
    for (int i = 0; i < count; i++) {
      int index = in.index();
      names.put(index, in.name());
    }
  }
}
