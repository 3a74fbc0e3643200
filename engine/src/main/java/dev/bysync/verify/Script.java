package dev.bysync.verify;

import dev.bysync.verify.machine.Shape;
import dev.bysync.verify.machine.Signature;
import dev.bysync.verify.machine.ValueKind;
import java.util.ArrayList;
import java.util.List;

/**
 * Which exports are called, with what: first what prepares a program ({@code _initialize} or {@code
 * __wasm_call_ctors}, then {@code _start} and the like; where names are shortened, the first
 * export, which is Emscripten's {@code __wasm_call_ctors}, if it takes and returns nothing), then
 * all others, 2 to 24 times each, in an order that the seed decides.
 *
 * @param setup calls that prepare the program
 * @param calls all others
 */
record Script(List<Call> setup, List<Call> calls) {
  /** Calls beyond the setup, at most. */
  private static final int MAX_CALLS = 1000;

  private static final int MAX_ROUNDS = 24;

  private static final List<String> SETUP =
      List.of("_initialize", "__wasm_call_ctors", "_start", "__wbindgen_start", "_main", "main");

  /** Go's {@code run} takes the number of arguments and where they are: one, which is empty. */
  private static final long[] GO_ARGUMENTS = {1, 4096 + 8};

  Script {
    setup = List.copyOf(setup);
    calls = List.copyOf(calls);
  }

  /** Whether an export prepares the program by its name. */
  static boolean isSetup(Shape.ExportedFunction export) {
    return SETUP.contains(export.name());
  }

  /** One call of an export. */
  @SuppressWarnings("ArrayRecordComponent") // never changed
  record Call(Shape.ExportedFunction export, long[] args) {
    /** For people: {@code f(1, 2)}. */
    String show() {
      return Trace.show(export.name(), args);
    }
  }

  /**
   * Writes the script.
   *
   * @param memorySize bytes of memory that arguments may point to
   */
  static Script of(Shape shape, long seed, long memorySize) {
    List<Shape.ExportedFunction> rest = new ArrayList<>();
    for (Shape.ExportedFunction function : shape.functions()) {
      boolean callable = !function.signature().params().contains(ValueKind.REFERENCE);
      if (callable && !function.name().startsWith("asyncify_")) {
        rest.add(function);
      }
    }
    List<Call> setup = new ArrayList<>();
    boolean initialised = false;
    for (String name : SETUP) {
      for (Shape.ExportedFunction function : List.copyOf(rest)) {
        if (function.name().equals(name)) {
          rest.remove(function);
          if (!(initialised && name.equals("__wasm_call_ctors"))) { // _initialize calls it
            setup.add(call(function, seed, 0, memorySize));
          }
          initialised = true;
        }
      }
    }
    if (setup.isEmpty() && !rest.isEmpty()) {
      Signature first = rest.get(0).signature();
      if (first.params().isEmpty() && first.results().isEmpty()) {
        setup.add(call(rest.remove(0), seed, 0, memorySize));
      }
    }
    if (shape.imports().stream().anyMatch(i -> GoRuntime.offers(i.module(), i.signature()))) {
      for (Shape.ExportedFunction function : List.copyOf(rest)) {
        if (function.name().equals("run") && Signature.slots(function.signature().params()) == 2) {
          rest.remove(function);
          setup.add(new Call(function, GO_ARGUMENTS));
        }
      }
    }
    return new Script(setup, calls(rest, seed, memorySize));
  }

  private static List<Call> calls(
      List<Shape.ExportedFunction> functions, long seed, long memorySize) {
    List<Call> calls = new ArrayList<>();
    int rounds = Math.max(2, Math.min(MAX_ROUNDS, MAX_CALLS / Math.max(1, functions.size())));
    for (int round = 0; round < rounds; round++) {
      List<Shape.ExportedFunction> order = new ArrayList<>(functions);
      for (int i = order.size() - 1; i > 0; i--) { // Fisher and Yates
        int j = (int) Long.remainderUnsigned(Draw.mix(seed + round, i), i + 1);
        Shape.ExportedFunction moved = order.get(i);
        order.set(i, order.get(j));
        order.set(j, moved);
      }
      for (Shape.ExportedFunction function : order) {
        if (calls.size() < MAX_CALLS) {
          calls.add(call(function, seed, round, memorySize));
        }
      }
    }
    return calls;
  }

  private static Call call(Shape.ExportedFunction function, long seed, int round, long memorySize) {
    List<ValueKind> kinds = function.signature().params();
    long[] args = new long[Signature.slots(kinds)];
    long random = Draw.mix(Draw.mix(seed, function.name()), round);
    int at = 0;
    for (ValueKind kind : kinds) {
      random = Draw.mix(random, at);
      Draw.value(kind, random, memorySize, args, at);
      at += kind.slots();
    }
    return new Call(function, args);
  }
}
