package dev.bysync.verify.endive;

import dev.bysync.verify.machine.LoadException;
import dev.bysync.verify.machine.LoadException.Kind;
import dev.bysync.wasm.binary.ByteReader;
import dev.bysync.wasm.code.BodyTyper;
import dev.bysync.wasm.code.CodeReader;
import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.IntArray;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.Types;
import dev.bysync.wasm.module.ValType;

/**
 * Refuses modules whose control flow Endive 1.2.0 executes wrongly, so that a right module can't
 * seem to differ from another.
 *
 * <p>Endive keeps the operands of all calls on one stack of 64-bit slots, two for a vector. At the
 * {@code end} of a construct of {@code P} slots of parameters and {@code R} of results, and at a
 * branch to a loop, it lifts {@code P + R} slots instead of the {@code R} or {@code P} that are
 * carried, cuts the stack to the construct's height, and puts all of them back. So
 *
 * <ul>
 *   <li>operands that a branch should drop stay beneath the values it carries, or
 *   <li>if the whole stack has fewer slots, zeros are put at its bottom: what lies above moves, and
 *       the heights that enclosing constructs and calls have noted are wrong.
 * </ul>
 *
 * A tail call does the same with its caller's results, and keeps operands that it should drop.
 * Which of this can be seen (each case compared with V8):
 *
 * <pre>
 *   block, if, try_table   P >= 2                       wrong: 1000 - f() is -30 instead of 970
 *                          P = 1, branch drops operands wrong
 *                          P = 1, none dropped; P = 0   right, for any results
 *   loop                   P >= 2                       wrong
 *                          R >= 2, branched to          wrong
 *                          P = R = 1, operands dropped  wrong
 *                          P + R <= 1; not branched to  right
 *   return_call...         R >= 2, or operands dropped  wrong
 *   br, return to the body's end                        right
 * </pre>
 *
 * How many operands the code that throws leaves behind isn't known where it is caught, so a catch
 * clause counts as a branch that drops some.
 */
final class ControlShapes {
  private final Module module;
  private final Types types;
  private final BodyTyper typer;
  private final CodeReader code;
  // of each open construct: slots of parameters and results, values that a branch carries
  private final IntArray opcodes = new IntArray();
  private final IntArray params = new IntArray();
  private final IntArray results = new IntArray();
  private final IntArray carried = new IntArray();
  private int function;

  private ControlShapes(Module module) {
    this.module = module;
    types = module.types();
    typer = new BodyTyper(module);
    code = new CodeReader(module.bytes(), 0, 0);
  }

  /**
   * Looks at all bodies.
   *
   * @throws LoadException if one has such a shape where it can be executed
   * @throws dev.bysync.wasm.binary.WasmException if the module is malformed or invalid
   */
  static void check(Module module) throws LoadException {
    ControlShapes shapes = new ControlShapes(module);
    for (int body = 0; body < module.bodyCount(); body++) {
      shapes.function = body + module.importedFunctionCount();
      if (shapes.isSuspect(body)) {
        shapes.checkBody(body);
      }
    }
  }

  /** Whether a body has any construct or call that could be wrong: few have. */
  private boolean isSuspect(int body) {
    ByteReader in = new ByteReader(module.bytes(), module.bodyStart(body), module.bodyEnd(body));
    int groups = in.count();
    for (int i = 0; i < groups; i++) {
      in.u32();
      ValType.read(in);
    }
    code.reset(in.position(), module.bodyEnd(body));
    while (!code.atEnd()) {
      switch (code.next()) {
        case Opcodes.BLOCK, Opcodes.IF, Opcodes.TRY_TABLE -> {
          if (paramSlots() > 0) {
            return true;
          }
        }
        case Opcodes.LOOP -> {
          if (paramSlots() + resultSlots(code.blockTypeIndex(), code.type()) > 1) {
            return true;
          }
        }
        case Opcodes.RETURN_CALL, Opcodes.RETURN_CALL_INDIRECT, Opcodes.RETURN_CALL_REF -> {
          return true;
        }
        default -> {}
      }
    }
    return false;
  }

  private void checkBody(int body) throws LoadException {
    opcodes.clear();
    params.clear();
    results.clear();
    carried.clear();
    int signature = module.functionType(function);
    open(Opcodes.BLOCK, 0, resultSlots(signature, 0), types.resultCount(signature));
    code.reset(typer.begin(body), module.bodyEnd(body));
    while (typer.depth() > 0) {
      code.next();
      if (!typer.isDead()) {
        checkInstruction();
      }
      int depth = typer.depth();
      typer.step(code);
      if (typer.depth() > depth) {
        int index = code.blockTypeIndex();
        int carried =
            code.opcode() == Opcodes.LOOP
                ? typer.paramCount(index)
                : typer.resultCount(index, code.type());
        open(code.opcode(), paramSlots(), resultSlots(index, code.type()), carried);
      } else if (typer.depth() < depth) {
        close();
      }
    }
  }

  private void open(int opcode, int paramSlots, int resultSlots, int values) {
    opcodes.add(opcode);
    params.add(paramSlots);
    results.add(resultSlots);
    carried.add(values);
  }

  private void close() {
    opcodes.removeLast();
    params.removeLast();
    results.removeLast();
    carried.removeLast();
  }

  private void checkInstruction() throws LoadException {
    switch (code.opcode()) {
      case Opcodes.BLOCK, Opcodes.IF, Opcodes.LOOP -> checkParams();
      case Opcodes.TRY_TABLE -> {
        checkParams();
        for (int i = 2; i < code.listSize(); i += 3) {
          checkBranch(code.list(i), Integer.MAX_VALUE);
        }
      }
      case Opcodes.BR, Opcodes.BR_ON_NON_NULL, Opcodes.BR_ON_CAST, Opcodes.BR_ON_CAST_FAIL ->
          checkBranch(code.index(), typer.height());
      case Opcodes.BR_IF, Opcodes.BR_ON_NULL -> checkBranch(code.index(), typer.height() - 1);
      case Opcodes.BR_TABLE -> {
        for (int i = 0; i < code.listSize(); i++) {
          checkBranch(code.list(i), typer.height() - 1);
        }
      }
      case Opcodes.RETURN_CALL -> {
        if (code.index() < module.functionCount()) {
          checkTailCall(module.functionType(code.index()), 0);
        }
      }
      case Opcodes.RETURN_CALL_INDIRECT, Opcodes.RETURN_CALL_REF -> checkTailCall(code.index(), 1);
      default -> {}
    }
  }

  private void checkParams() throws LoadException {
    if (paramSlots() > 1) {
      throw refused("a construct with parameters");
    }
  }

  /**
   * Checks a branch.
   *
   * @param height of the operands when it is made, those that it carries included
   */
  private void checkBranch(int label, int height) throws LoadException {
    int frame = typer.depth() - 1 - label;
    if (frame <= 0) {
      return; // the body's own frame, or none: then typing fails
    }
    boolean loop = opcodes.get(frame) == Opcodes.LOOP;
    if (loop && results.get(frame) > 1) {
      throw refused("a branch to a loop with several results");
    }
    if (params.get(frame) == 0 || (loop && results.get(frame) == 0)) {
      return;
    }
    if (height - carried.get(frame) > typer.frameHeight(frame)) {
      throw refused("a branch that drops operands in a construct with a parameter");
    }
  }

  private void checkTailCall(int callee, int above) throws LoadException {
    if (!types.isFunction(callee)) {
      return; // typing fails, as it does for an unknown function or label
    }
    if (results.get(0) > 1) {
      throw refused("a tail call where there are several results");
    }
    if (typer.height() > above + types.paramCount(callee)) {
      throw refused("a tail call that drops operands");
    }
  }

  /** Slots of parameters of the construct under the cursor. */
  private int paramSlots() {
    int type = code.blockTypeIndex();
    if (!types.isFunction(type)) {
      return 0; // if it is an index all the same, typing fails
    }
    int slots = 0;
    for (int i = 0; i < types.paramCount(type); i++) {
      slots += types.param(type, i) == ValType.V128 ? 2 : 1;
    }
    return slots;
  }

  private int resultSlots(int type, int valType) {
    if (!types.isFunction(type)) {
      return valType == 0 ? 0 : valType == ValType.V128 ? 2 : 1;
    }
    int slots = 0;
    for (int i = 0; i < types.resultCount(type); i++) {
      slots += types.result(type, i) == ValType.V128 ? 2 : 1;
    }
    return slots;
  }

  private LoadException refused(String what) {
    return new LoadException(
        Kind.UNSUPPORTED,
        "%s, which the interpreter executes wrongly (function %d at offset 0x%x)"
            .formatted(what, function, code.start()));
  }
}
