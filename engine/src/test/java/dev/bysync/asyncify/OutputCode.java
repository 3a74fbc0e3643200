package dev.bysync.asyncify;

import dev.bysync.wasm.binary.ByteReader;
import dev.bysync.wasm.code.CodeReader;
import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.ExternKind;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.ValType;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** The transform's output, decoded, with what the transform has added told from what it copied. */
final class OutputCode {
  final Module module;
  final Transformed transformed;

  /** Offsets of bytes that were copied from the original. */
  private final BitSet copied = new BitSet();

  private final int state;
  private final int data;
  private final List<Body> bodies = new ArrayList<>();

  /**
   * An instruction.
   *
   * @param index its index, constant or memory offset, whichever it has; else 0
   * @param isAdded whether the transform has added it
   */
  record Instruction(int opcode, int start, int end, long index, boolean isAdded) {
    boolean is(int other) {
      return opcode == other;
    }

    boolean is(int other, long otherIndex) {
      return opcode == other && index == otherIndex;
    }
  }

  /** A function with its instructions. */
  record Body(int function, List<Integer> locals, List<Instruction> code) {
    boolean has(int opcode) {
      return code.stream().anyMatch(instruction -> instruction.is(opcode));
    }
  }

  OutputCode(byte[] original) {
    OffsetMap map = new OffsetMap();
    transformed = Asyncify.transform(original, AsyncifyOptions.defaults(), map);
    module = Module.read(transformed.bytes());
    for (int run = 0; run < map.size(); run++) {
      copied.set(map.output(run), map.output(run) + map.length(run));
    }
    for (int body = 0; body < module.bodyCount(); body++) {
      bodies.add(decode(body));
    }
    Body getState = body(exported("asyncify_get_state"));
    state = (int) getState.code().get(0).index();
    Body start = body(exported("asyncify_start_unwind"));
    data =
        (int)
            start.code().stream()
                .filter(instruction -> instruction.is(Opcodes.GLOBAL_SET))
                .filter(instruction -> instruction.index() != state)
                .findFirst()
                .orElseThrow()
                .index();
  }

  private Body decode(int body) {
    int function = body + module.importedFunctionCount();
    List<Integer> locals = new ArrayList<>();
    int type = module.functionType(function);
    for (int i = 0; i < module.types().paramCount(type); i++) {
      locals.add(module.types().param(type, i));
    }
    ByteReader in = new ByteReader(module.bytes(), module.bodyStart(body), module.bodyEnd(body));
    for (int group = in.count(); group > 0; group--) {
      int count = in.u32();
      int declared = ValType.read(in);
      for (int i = 0; i < count; i++) {
        locals.add(declared);
      }
    }
    List<Instruction> code = new ArrayList<>();
    CodeReader reader = new CodeReader(module.bytes(), in.position(), module.bodyEnd(body));
    while (!reader.atEnd()) {
      int opcode = reader.next();
      long index =
          switch (reader.immediate()) {
            case I32, I64, MEMARG -> reader.literal();
            case FUNC, LOCAL, GLOBAL, TABLE, TAG, LABEL -> reader.index();
            default -> 0;
          };
      boolean added = !copied.get(reader.start());
      code.add(new Instruction(opcode, reader.start(), reader.end(), index, added));
    }
    return new Body(function, locals, code);
  }

  List<Body> bodies() {
    return bodies;
  }

  Body body(int function) {
    return bodies.get(function - module.importedFunctionCount());
  }

  int exported(String name) {
    return module.exports().stream()
        .filter(export -> export.kind() == ExternKind.FUNCTION && export.name().equals(name))
        .findFirst()
        .orElseThrow()
        .index();
  }

  /** The global that holds the state. */
  int state() {
    return state;
  }

  /** The global that holds the structure's address. */
  int data() {
    return data;
  }

  /** Whether the state is read here, or after a constant, to see if a call has unwound. */
  boolean isCheck(Instruction at) {
    return transformed.sites().siteAtCheck(at.start()) >= 0;
  }

  /** Whether a function is of the original, or the second form of one that was split. */
  boolean isInstrumented(Body body) {
    return isOriginal(body.function()) || body.code().stream().anyMatch(this::isCheck);
  }

  /** Whether a function was in the original. */
  boolean isOriginal(int function) {
    return function < module.importedFunctionCount() + transformed.functions();
  }

  int params(int function) {
    return module.types().paramCount(module.functionType(function));
  }

  int results(int function) {
    return module.types().resultCount(module.functionType(function));
  }

  /** Whether a function is a helper that takes values and gives none back: a push. */
  boolean isPush(int function) {
    return isHelper(function)
        && params(function) > 0
        && results(function) == 0
        && body(function).code().stream().anyMatch(at -> isStore(at.opcode()));
  }

  /** Whether a function is a helper that gives values: a pop. */
  boolean isPop(int function) {
    return isHelper(function)
        && params(function) == 0
        && results(function) > 0
        && body(function).has(Opcodes.CALL);
  }

  private boolean isHelper(int function) {
    return function >= module.importedFunctionCount() && !isOriginal(function);
  }

  static boolean isStore(int opcode) {
    return (opcode >= 0x36 && opcode <= 0x39) || opcode == Opcodes.V128_STORE;
  }

  static boolean isLoad(int opcode) {
    return (opcode >= 0x28 && opcode <= 0x2B) || opcode == Opcodes.V128_LOAD;
  }
}
