package dev.bysync.analysis;

import dev.bysync.wasm.binary.ByteReader;
import dev.bysync.wasm.module.ExternKind;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.Types;
import dev.bysync.wasm.module.ValType;
import java.util.BitSet;

/**
 * Where references to functions can be: which functions an indirect call can find in a table, or in
 * a value.
 *
 * <p><b>Places.</b> A reference lies in a table, in an element segment, or somewhere among the
 * values (operands, locals, globals, fields, exceptions). There is one place for each table and
 * segment and a single one for all values. Two places between which an instruction moves references
 * are merged (union-find), whichever way it moves them: {@code table.copy} merges two tables,
 * {@code table.init} and an active segment a table and a segment, {@code table.get, set, grow} and
 * {@code fill} a table and the values, {@code array.new_elem} and {@code array.init_elem} a segment
 * and the values. So there are at most as many places as tables and segments, and everything stays
 * linear; following the direction of each move would tell apart only tables that a module copies
 * between.
 *
 * <p><b>Why nothing is missed.</b> A reference to a function comes into being by {@code ref.func},
 * by an entry of a segment or by the host. {@code ref.func} makes a value, whether in a body or in
 * an initialiser, and so do the expressions of segments that read globals or build objects. From
 * there on references move only by the instructions above, or stay values. What a reference to a
 * function can be wrapped in, a struct, an array, an exception or a continuation, is a value like
 * the function itself; tables and segments of such types are merged with the values.
 *
 * <p><b>The host</b> can put its own functions into any place that it can write to or give values
 * to: imported and exported tables; and the values, if a value that holds a function can come in as
 * an import's result, an exported or escaping function's parameter, a global or an exception. An
 * {@code externref} counts only in modules that have a type of objects with functions in them: else
 * nothing can be taken out of it.
 */
final class ReferenceFlow {
  private static final int VALUES = 0;

  private final Module module;
  private final int[] parent;
  private final BitSet host = new BitSet();
  private final BitSet hostTables = new BitSet();
  private final BitSet values = new BitSet();
  private final boolean objectsHoldFunctions;

  ReferenceFlow(Module module) {
    this.module = module;
    parent = new int[1 + module.tables().size() + module.elements().size()];
    for (int i = 0; i < parent.length; i++) {
      parent[i] = i;
    }
    objectsHoldFunctions = objectsHoldFunctions(module.types());
    for (int function : module.initializerRefs()) {
      values.set(function);
    }
    for (Module.Import imported : module.imports()) {
      markHostTable(imported.kind(), imported.index());
    }
    for (Module.Export export : module.exports()) {
      markHostTable(export.kind(), export.index());
    }
    collectTables();
    collectSegments();
  }

  // ---- places ----

  int table(int table) {
    return 1 + table;
  }

  int segment(int segment) {
    return 1 + module.tables().size() + segment;
  }

  int values() {
    return VALUES;
  }

  /** The place that a place has become part of. */
  int find(int place) {
    int at = place;
    while (parent[at] != at) {
      parent[at] = parent[parent[at]];
      at = parent[at];
    }
    return at;
  }

  /** References move between two places. */
  void merge(int place, int other) {
    int a = find(place);
    int b = find(other);
    if (a != b) {
      parent[Math.max(a, b)] = Math.min(a, b);
    }
  }

  /** A function's reference becomes a value. */
  void escape(int function) {
    values.set(function);
  }

  /** Functions whose references are values. */
  BitSet escaping() {
    return values;
  }

  /** Whether the host can put functions there; ask when all merges are done. */
  boolean isHostPlace(int place) {
    return host.get(find(place));
  }

  // ---- what the module's sections say ----

  private void markHostTable(int kind, int index) {
    if (kind == ExternKind.TABLE) {
      hostTables.set(index);
    }
  }

  private void collectTables() {
    for (int i = 0; i < module.tables().size(); i++) {
      Module.Table table = module.tables().get(i);
      if (!isFunction(table.type()) && canHold(table.type())) {
        merge(table(i), VALUES);
      }
      if (table.initStart() < table.initEnd()) {
        merge(table(i), VALUES);
      }
    }
  }

  private void collectSegments() {
    boolean globals = module.globals().stream().anyMatch(global -> canHold(global.type()));
    for (int i = 0; i < module.elements().size(); i++) {
      Module.Element element = module.elements().get(i);
      if (element.mode() == Module.Mode.ACTIVE && element.table() < module.tables().size()) {
        merge(segment(i), table(element.table()));
      }
      if (element.mode() == Module.Mode.DECLARATIVE) {
        continue; // says only that ref.func may follow
      }
      boolean expressions =
          (new ByteReader(module.bytes(), element.start(), element.end()).index() & 4) != 0;
      if (expressions && canHold(element.type()) && (globals || !isFunction(element.type()))) {
        merge(segment(i), VALUES);
      }
    }
  }

  /** Marks the host's places; all merges and escapes must be known. */
  void findHost() {
    for (int i = hostTables.nextSetBit(0); i >= 0; i = hostTables.nextSetBit(i + 1)) {
      if (canHold(module.tables().get(i).type())) {
        host.set(find(table(i)));
      }
    }
    if (hostGivesValues()) {
      host.set(find(VALUES));
    }
  }

  private boolean hostGivesValues() {
    for (Module.Import imported : module.imports()) {
      boolean gives =
          switch (imported.kind()) {
            case ExternKind.FUNCTION -> anyResult(module.functionType(imported.index()));
            case ExternKind.GLOBAL -> canHold(module.globals().get(imported.index()).type());
            case ExternKind.TAG -> anyParam(module.tagType(imported.index()));
            default -> false;
          };
      if (gives) {
        return true;
      }
    }
    for (Module.Export export : module.exports()) {
      boolean takes =
          switch (export.kind()) {
            case ExternKind.FUNCTION -> anyParam(module.functionType(export.index()));
            case ExternKind.GLOBAL -> isWritten(module.globals().get(export.index()));
            case ExternKind.TAG -> anyParam(module.tagType(export.index()));
            default -> false;
          };
      if (takes) {
        return true;
      }
    }
    return escapesToHost() && anyEscapingParam();
  }

  private boolean isWritten(Module.Global global) {
    return global.mutability() == Module.Mutability.VAR && canHold(global.type());
  }

  /** Whether the host can get a reference that it may call: then it chooses the arguments. */
  private boolean escapesToHost() {
    if (!hostTables.isEmpty()) {
      return true;
    }
    for (Module.Import imported : module.imports()) {
      boolean given =
          switch (imported.kind()) {
            case ExternKind.FUNCTION -> anyParam(module.functionType(imported.index()));
            case ExternKind.GLOBAL -> isWritten(module.globals().get(imported.index()));
            case ExternKind.TAG -> anyParam(module.tagType(imported.index()));
            default -> false;
          };
      if (given) {
        return true;
      }
    }
    for (Module.Export export : module.exports()) {
      boolean given =
          switch (export.kind()) {
            case ExternKind.FUNCTION -> anyResult(module.functionType(export.index()));
            case ExternKind.GLOBAL -> canHold(module.globals().get(export.index()).type());
            case ExternKind.TAG -> anyParam(module.tagType(export.index()));
            default -> false;
          };
      if (given) {
        return true;
      }
    }
    return false;
  }

  private boolean anyEscapingParam() {
    for (int f = values.nextSetBit(0); f >= 0; f = values.nextSetBit(f + 1)) {
      if (anyParam(module.functionType(f))) {
        return true;
      }
    }
    for (Module.Element element : module.elements()) {
      for (int function : element.functions()) {
        if (anyParam(module.functionType(function))) {
          return true;
        }
      }
    }
    return false;
  }

  // ---- types ----

  private boolean anyParam(int type) {
    for (int i = 0; i < module.types().paramCount(type); i++) {
      if (canHold(module.types().param(type, i))) {
        return true;
      }
    }
    return false;
  }

  private boolean anyResult(int type) {
    for (int i = 0; i < module.types().resultCount(type); i++) {
      if (canHold(module.types().result(type, i))) {
        return true;
      }
    }
    return false;
  }

  private boolean isFunction(int type) {
    return ValType.isRef(type) && isFunctionHeap(module.types(), ValType.heap(type));
  }

  /** Whether a value of the type can be, or have in it, a reference to a function. */
  private boolean canHold(int type) {
    if (!ValType.isRef(type)) {
      return false;
    }
    int heap = ValType.heap(type);
    return isFunctionHeap(module.types(), heap) || isOther(heap) || objectsHoldFunctions;
  }

  /** Continuations and exceptions. */
  private boolean isOther(int heap) {
    return switch (heap) {
      case ValType.CONT, ValType.EXN -> true;
      default ->
          !ValType.isAbstract(heap)
              && heap < module.types().size()
              && module.types().kind(heap) == Types.CONT;
    };
  }

  private static boolean isFunctionHeap(Types types, int heap) {
    return heap == ValType.FUNC || types.isFunction(heap);
  }

  private static boolean objectsHoldFunctions(Types types) {
    for (int type = 0; type < types.size(); type++) {
      if (types.kind(type) == Types.STRUCT || types.kind(type) == Types.ARRAY) {
        for (int field = 0; field < types.fieldCount(type); field++) {
          int fieldType = types.field(type, field);
          if (ValType.isRef(fieldType) && holdsMoreThanObjects(types, ValType.heap(fieldType))) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private static boolean holdsMoreThanObjects(Types types, int heap) {
    return isFunctionHeap(types, heap)
        || heap == ValType.CONT
        || heap == ValType.EXN
        || (!ValType.isAbstract(heap) && types.kind(heap) == Types.CONT);
  }
}
