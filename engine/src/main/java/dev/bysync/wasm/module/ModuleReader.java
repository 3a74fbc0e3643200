package dev.bysync.wasm.module;

import dev.bysync.wasm.binary.ByteReader;
import dev.bysync.wasm.binary.Failure;
import dev.bysync.wasm.binary.WasmException;
import dev.bysync.wasm.module.Module.Address;
import dev.bysync.wasm.module.Module.Data;
import dev.bysync.wasm.module.Module.Element;
import dev.bysync.wasm.module.Module.Export;
import dev.bysync.wasm.module.Module.Global;
import dev.bysync.wasm.module.Module.Import;
import dev.bysync.wasm.module.Module.Items;
import dev.bysync.wasm.module.Module.Limits;
import dev.bysync.wasm.module.Module.Maximum;
import dev.bysync.wasm.module.Module.Mode;
import dev.bysync.wasm.module.Module.Mutability;
import dev.bysync.wasm.module.Module.Section;
import dev.bysync.wasm.module.Module.Sharing;
import dev.bysync.wasm.module.Module.Table;
import java.util.ArrayList;
import java.util.List;

/**
 * Decodes a module's sections (specification 5.5).
 *
 * <pre>
 *   module   00 61 73 6D  01 00 00 00  section*
 *   section  id:byte size:u32 content
 * </pre>
 *
 * Non-custom sections appear at most once, in a fixed order; the sizes of sections and bodies must
 * be exact.
 */
final class ModuleReader {
  private static final int MAX_FUNCTIONS = 10_000_000;

  // instead of an import's kind, behind an empty name: imports of one module follow
  private static final int COMPACT = 0x7F;
  private static final int COMPACT_OF_ONE_TYPE = 0x7E;

  private final ByteReader in;
  private final Module module;
  private final IntArray functions = new IntArray();
  private final IntArray tags = new IntArray();
  private final IntArray refs = new IntArray();
  private final List<Import> imports = new ArrayList<>();
  private final List<Table> tables = new ArrayList<>();
  private final List<Limits> memories = new ArrayList<>();
  private final List<Global> globals = new ArrayList<>();

  ModuleReader(byte[] bytes) {
    in = new ByteReader(bytes);
    module = new Module(bytes);
  }

  Module read() {
    readHeader();
    List<Section> sections = new ArrayList<>();
    int lastOrder = 0;
    int fileEnd = in.limit();
    while (!in.atEnd()) {
      int headerStart = in.position();
      int id = in.u8();
      int size = in.u32();
      int start = in.skip(size);
      int end = in.position();
      Section section = new Section(id, headerStart, start, end);
      sections.add(section);
      in.reset(start, end);
      if (id == SectionId.CUSTOM) {
        in.name();
      } else {
        if (id > SectionId.TAG) {
          throw malformed(headerStart, "malformed section id " + id);
        }
        if (SectionId.order(id) <= lastOrder) {
          throw malformed(
              headerStart, "unexpected content after last section: " + SectionId.name(id));
        }
        lastOrder = SectionId.order(id);
        readSection(id);
        if (!in.atEnd()) {
          throw malformed(in.position(), "section size mismatch: " + SectionId.name(id));
        }
      }
      in.reset(end, fileEnd);
    }
    module.sections = List.copyOf(sections);
    finish();
    return module;
  }

  private void readHeader() {
    if (in.remaining() < 4 || in.fixed32() != 0x6D736100) {
      throw malformed(0, "magic header not detected: this is not WebAssembly");
    }
    if (in.remaining() < 4) {
      throw malformed(4, "unexpected end");
    }
    int version = in.fixed32();
    if (version == 0x0001000D) {
      throw new WasmException(
          Failure.UNSUPPORTED, 4, "this is a component; take the core modules out of it first");
    }
    if (version != 1) {
      throw malformed(4, "unknown binary version " + Integer.toUnsignedString(version));
    }
  }

  private void finish() {
    module.functionTypes = functions.toArray();
    module.tagTypes = tags.toArray();
    module.imports = List.copyOf(imports);
    module.tables = List.copyOf(tables);
    module.memories = List.copyOf(memories);
    module.globals = List.copyOf(globals);
    module.initializerRefs = refs.toArray();
    int declared = functions.size() - module.importedFunctions;
    if (declared != module.bodyStarts.length) {
      throw malformed(
          in.limit(),
          "function and code section have inconsistent lengths: "
              + declared
              + " and "
              + module.bodyStarts.length);
    }
    if (module.dataCount >= 0 && module.dataCount != module.data.size()) {
      throw malformed(in.limit(), "data count and data section have inconsistent lengths");
    }
  }

  /** The type section stands before everything that names a function type. */
  private int readFunctionType() {
    int at = in.position();
    int type = in.index();
    if (!module.types.isFunction(type)) {
      throw new WasmException(Failure.INVALID, at, "unknown type " + type + ": no function type");
    }
    return type;
  }

  private void readSection(int id) {
    switch (id) {
      case SectionId.TYPE -> module.types = Types.read(in);
      case SectionId.IMPORT -> readImports();
      case SectionId.FUNCTION -> readFunctions();
      case SectionId.TABLE -> readTables();
      case SectionId.MEMORY -> readMemories();
      case SectionId.TAG -> readTags();
      case SectionId.GLOBAL -> readGlobals();
      case SectionId.EXPORT -> readExports();
      case SectionId.START -> module.startFunction = in.index();
      case SectionId.ELEMENT -> readElements();
      case SectionId.DATA_COUNT -> module.dataCount = in.index();
      case SectionId.CODE -> readBodies();
      default -> readData();
    }
  }

  private void readImports() {
    int count = in.count();
    for (int i = 0; i < count; i++) {
      int start = in.position();
      String moduleName = in.name();
      String name = in.name();
      int at = in.position();
      int kind = in.u8();
      if (name.isEmpty() && (kind == COMPACT || kind == COMPACT_OF_ONE_TYPE)) {
        throw new WasmException(
            Failure.UNSUPPORTED,
            at,
            "compact imports, which are a proposal beyond WebAssembly 3.0 (of wasm-opt:"
                + " --disable-compact-imports)");
      }
      int index = readImport(kind, at);
      imports.add(new Import(moduleName, name, kind, index, start, in.position()));
    }
    module.importedFunctions = functions.size();
    module.importedTables = tables.size();
    module.importedMemories = memories.size();
    module.importedGlobals = globals.size();
    module.importedTags = tags.size();
  }

  private int readImport(int kind, int at) {
    switch (kind) {
      case ExternKind.FUNCTION -> {
        functions.add(readFunctionType());
        return functions.size() - 1;
      }
      case ExternKind.TABLE -> {
        int type = ValType.readRef(in);
        tables.add(new Table(type, readLimits(), 0, 0));
        return tables.size() - 1;
      }
      case ExternKind.MEMORY -> {
        memories.add(readLimits());
        return memories.size() - 1;
      }
      case ExternKind.GLOBAL -> {
        globals.add(new Global(ValType.read(in), readMutability(), 0, 0));
        return globals.size() - 1;
      }
      case ExternKind.TAG -> {
        readTag();
        return tags.size() - 1;
      }
      default -> throw malformed(at, "malformed import kind " + kind);
    }
  }

  private void readFunctions() {
    int count = in.count();
    if (count > MAX_FUNCTIONS) {
      throw new WasmException(
          Failure.LIMIT, in.position(), count + " functions are over " + MAX_FUNCTIONS);
    }
    for (int i = 0; i < count; i++) {
      functions.add(readFunctionType());
    }
  }

  /** Limits (specification 5.3.14), with the flags of threads, 64-bit addresses and page sizes. */
  private Limits readLimits() {
    int at = in.position();
    int flags = in.u8();
    if (flags > 15) {
      throw malformed(at, "malformed limits flags 0x" + Integer.toHexString(flags));
    }
    boolean wide = (flags & 4) != 0;
    long min = readSize(wide);
    Maximum maximum = (flags & 1) != 0 ? Maximum.GIVEN : Maximum.NONE;
    long max = 0;
    if (maximum == Maximum.GIVEN) {
      max = readSize(wide);
      if (Long.compareUnsigned(min, max) > 0) {
        throw new WasmException(
            Failure.INVALID, at, "size minimum must not be greater than maximum");
      }
    }
    int pageSizeLog2 = (flags & 8) != 0 ? in.index() : 16;
    return new Limits(
        min,
        maximum,
        max,
        wide ? Address.I64 : Address.I32,
        (flags & 2) != 0 ? Sharing.SHARED : Sharing.UNSHARED,
        pageSizeLog2);
  }

  private long readSize(boolean wide) {
    int at = in.position();
    long size = in.u64();
    if (!wide && size >>> 32 != 0) {
      throw new WasmException(
          Failure.INVALID, at, "size " + Long.toUnsignedString(size) + " is over 4294967295");
    }
    return size;
  }

  private Mutability readMutability() {
    int at = in.position();
    return switch (in.u8()) {
      case 0 -> Mutability.CONST;
      case 1 -> Mutability.VAR;
      default -> throw malformed(at, "malformed mutability");
    };
  }

  private void readTables() {
    int count = in.count();
    for (int i = 0; i < count; i++) {
      boolean initialised = in.peek() == 0x40;
      if (initialised) {
        in.u8();
        int at = in.position();
        if (in.u8() != 0) {
          throw malformed(at, "malformed table");
        }
      }
      int type = ValType.readRef(in);
      Limits limits = readLimits();
      int start = in.position();
      if (initialised) {
        ConstExpr.skip(in, refs);
      }
      tables.add(new Table(type, limits, start, in.position()));
    }
  }

  private void readMemories() {
    int count = in.count();
    for (int i = 0; i < count; i++) {
      memories.add(readLimits());
    }
  }

  private void readTag() {
    int at = in.position();
    if (in.u8() != 0) {
      throw malformed(at, "malformed tag attribute");
    }
    tags.add(readFunctionType());
  }

  private void readTags() {
    int count = in.count();
    for (int i = 0; i < count; i++) {
      readTag();
    }
  }

  private void readGlobals() {
    int count = in.count();
    for (int i = 0; i < count; i++) {
      int type = ValType.read(in);
      Mutability mutability = readMutability();
      int start = in.position();
      ConstExpr.skip(in, refs);
      globals.add(new Global(type, mutability, start, in.position()));
    }
  }

  private void readExports() {
    int count = in.count();
    List<Export> exports = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String name = in.name();
      int at = in.position();
      int kind = in.u8();
      if (kind > ExternKind.TAG) {
        throw malformed(at, "malformed export kind " + kind);
      }
      int index = in.index();
      if (index >= spaceSize(kind)) {
        throw new WasmException(
            Failure.INVALID, at, "unknown " + ExternKind.name(kind) + " " + index);
      }
      exports.add(new Export(name, kind, index));
    }
    module.exports = List.copyOf(exports);
  }

  private int spaceSize(int kind) {
    return switch (kind) {
      case ExternKind.FUNCTION -> functions.size();
      case ExternKind.TABLE -> tables.size();
      case ExternKind.MEMORY -> memories.size();
      case ExternKind.GLOBAL -> globals.size();
      default -> tags.size();
    };
  }

  /**
   * Element segments (specification 5.5.12): flag bit 0 passive or declarative, bit 1 explicit
   * table or declarative, bit 2 expressions instead of function indices.
   */
  private void readElements() {
    int count = in.count();
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int start = in.position();
      int flags = in.index();
      if (flags > 7) {
        throw malformed(start, "malformed elements segment kind " + flags);
      }
      Mode mode =
          (flags & 1) == 0 ? Mode.ACTIVE : (flags & 2) == 0 ? Mode.PASSIVE : Mode.DECLARATIVE;
      int table = mode == Mode.ACTIVE && (flags & 2) != 0 ? in.index() : 0;
      int offsetStart = in.position();
      if (mode == Mode.ACTIVE) {
        ConstExpr.skip(in, refs);
      }
      int offsetEnd = in.position();
      int type = readElementType(flags);
      int itemsStart = in.position();
      IntArray items = new IntArray();
      int length = in.count();
      for (int item = 0; item < length; item++) {
        if ((flags & 4) != 0) {
          ConstExpr.skip(in, items);
        } else {
          items.add(in.index());
        }
      }
      elements.add(
          new Element(
              mode,
              table,
              type,
              offsetStart,
              offsetEnd,
              items.toArray(),
              start,
              (flags & 4) != 0 ? Items.EXPRESSIONS : Items.FUNCTIONS,
              itemsStart,
              in.position()));
    }
    module.elements = List.copyOf(elements);
  }

  private int readElementType(int flags) {
    if ((flags & 3) == 0) {
      return (flags & 4) != 0 ? ValType.FUNCREF : ValType.ref(ValType.FUNC, false);
    }
    if ((flags & 4) != 0) {
      return ValType.readRef(in);
    }
    int at = in.position();
    if (in.u8() != 0) {
      throw malformed(at, "malformed element kind");
    }
    return ValType.ref(ValType.FUNC, false);
  }

  private void readBodies() {
    int count = in.count();
    int[] starts = new int[count];
    int[] ends = new int[count];
    for (int i = 0; i < count; i++) {
      int size = in.u32();
      starts[i] = in.skip(size);
      ends[i] = in.position();
      if (size == 0) {
        throw malformed(starts[i], "unexpected end: empty function body");
      }
    }
    module.bodyStarts = starts;
    module.bodyEnds = ends;
  }

  private void readData() {
    int count = in.count();
    List<Data> segments = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int at = in.position();
      int flags = in.index();
      if (flags > 2) {
        throw malformed(at, "malformed data segment kind " + flags);
      }
      int memory = flags == 2 ? in.index() : 0;
      int offsetStart = in.position();
      if (flags != 1) {
        ConstExpr.skip(in, refs);
      }
      int offsetEnd = in.position();
      int length = in.count();
      int start = in.skip(length);
      segments.add(
          new Data(
              flags == 1 ? Mode.PASSIVE : Mode.ACTIVE,
              memory,
              offsetStart,
              offsetEnd,
              start,
              in.position()));
    }
    module.data = List.copyOf(segments);
  }

  private static WasmException malformed(int at, String detail) {
    return new WasmException(Failure.MALFORMED, at, detail);
  }
}
