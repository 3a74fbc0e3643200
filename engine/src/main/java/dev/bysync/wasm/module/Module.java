package dev.bysync.wasm.module;

import dev.bysync.wasm.binary.ByteReader;
import java.util.BitSet;
import java.util.List;

/**
 * A decoded module: columns over the bytes it was read from (specification, chapter 2.5).
 *
 * <p>Index spaces hold imports first. Nothing is decoded into objects per function or instruction:
 * bodies, initialisers and segments are byte ranges. Built by {@link #read}, immutable afterwards
 * by agreement: no caller changes the arrays.
 */
public final class Module {
  /** A section as it lies in the file; {@code start} to {@code end} is its content. */
  public record Section(int id, int headerStart, int start, int end) {}

  /**
   * An import; {@code kind} is an {@link ExternKind} and {@code index} lies in that kind's space.
   */
  public record Import(String module, String name, int kind, int index, int start, int end) {}

  /** An export; {@code kind} is an {@link ExternKind}. */
  public record Export(String name, int kind, int index) {}

  /**
   * A table or memory's limits, unsigned; {@code max} says something only when it is given.
   *
   * @param pageSizeLog2 binary logarithm of a memory's page size in bytes
   */
  public record Limits(
      long min, Maximum maximum, long max, Address address, Sharing sharing, int pageSizeLog2) {
    public boolean hasMax() {
      return maximum == Maximum.GIVEN;
    }
  }

  /** Whether there is an upper limit: any number may be one. */
  public enum Maximum {
    NONE,
    GIVEN
  }

  /** Type of addresses of a memory or table. */
  public enum Address {
    I32,
    I64
  }

  /** Whether a memory is shared between agents. */
  public enum Sharing {
    UNSHARED,
    SHARED
  }

  /** A table; the initialiser is an expression's byte range, or empty. */
  public record Table(int type, Limits limits, int initStart, int initEnd) {}

  /** A global; the initialiser of an imported one is empty. */
  public record Global(int type, Mutability mutability, int initStart, int initEnd) {}

  /** Whether a global can be written. */
  public enum Mutability {
    CONST,
    VAR
  }

  /** How a segment gets into its table or memory. */
  public enum Mode {
    ACTIVE,
    PASSIVE,
    DECLARATIVE
  }

  /**
   * An element segment.
   *
   * @param functions the functions that its items refer to, in order; items that are not a plain
   *     {@code ref.func} stand in here only as the functions they mention
   * @param itemsStart offset of the items: their number, then functions or expressions
   */
  @SuppressWarnings("ArrayRecordComponent") // read only
  public record Element(
      Mode mode,
      int table,
      int type,
      int offsetStart,
      int offsetEnd,
      int[] functions,
      int start,
      Items items,
      int itemsStart,
      int end) {}

  /** What an element segment lists. */
  public enum Items {
    FUNCTIONS,
    EXPRESSIONS
  }

  /** A data segment; {@code start} to {@code end} are its bytes. */
  public record Data(Mode mode, int memory, int offsetStart, int offsetEnd, int start, int end) {}

  final byte[] bytes;
  List<Section> sections = List.of();
  Types types = Types.none();
  List<Import> imports = List.of();
  int[] functionTypes = {};
  int importedFunctions;
  List<Table> tables = List.of();
  int importedTables;
  List<Limits> memories = List.of();
  int importedMemories;
  List<Global> globals = List.of();
  int importedGlobals;
  int[] tagTypes = {};
  int importedTags;
  List<Export> exports = List.of();
  int startFunction = -1;
  List<Element> elements = List.of();
  List<Data> data = List.of();
  int dataCount = -1;
  int[] bodyStarts = {};
  int[] bodyEnds = {};
  int[] initializerRefs = {};

  Module(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Decodes a module. Instructions are not looked at: {@code wasm.code} does that.
   *
   * @throws dev.bysync.wasm.binary.WasmException if the bytes are not a well-formed module
   */
  public static Module read(byte[] bytes) {
    return new ModuleReader(bytes).read();
  }

  public byte[] bytes() {
    return bytes;
  }

  /** Every section in file order, custom ones included. */
  public List<Section> sections() {
    return sections;
  }

  public Types types() {
    return types;
  }

  public List<Import> imports() {
    return imports;
  }

  /** Number of functions, imported ones included. */
  public int functionCount() {
    return functionTypes.length;
  }

  public int importedFunctionCount() {
    return importedFunctions;
  }

  /** Type index of a function. */
  public int functionType(int function) {
    return functionTypes[function];
  }

  public List<Table> tables() {
    return tables;
  }

  public int importedTableCount() {
    return importedTables;
  }

  public List<Limits> memories() {
    return memories;
  }

  public int importedMemoryCount() {
    return importedMemories;
  }

  public List<Global> globals() {
    return globals;
  }

  public int importedGlobalCount() {
    return importedGlobals;
  }

  public int tagCount() {
    return tagTypes.length;
  }

  public int importedTagCount() {
    return importedTags;
  }

  public int tagType(int tag) {
    return tagTypes[tag];
  }

  public List<Export> exports() {
    return exports;
  }

  /** The start function, or -1. */
  public int startFunction() {
    return startFunction;
  }

  public List<Element> elements() {
    return elements;
  }

  public List<Data> data() {
    return data;
  }

  /** The functions that exports, segments and initialisers of globals and tables mention. */
  public BitSet declaredFunctions() {
    BitSet mentioned = new BitSet(functionCount());
    for (int function : initializerRefs) {
      mentioned.set(function);
    }
    for (Element element : elements) {
      for (int function : element.functions()) {
        mentioned.set(function);
      }
    }
    for (Export export : exports) {
      if (export.kind() == ExternKind.FUNCTION) {
        mentioned.set(export.index());
      }
    }
    return mentioned;
  }

  /** Whether there is a data count section. */
  public boolean hasDataCount() {
    return dataCount >= 0;
  }

  /** Number of functions with a body. */
  public int bodyCount() {
    return bodyStarts.length;
  }

  /**
   * Offset of a body (behind its size): its local declarations. {@code body} counts from 0 without
   * imports.
   */
  public int bodyStart(int body) {
    return bodyStarts[body];
  }

  /** Offset behind a body's final {@code end}. */
  public int bodyEnd(int body) {
    return bodyEnds[body];
  }

  /** Functions that initialisers of globals and tables refer to. */
  public int[] initializerRefs() {
    return initializerRefs;
  }

  /** The name of a custom section. */
  public String customName(Section section) {
    return new ByteReader(bytes, section.start(), section.end()).name();
  }
}
