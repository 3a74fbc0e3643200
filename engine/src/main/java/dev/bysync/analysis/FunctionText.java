package dev.bysync.analysis;

import dev.bysync.analysis.Explainer.Why;
import dev.bysync.wasm.code.CodeReader;
import dev.bysync.wasm.code.Opcodes;
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

  /**
   * A call.
   *
   * @param callee the function that is called, -1 if it is called indirectly
   * @param type the type that it is called as
   */
  public record Call(int callee, int type) {}

  /**
   * The call at an offset.
   *
   * @throws IllegalArgumentException if there is none in the function
   */
  public Call call(int function, int offset) {
    int end = module.bodyEnd(function - module.importedFunctionCount());
    CodeReader code = new CodeReader(module.bytes(), offset, end);
    return switch (code.next()) {
      case Opcodes.CALL, Opcodes.RETURN_CALL ->
          new Call(code.index(), module.functionType(code.index()));
      case Opcodes.CALL_INDIRECT,
          Opcodes.RETURN_CALL_INDIRECT,
          Opcodes.CALL_REF,
          Opcodes.RETURN_CALL_REF ->
          new Call(-1, code.index());
      default -> throw new IllegalArgumentException("no call at 0x" + Integer.toHexString(offset));
    };
  }

  /** A call in words: {@code calls env.f}, {@code calls indirectly, as (i32) -> i32}. */
  public String words(Call call) {
    return call.callee() >= 0
        ? "calls " + name(call.callee())
        : "calls indirectly, as " + type(call.type());
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
