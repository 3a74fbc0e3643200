package dev.bysync.wasm.code;

import dev.bysync.wasm.binary.ByteReader;
import dev.bysync.wasm.binary.Failure;
import dev.bysync.wasm.binary.WasmException;
import dev.bysync.wasm.module.ExternKind;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.Module.Address;
import dev.bysync.wasm.module.Module.Data;
import dev.bysync.wasm.module.Module.Element;
import dev.bysync.wasm.module.Module.Export;
import dev.bysync.wasm.module.Module.Items;
import dev.bysync.wasm.module.Module.Limits;
import dev.bysync.wasm.module.Module.Mode;
import dev.bysync.wasm.module.Module.Mutability;
import dev.bysync.wasm.module.Module.Sharing;
import dev.bysync.wasm.module.SectionId;
import dev.bysync.wasm.module.Subtyping;
import dev.bysync.wasm.module.Types;
import dev.bysync.wasm.module.ValType;
import java.util.HashSet;
import java.util.Set;

/**
 * Validates modules (specification 3.5). Bodies are the {@link BodyTyper}'s, and so are the
 * instructions of constant expressions.
 */
public final class Validator {
  private final Module module;
  private final Types types;
  private final Subtyping subtyping;
  private final BodyTyper typer;
  private final CodeReader code;

  private Validator(Module module) {
    this.module = module;
    types = module.types();
    subtyping = new Subtyping(types);
    typer = new BodyTyper(module);
    code = new CodeReader(module.bytes(), 0, 0);
  }

  /**
   * Validates a module.
   *
   * @throws WasmException if it isn't valid, or if its instructions are malformed
   */
  public static void validate(Module module) {
    Validator validator = new Validator(module);
    validator.definitions();
    for (int body = 0; body < module.bodyCount(); body++) {
      validator.body(body);
    }
  }

  /**
   * Validates all of a module but its bodies.
   *
   * @throws WasmException if something isn't valid
   */
  public static void validateDefinitions(Module module) {
    new Validator(module).definitions();
  }

  private void body(int body) {
    code.reset(typer.begin(body), module.bodyEnd(body));
    try {
      while (typer.depth() > 0) {
        code.next();
        typer.step(code);
      }
    } catch (WasmException e) {
      throw e.inFunction(body + module.importedFunctionCount());
    }
    if (!code.atEnd()) {
      throw new WasmException(
          Failure.MALFORMED,
          code.end(),
          body + module.importedFunctionCount(),
          "section size mismatch: bytes behind the end of a body");
    }
  }

  private void definitions() {
    for (int type = 0; type < types.size(); type++) {
      subtype(type);
    }
    for (int tag = 0; tag < module.tagCount(); tag++) {
      check(
          types.resultCount(module.tagType(tag)) == 0,
          place(tag < module.importedTagCount(), SectionId.TAG),
          "non-empty tag result type");
    }
    for (int memory = 0; memory < module.memories().size(); memory++) {
      boolean imported = memory < module.importedMemoryCount();
      memory(module.memories().get(memory), place(imported, SectionId.MEMORY));
    }
    tables();
    globals();
    for (Element segment : module.elements()) {
      element(segment);
    }
    for (Data segment : module.data()) {
      data(segment);
    }
    exports();
    start();
  }

  private static void check(boolean condition, int at, String detail) {
    if (!condition) {
      throw new WasmException(Failure.INVALID, at, detail);
    }
  }

  private void type(int type, int at) {
    int heap = ValType.heap(type);
    check(
        !ValType.isRef(type) || ValType.isAbstract(heap) || heap < types.size(),
        at,
        "unknown type " + heap);
  }

  // ---- types ----

  /** A type may declare a supertype that isn't final and that it matches (3.2.11). */
  private void subtype(int type) {
    int parent = types.supertype(type);
    if (parent < 0) {
      return;
    }
    boolean matches =
        !types.isFinal(parent)
            && types.kind(type) == types.kind(parent)
            && (types.kind(type) == Types.FUNC
                ? functions(type, parent)
                : types.kind(type) == Types.CONT
                    ? subtyping.heapMatches(types.continuation(type), types.continuation(parent))
                    : fields(type, parent));
    check(
        matches,
        place(false, SectionId.TYPE),
        "sub type " + type + " does not match super type " + parent);
  }

  private boolean functions(int type, int parent) {
    if (types.paramCount(type) != types.paramCount(parent)
        || types.resultCount(type) != types.resultCount(parent)) {
      return false;
    }
    for (int i = 0; i < types.paramCount(type); i++) {
      if (!subtyping.matches(types.param(parent, i), types.param(type, i))) {
        return false;
      }
    }
    for (int i = 0; i < types.resultCount(type); i++) {
      if (!subtyping.matches(types.result(type, i), types.result(parent, i))) {
        return false;
      }
    }
    return true;
  }

  private boolean fields(int type, int parent) {
    if (types.fieldCount(type) < types.fieldCount(parent)) {
      return false;
    }
    for (int i = 0; i < types.fieldCount(parent); i++) {
      int mine = types.field(type, i);
      int theirs = types.field(parent, i);
      boolean mutable = types.isMutable(parent, i);
      if (types.isMutable(type, i) != mutable
          || !subtyping.matches(mine, theirs)
          || (mutable && !subtyping.matches(theirs, mine))) {
        return false;
      }
    }
    return true;
  }

  // ---- memories, tables, globals ----

  private static void memory(Limits limits, int at) {
    check(
        limits.pageSizeLog2() == 16 || limits.pageSizeLog2() == 0,
        at,
        "invalid custom page size 2^" + limits.pageSizeLog2());
    int bits = (limits.address() == Address.I64 ? 64 : 32) - limits.pageSizeLog2();
    long most = bits == 64 ? -1 : 1L << bits;
    check(
        Long.compareUnsigned(limits.min(), most) <= 0
            && (!limits.hasMax() || Long.compareUnsigned(limits.max(), most) <= 0),
        at,
        "memory size must be at most " + Long.toUnsignedString(most) + " pages");
    check(
        limits.sharing() == Sharing.UNSHARED || limits.hasMax(),
        at,
        "shared memory must have maximum");
  }

  private void tables() {
    for (Module.Table table : module.tables()) {
      type(table.type(), table.initStart());
      if (table.initEnd() > table.initStart()) {
        expression(table.initStart(), table.initEnd(), table.type(), module.importedGlobalCount());
      }
    }
    for (int i = module.importedTableCount(); i < module.tables().size(); i++) {
      Module.Table table = module.tables().get(i);
      check(
          ValType.isNullable(table.type()) || table.initEnd() > table.initStart(),
          table.initStart(),
          "type mismatch: a table of type "
              + ValType.name(table.type())
              + " needs an initial value");
    }
  }

  private void globals() {
    for (int i = 0; i < module.globals().size(); i++) {
      Module.Global global = module.globals().get(i);
      type(global.type(), global.initStart());
      if (i >= module.importedGlobalCount()) {
        expression(global.initStart(), global.initEnd(), global.type(), i);
      }
    }
  }

  // ---- segments ----

  private void element(Element segment) {
    type(segment.type(), segment.start());
    for (int function : segment.functions()) {
      check(function < module.functionCount(), segment.start(), "unknown function " + function);
    }
    if (segment.mode() == Mode.ACTIVE) {
      check(
          segment.table() < module.tables().size(),
          segment.start(),
          "unknown table " + segment.table());
      Module.Table table = module.tables().get(segment.table());
      check(
          subtyping.matches(segment.type(), table.type()),
          segment.start(),
          "type mismatch: segment of "
              + ValType.name(segment.type())
              + " for a table of "
              + ValType.name(table.type()));
      offset(segment.offsetStart(), segment.offsetEnd(), table.limits().address());
    }
    if (segment.items() == Items.EXPRESSIONS) {
      ByteReader in = new ByteReader(module.bytes(), segment.itemsStart(), segment.end());
      int count = in.count();
      int at = in.position();
      for (int i = 0; i < count; i++) {
        at = expression(at, segment.end(), segment.type(), Integer.MAX_VALUE);
      }
    }
  }

  private void data(Data segment) {
    if (segment.mode() == Mode.ACTIVE) {
      check(
          segment.memory() < module.memories().size(),
          segment.start(),
          "unknown memory " + segment.memory());
      Limits memory = module.memories().get(segment.memory());
      offset(segment.offsetStart(), segment.offsetEnd(), memory.address());
    }
  }

  private void offset(int from, int to, Address address) {
    int type = address == Address.I64 ? ValType.I64 : ValType.I32;
    expression(from, to, type, Integer.MAX_VALUE);
  }

  /**
   * Checks a constant expression; which instructions there may be, decoding has checked.
   *
   * @param globals how many of the globals it may read
   * @return the offset behind it
   */
  private int expression(int from, int to, int type, int globals) {
    typer.beginExpression(type, from);
    code.reset(from, to);
    while (typer.depth() > 0) {
      int opcode = code.next();
      if (opcode == Opcodes.GLOBAL_GET) {
        check(
            code.index() < Math.min(globals, module.globals().size()),
            code.start(),
            "unknown global " + code.index());
        check(
            module.globals().get(code.index()).mutability() == Mutability.CONST,
            code.start(),
            "constant expression required: global " + code.index() + " is mutable");
      }
      typer.step(code);
    }
    return code.end();
  }

  // ---- exports and start ----

  private void exports() {
    int at = place(false, SectionId.EXPORT);
    Set<String> names = new HashSet<>();
    for (Export export : module.exports()) {
      check(names.add(export.name()), at, "duplicate export name \"" + export.name() + '"');
      if (export.kind() == ExternKind.FUNCTION) {
        check(export.index() < module.functionCount(), at, "unknown function " + export.index());
      }
    }
  }

  private void start() {
    int start = module.startFunction();
    if (start < 0) {
      return;
    }
    int at = place(false, SectionId.START);
    check(start < module.functionCount(), at, "unknown function " + start);
    int type = module.functionType(start);
    check(
        types.paramCount(type) == 0 && types.resultCount(type) == 0,
        at,
        "start function: it must take and give nothing");
  }

  /** Where the section starts in which something is defined; imports have their own. */
  private int place(boolean imported, int id) {
    int wanted = imported ? SectionId.IMPORT : id;
    for (Module.Section section : module.sections()) {
      if (section.id() == wanted) {
        return section.start();
      }
    }
    return -1;
  }
}
