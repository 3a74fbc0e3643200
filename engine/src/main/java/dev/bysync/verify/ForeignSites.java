package dev.bysync.verify;

import dev.bysync.verify.SiteCoverage.Way;
import dev.bysync.wasm.binary.WasmException;
import dev.bysync.wasm.code.BodyTyper;
import dev.bysync.wasm.code.CodeReader;
import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.code.Validator;
import dev.bysync.wasm.module.ExternKind;
import dev.bysync.wasm.module.IntArray;
import dev.bysync.wasm.module.Module;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the sites of another tool's output. A call is one if the state is asked right behind it
 * whether the stack unwinds, as Binaryen's pass does: the global that {@code asyncify_get_state}
 * reads is compared with 1, or branched on, before anything else happens than that results are put
 * into locals. What a tool takes for a call that never suspends is none, so that it is not forced.
 *
 * <p>A site is matched with a call of the original by caller, callee (or the type, where it is
 * called indirectly) and the number of the call among such calls of the caller, where both callers
 * make as many of them.
 */
final class ForeignSites {
  /** Instructions between a call and the question. */
  private static final int MAX_BETWEEN = 8;

  private final Module original;
  private final Module output;
  private final int state;
  private final int[] toOriginal;
  private final BodyTyper bodies;
  private final Map<List<List<Integer>>, Integer> types = new HashMap<>();

  private final IntArray functions = new IntArray();
  private final IntArray originalOffsets = new IntArray();
  private final IntArray outputFunctions = new IntArray();
  private final IntArray outputOffsets = new IntArray();
  private final List<Way> unmatched = new ArrayList<>();
  private SiteCalls.Forcing forcing = SiteCalls.Forcing.POSSIBLE;

  private ForeignSites(Module original, Module output, int state) {
    this.original = original;
    this.output = output;
    this.state = state;
    toOriginal = FunctionMatch.of(original, output);
    bodies = new BodyTyper(original);
  }

  /** Those of a pair; null if a module is invalid, or the state is not in a global. */
  static @Nullable SiteCalls of(byte[] original, byte[] transformed) {
    try {
      Module before = valid(original);
      Module output = valid(transformed);
      int state = stateGlobal(output);
      return state < 0 ? null : new ForeignSites(before, output, state).find();
    } catch (WasmException e) {
      return null; // which running it tells better
    }
  }

  private static Module valid(byte[] bytes) {
    Module module = Module.read(bytes);
    Validator.validate(module);
    return module;
  }

  private static int stateGlobal(Module output) {
    for (Module.Export export : output.exports()) {
      int body = export.index() - output.importedFunctionCount();
      if (export.kind() == ExternKind.FUNCTION
          && export.name().equals("asyncify_get_state")
          && body >= 0) {
        CodeReader code = code(output, new BodyTyper(output), body);
        return code.next() == Opcodes.GLOBAL_GET ? code.index() : -1;
      }
    }
    return -1;
  }

  private static CodeReader code(Module module, BodyTyper bodies, int body) {
    return new CodeReader(module.bytes(), bodies.begin(body), module.bodyEnd(body));
  }

  private SiteCalls find() {
    BodyTyper others = new BodyTyper(output);
    for (int body = 0; body < output.bodyCount(); body++) {
      addSites(others, body);
    }
    long[] byOffset = new long[functions.size()];
    for (int site = 0; site < byOffset.length; site++) {
      byOffset[site] = (long) outputOffsets.get(site) << 32 | site;
    }
    return new SiteCalls(
        functions.toArray(),
        originalOffsets.toArray(),
        outputFunctions.toArray(),
        byOffset,
        unmatched.toArray(new Way[0]),
        forcing);
  }

  /** Sites of a body of the output. */
  private void addSites(BodyTyper others, int body) {
    Map<Long, IntArray> calls = new HashMap<>();
    List<long[]> sites = new ArrayList<>(); // offset, callee, number among its calls
    CodeReader code = code(output, others, body);
    while (!code.atEnd()) {
      int opcode = code.next();
      if (isTailCall(opcode)) {
        forcing = SiteCalls.Forcing.NOT_WITH_TAIL_CALLS;
      } else if (isCall(opcode)) {
        int direct = opcode == Opcodes.CALL ? toOriginal[code.index()] : -1;
        long callee = callee(code, direct, output);
        IntArray same = calls.computeIfAbsent(callee, key -> new IntArray());
        if (asksBehind(code.end(), output.bodyEnd(body))) {
          sites.add(new long[] {code.start(), callee, same.size()});
        }
        same.add(code.start());
      }
    }
    if (!sites.isEmpty()) {
      int outputFunction = body + output.importedFunctionCount();
      int function = toOriginal[outputFunction];
      Map<Long, IntArray> before = function < 0 ? Map.of() : originalCalls(function);
      for (long[] site : sites) {
        outputFunctions.add(outputFunction);
        add(site, function, before, calls);
      }
    }
  }

  /** Offsets of a function's calls, by what is called. */
  private Map<Long, IntArray> originalCalls(int function) {
    Map<Long, IntArray> calls = new HashMap<>();
    CodeReader code = code(original, bodies, function - original.importedFunctionCount());
    while (!code.atEnd()) {
      int opcode = code.next();
      if (isCall(opcode)) {
        long callee = callee(code, opcode == Opcodes.CALL ? code.index() : -1, original);
        calls.computeIfAbsent(callee, key -> new IntArray()).add(code.start());
      }
    }
    return calls;
  }

  private void add(
      long[] site, int function, Map<Long, IntArray> before, Map<Long, IntArray> calls) {
    IntArray same = before.getOrDefault(site[1], new IntArray());
    boolean isMatched = same.size() == calls.getOrDefault(site[1], new IntArray()).size();
    functions.add(isMatched ? function : SiteCalls.UNMATCHED);
    originalOffsets.add(isMatched ? same.get((int) site[2]) : SiteCalls.UNMATCHED);
    outputOffsets.add((int) site[0]);
    unmatched.add(
        isMatched ? Way.MISSED : function < 0 ? Way.UNKNOWN_FUNCTION : Way.OTHER_NUMBER_OF_CALLS);
  }

  private static boolean isCall(int opcode) {
    return opcode == Opcodes.CALL || opcode == Opcodes.CALL_INDIRECT || opcode == Opcodes.CALL_REF;
  }

  private static boolean isTailCall(int opcode) {
    return opcode == Opcodes.RETURN_CALL
        || opcode == Opcodes.RETURN_CALL_INDIRECT
        || opcode == Opcodes.RETURN_CALL_REF;
  }

  /**
   * What is called: a function of the original, or a type.
   *
   * @param direct the original's function that is called; -1 if that is not known
   */
  private long callee(CodeReader code, int direct, Module module) {
    if (code.opcode() == Opcodes.CALL) {
      return direct;
    }
    List<List<Integer>> type = FunctionMatch.shape(module.types(), code.index());
    return (long) code.opcode() << 32 | types.computeIfAbsent(type, key -> types.size());
  }

  /** Whether the state is asked for from an offset on, before anything else happens. */
  private boolean asksBehind(int offset, int end) {
    CodeReader code = new CodeReader(output.bytes(), offset, end);
    for (int i = 0; i < MAX_BETWEEN && !code.atEnd(); i++) {
      switch (code.next()) {
        case Opcodes.LOCAL_GET,
            Opcodes.LOCAL_SET,
            Opcodes.LOCAL_TEE,
            Opcodes.DROP,
            Opcodes.NOP,
            Opcodes.I32_CONST -> {}
        case Opcodes.GLOBAL_GET -> {
          return code.index() == state && isQuestion(code);
        }
        default -> {
          return false;
        }
      }
    }
    return false;
  }

  /** Whether what follows asks if the state is 1, or at least not 0. */
  private static boolean isQuestion(CodeReader code) {
    int opcode = code.next();
    if (opcode == Opcodes.I32_CONST) {
      return code.literal() == 1 && code.next() == Opcodes.I32_EQ;
    }
    return opcode == Opcodes.IF || opcode == Opcodes.BR_IF;
  }
}
