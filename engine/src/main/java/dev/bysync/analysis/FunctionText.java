package dev.bysync.analysis;

import dev.bysync.analysis.Explainer.Why;
import dev.bysync.wasm.module.ExternKind;
import dev.bysync.wasm.module.FunctionNames;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.Types;
import dev.bysync.wasm.module.ValType;
import java.util.StringJoiner;

/** Functions, types and reasons in words. */
public final class FunctionText {
  private final Module module;
  private final FunctionNames names;
  private final String[] imports;

  public FunctionText(Module module, FunctionNames names) {
    this.module = module;
    this.names = names;
    imports = new String[module.importedFunctionCount()];
    for (Module.Import imported : module.imports()) {
      if (imported.kind() == ExternKind.FUNCTION) {
        imports[imported.index()] = imported.module() + "." + imported.name();
      }
    }
  }

  /** An import as {@code module.name}, another function by its name. */
  public String name(int function) {
    return function < imports.length ? imports[function] : names.name(function);
  }

  /** A function type, such as {@code (i32, i64) -> f32}. */
  public String type(int type) {
    Types types = module.types();
    StringJoiner params = new StringJoiner(", ", "(", ")");
    for (int i = 0; i < types.paramCount(type); i++) {
      params.add(ValType.name(types.param(type, i)));
    }
    StringJoiner results = new StringJoiner(", ", "(", ")");
    for (int i = 0; i < types.resultCount(type); i++) {
      results.add(ValType.name(types.result(type, i)));
    }
    return params + " -> " + results;
  }

  /** Why a function is instrumented or not, to follow its name. */
  public String reason(Why why) {
    String at = why.offset() < 0 ? "" : " at 0x" + Integer.toHexString(why.offset());
    String reason =
        switch (why.cause()) {
          case CALLS -> "calls " + name(why.callee());
          case CALLS_INDIRECTLY ->
              "calls indirectly, as %s, what may be %s"
                  .formatted(type(why.type()), name(why.callee()));
          case CALLS_HOST ->
              "calls indirectly, as %s, what the host may have supplied"
                  .formatted(type(why.type()));
          default -> why.cause().words();
        };
    return reason + at;
  }
}
