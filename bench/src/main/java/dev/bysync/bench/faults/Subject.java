package dev.bysync.bench.faults;

import dev.bysync.asyncify.Asyncify;
import dev.bysync.asyncify.AsyncifyOptions;
import dev.bysync.asyncify.CodeMap;
import dev.bysync.asyncify.OffsetMap;
import dev.bysync.asyncify.SiteMap;
import dev.bysync.asyncify.Transformed;
import dev.bysync.bench.faults.Instruction.Origin;
import dev.bysync.wasm.binary.ByteReader;
import dev.bysync.wasm.code.CodeReader;
import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.ExternKind;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.ValType;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * A module and what the transform made of it, decoded. Which of the output's bytes were copied from
 * the original is known from the transform's map of offsets; all other code is added.
 */
final class Subject {
  private static final Set<Integer> STORES =
      Set.of(
          Opcodes.I32_STORE,
          Opcodes.I64_STORE,
          Opcodes.F32_STORE,
          Opcodes.F64_STORE,
          Opcodes.V128_STORE);

  private final String name;
  private final byte[] original;
  private final AsyncifyOptions options;
  private final Transformed transformed;
  private final CodeMap map;
  private final OffsetMap offsets;
  private final Module module;
  private final int firstAdded;
  private final int state;
  private final BitSet storing = new BitSet();

  /** Added functions that call others: pushes claim their room so. */
  private final BitSet claiming = new BitSet();

  /** The body decoded last: neighbours are asked for one after the other. */
  private Body last;

  Subject(String name, byte[] original) {
    this(name, original, AsyncifyOptions.defaults());
  }

  Subject(String name, byte[] original, AsyncifyOptions options) {
    this.name = name;
    this.original = original;
    this.options = options;
    transformed = Asyncify.transformMapped(original, options);
    map = Objects.requireNonNull(transformed.map());
    offsets = map.offsets();
    module = Module.read(transformed.bytes());
    firstAdded = module.importedFunctionCount() + transformed.functions();
    last = decode(0);
    state = body(export("asyncify_get_state")).at(0).index();
  }

  /** What the module was transformed with. */
  AsyncifyOptions options() {
    return options;
  }

  private Body decode(int body) {
    return decode(module, body);
  }

  /** The body with a fault in it; nothing in it counts as copied. */
  Body decodeMutant(Module mutant, int function) {
    return decode(mutant, function - mutant.importedFunctionCount());
  }

  private Body decode(Module module, int body) {
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
    boolean isGood = module == this.module;
    int run = isGood ? firstRun(in.position()) : -1;
    while (!reader.atEnd()) {
      reader.next();
      while (isGood && run + 1 < offsets.size() && offsets.output(run + 1) <= reader.start()) {
        run++;
      }
      code.add(instruction(reader, run));
    }
    return new Body(
        function,
        locals.stream().mapToInt(Integer::intValue).toArray(),
        module.types().paramCount(type),
        code.toArray(Instruction[]::new));
  }

  /** The last run that starts at or before an offset, or -1. */
  private int firstRun(int offset) {
    int low = 0;
    int high = offsets.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (offsets.output(middle) <= offset) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low - 1;
  }

  private Instruction instruction(CodeReader reader, int run) {
    int index =
        switch (reader.immediate()) {
          case FUNC, LOCAL, GLOBAL, TABLE, TAG, LABEL, TYPE, CALL_INDIRECT -> reader.index();
          default -> 0;
        };
    long literal =
        switch (reader.immediate()) {
          case I32, I64, F32, F64, MEMARG -> reader.literal();
          default -> 0;
        };
    return new Instruction(
        reader.opcode(), reader.start(), reader.end(), index, literal, origin(reader, run));
  }

  private Origin origin(CodeReader reader, int run) {
    if (run < 0) {
      return Origin.ADDED;
    }
    int at = reader.start() - offsets.output(run);
    if (at == 0) {
      boolean relabelled = offsets.length(run) == 1 && reader.end() > reader.start() + 1;
      return relabelled ? Origin.RELABELLED : Origin.COPIED;
    }
    if (at >= offsets.length(run)) {
      return Origin.ADDED;
    }
    // behind an instruction that became shorter, since its index has changed, a run ends too late
    for (int i = reader.start(); i < reader.end(); i++) {
      if (bytes()[i] != original[offsets.original(run) + i - offsets.output(run)]) {
        return Origin.ADDED;
      }
    }
    return Origin.COPIED;
  }

  String name() {
    return name;
  }

  byte[] original() {
    return original;
  }

  /** The good output. */
  byte[] bytes() {
    return transformed.bytes();
  }

  Module module() {
    return module;
  }

  OffsetMap offsets() {
    return offsets;
  }

  /** What of the good output is what of the original. */
  CodeMap map() {
    return map;
  }

  SiteMap sites() {
    return transformed.sites();
  }

  /** A body by its number, which counts from 0 without imports. */
  Body bodyAt(int body) {
    if (last.function() != body + module.importedFunctionCount()) {
      last = decode(body);
    }
    return last;
  }

  Body body(int function) {
    return bodyAt(function - module.importedFunctionCount());
  }

  /** The body that holds an offset of the output, or null if none does. */
  Body bodyAround(int offset) {
    int low = 0;
    int high = module.bodyCount() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (module.bodyStart(middle) <= offset) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return bodyAt(low);
  }

  /** Whether a function is none of the original's. */
  boolean isAdded(int function) {
    return function >= firstAdded;
  }

  /** Whether a function is one that the transform added without any of the original's code. */
  boolean isHelper(Body body) {
    if (!isAdded(body.function())) {
      return false;
    }
    for (int i = 0; i < body.size(); i++) {
      if (!body.at(i).isAdded()) {
        return false;
      }
    }
    return true;
  }

  /** Index of the global that holds the state. */
  int state() {
    return state;
  }

  /** Index of the global that holds the structure's address, or -1. */
  int data() {
    Body start = body(export("asyncify_start_unwind"));
    return start.near(0).is(Opcodes.LOCAL_GET, 0) && start.near(1).is(Opcodes.GLOBAL_SET)
        ? start.at(1).index()
        : -1;
  }

  int export(String wanted) {
    return module.exports().stream()
        .filter(export -> export.kind() == ExternKind.FUNCTION && export.name().equals(wanted))
        .findFirst()
        .orElseThrow()
        .index();
  }

  int params(int function) {
    return module.types().paramCount(module.functionType(function));
  }

  int results(int function) {
    return module.types().resultCount(module.functionType(function));
  }

  int param(int function, int index) {
    return module.types().param(module.functionType(function), index);
  }

  int result(int function, int index) {
    return module.types().result(module.functionType(function), index);
  }

  boolean isStateRead(Instruction at) {
    return at.is(Opcodes.GLOBAL_GET, state);
  }

  boolean isAddedCall(Instruction at) {
    return at.isAdded() && at.is(Opcodes.CALL) && isAdded(at.index());
  }

  /** Whether an added call takes values and gives none: it pushes them. */
  boolean isPush(Instruction at) {
    return isAddedCall(at)
        && params(at.index()) > 0
        && results(at.index()) == 0
        && storing().get(at.index());
  }

  /** Whether an added call takes a number of bytes and looks for room: it claims nothing. */
  boolean isRoomCheck(Instruction at) {
    return isPush(at) && !claiming.get(at.index());
  }

  /** Added functions that write memory themselves. */
  private BitSet storing() {
    if (storing.isEmpty()) {
      for (int function = firstAdded; function < module.functionCount(); function++) {
        Body body = decode(function - module.importedFunctionCount());
        for (int i = 0; i < body.size(); i++) {
          boolean stores = STORES.contains(body.at(i).opcode());
          storing.set(function, storing.get(function) || stores);
          claiming.set(function, claiming.get(function) || body.at(i).is(Opcodes.CALL));
        }
      }
    }
    return storing;
  }

  /** Whether an added call takes no values and gives some: it pops them. */
  boolean isPop(Instruction at) {
    return isAddedCall(at) && params(at.index()) == 0 && results(at.index()) > 0;
  }

  /** Of a reference to its slot or back. */
  boolean isConversion(Instruction at) {
    return at.is(Opcodes.REF_CAST)
        || at.is(Opcodes.REF_CAST_NULL)
        || at.is(Opcodes.REF_AS_NON_NULL)
        || (isAddedCall(at) && params(at.index()) == 1 && results(at.index()) == 1);
  }

  /** Whether what is written was popped. */
  boolean isRestored(Body body, int i) {
    int before = i - 1;
    while (before >= 0
        && ((body.at(before).isAdded() && body.at(before).is(Opcodes.LOCAL_SET))
            || isConversion(body.at(before)))) {
      before--;
    }
    return before >= 0 && isPop(body.at(before));
  }
}
