package dev.bysync.verify;

import dev.bysync.wasm.code.BodyTyper;
import dev.bysync.wasm.code.CodeReader;
import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.ExternKind;
import dev.bysync.wasm.module.IntArray;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.Types;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which function of another tool's output is which of the original. A tool that only adds functions
 * leaves all others their indices. Where functions were left out or put into another order, those
 * are matched that have a name (imports, exports), a place in a table or are the start function,
 * and from there on the callees of matched functions that make as many direct calls, of the same
 * types in the same order.
 */
final class FunctionMatch {
  private static final int NONE = -1;

  private final Module original;
  private final Module output;
  private final int[] toOriginal;
  private final int[] toOutput;
  private final Deque<Integer> matched = new ArrayDeque<>();

  private FunctionMatch(Module original, Module output) {
    this.original = original;
    this.output = output;
    toOriginal = new int[output.functionCount()];
    toOutput = new int[original.functionCount()];
    Arrays.fill(toOriginal, NONE);
    Arrays.fill(toOutput, NONE);
  }

  /** Finds them: for each function of the output the original's, or -1. */
  static int[] of(Module original, Module output) {
    FunctionMatch match = new FunctionMatch(original, output);
    if (match.areAllInPlace()) {
      for (int function = 0; function < original.functionCount(); function++) {
        match.toOriginal[function] = function;
      }
    } else {
      match.begin();
      match.goOn();
    }
    return match.toOriginal;
  }

  // ---- everything where it was ----

  private boolean areAllInPlace() {
    if (output.functionCount() < original.functionCount()
        || !names(original).equals(names(output))
        || !areSegmentsAlike()) {
      return false;
    }
    for (int function = 0; function < original.functionCount(); function++) {
      if (!hasSameType(function, function)) {
        return false;
      }
    }
    Map<String, Integer> exports = exports(output);
    for (Map.Entry<String, Integer> export : exports(original).entrySet()) {
      if (!export.getValue().equals(exports.get(export.getKey()))) {
        return false;
      }
    }
    for (int i = 0; i < original.elements().size(); i++) {
      if (!Arrays.equals(
          original.elements().get(i).functions(), output.elements().get(i).functions())) {
        return false;
      }
    }
    return true;
  }

  private boolean areSegmentsAlike() {
    return original.elements().size() == output.elements().size();
  }

  private static List<String> names(Module module) {
    return module.imports().stream()
        .filter(imported -> imported.kind() == ExternKind.FUNCTION)
        .map(FunctionMatch::name)
        .toList();
  }

  private static String name(Module.Import imported) {
    return imported.module().length() + ":" + imported.module() + "." + imported.name();
  }

  private static Map<String, Integer> exports(Module module) {
    Map<String, Integer> exports = new HashMap<>();
    for (Module.Export export : module.exports()) {
      if (export.kind() == ExternKind.FUNCTION) {
        exports.put(export.name(), export.index());
      }
    }
    return exports;
  }

  private boolean hasSameType(int function, int other) {
    return shape(original.types(), original.functionType(function))
        .equals(shape(output.types(), output.functionType(other)));
  }

  /** Parameters and results of a function type, the same in both modules if they are the same. */
  static List<List<Integer>> shape(Types types, int type) {
    List<Integer> params = new ArrayList<>();
    for (int i = 0; i < types.paramCount(type); i++) {
      params.add(types.param(type, i));
    }
    List<Integer> results = new ArrayList<>();
    for (int i = 0; i < types.resultCount(type); i++) {
      results.add(types.result(type, i));
    }
    return List.of(params, results);
  }

  // ---- one after the other ----

  private void begin() {
    Map<String, Deque<Integer>> imports = new HashMap<>();
    for (Module.Import imported : original.imports()) {
      if (imported.kind() == ExternKind.FUNCTION) {
        imports
            .computeIfAbsent(name(imported), name -> new ArrayDeque<>())
            .addLast(imported.index());
      }
    }
    for (Module.Import imported : output.imports()) {
      Deque<Integer> same = imports.get(name(imported));
      if (imported.kind() == ExternKind.FUNCTION && same != null && !same.isEmpty()) {
        match(same.removeFirst(), imported.index());
      }
    }
    Map<String, Integer> exports = exports(output);
    exports(original)
        .forEach((name, function) -> match(function, exports.getOrDefault(name, NONE)));
    match(original.startFunction(), output.startFunction());
    for (int i = 0; areSegmentsAlike() && i < original.elements().size(); i++) {
      int[] items = original.elements().get(i).functions();
      int[] others = output.elements().get(i).functions();
      for (int item = 0; items.length == others.length && item < items.length; item++) {
        match(items[item], others[item]);
      }
    }
  }

  private void match(int function, int other) {
    if (function >= 0
        && other >= 0
        && toOutput[function] == NONE
        && toOriginal[other] == NONE
        && hasSameType(function, other)) {
      toOutput[function] = other;
      toOriginal[other] = function;
      matched.addLast(function);
    }
  }

  private void goOn() {
    BodyTyper bodies = new BodyTyper(original);
    BodyTyper others = new BodyTyper(output);
    while (!matched.isEmpty()) {
      int function = matched.removeFirst();
      int body = function - original.importedFunctionCount();
      int other = toOutput[function] - output.importedFunctionCount();
      if (body >= 0 && other >= 0) {
        matchCallees(callees(original, bodies, body), callees(output, others, other));
      }
    }
  }

  private void matchCallees(IntArray callees, IntArray others) {
    boolean same = callees.size() == others.size();
    for (int i = 0; same && i < callees.size(); i++) {
      same = hasSameType(callees.get(i), others.get(i));
    }
    for (int i = 0; same && i < callees.size(); i++) {
      match(callees.get(i), others.get(i));
    }
  }

  private static IntArray callees(Module module, BodyTyper bodies, int body) {
    IntArray callees = new IntArray();
    CodeReader code = new CodeReader(module.bytes(), bodies.begin(body), module.bodyEnd(body));
    while (!code.atEnd()) {
      int opcode = code.next();
      if (opcode == Opcodes.CALL || opcode == Opcodes.RETURN_CALL) {
        callees.add(code.index());
      }
    }
    return callees;
  }
}
