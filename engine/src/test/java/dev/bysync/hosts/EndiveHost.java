package dev.bysync.hosts;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import run.endive.runtime.HostFunction;
import run.endive.runtime.ImportValues;
import run.endive.runtime.Instance;
import run.endive.wasm.Parser;
import run.endive.wasm.types.FunctionType;
import run.endive.wasm.types.ValType;

/** Runs a module whose import {@code env.fetch} waits for a future: no thread waits with it. */
final class EndiveHost {
  private static final int STACK_BYTES = 1 << 16;

  private final Instance instance;
  private final int stack;

  /** What the module waits for while it is suspended; what has come of it. */
  private CompletableFuture<Integer> waiting = new CompletableFuture<>();

  EndiveHost(byte[] module, Function<Integer, CompletableFuture<Integer>> fetch) {
    HostFunction suspending =
        new HostFunction(
            "env",
            "fetch",
            FunctionType.of(List.of(ValType.I32), List.of(ValType.I32)),
            (caller, arguments) -> {
              if (caller.exports().function("asyncify_get_state").apply()[0] == 2) {
                caller.exports().function("asyncify_stop_rewind").apply();
                return new long[] {waiting.join()}; // has come: see resume
              }
              waiting = fetch.apply((int) arguments[0]);
              start(caller);
              return new long[] {0};
            });
    instance =
        Instance.builder(Parser.parse(module))
            .withImportValues(ImportValues.builder().addFunction(suspending).build())
            .build();
    stack = instance.memory().grow(STACK_BYTES >> 16) << 16;
  }

  private void start(Instance caller) {
    caller.memory().writeI32(stack, stack + 8);
    caller.memory().writeI32(stack + 4, stack + STACK_BYTES);
    caller.exports().function("asyncify_start_unwind").apply(stack);
  }

  /** Calls an export; one call at a time. */
  CompletableFuture<Long> call(String export, long... arguments) {
    return goOn(export, instance.exports().function(export).apply(arguments));
  }

  private CompletableFuture<Long> goOn(String export, long[] result) {
    if (instance.exports().function("asyncify_get_state").apply()[0] != 1) {
      return CompletableFuture.completedFuture(result[0]);
    }
    instance.exports().function("asyncify_stop_unwind").apply();
    return waiting.thenCompose(value -> resume(export));
  }

  private CompletableFuture<Long> resume(String export) {
    instance.exports().function("asyncify_start_rewind").apply(stack);
    // the frames have the arguments; Endive wants as many as the type has
    long[] any = new long[instance.exportType(export).params().size()];
    return goOn(export, instance.exports().function(export).apply(any));
  }
}
