package dev.bysync.interp;

import dev.bysync.wasm.module.Module.Address;
import dev.bysync.wasm.module.Module.Mutability;
import dev.bysync.wasm.module.Module.Sharing;
import dev.bysync.wasm.module.ValType;

/** The {@code spectest} module that scripts import. */
final class SuiteHost {
  private SuiteHost() {}

  /** Its functions do what {@code function} does. */
  static Imports.Builder imports(Store store, HostFunction function) {
    Imports.Builder builder = Imports.builder();
    print(builder, store, function, "print");
    print(builder, store, function, "print_i32", ValType.I32);
    print(builder, store, function, "print_i64", ValType.I64);
    print(builder, store, function, "print_f32", ValType.F32);
    print(builder, store, function, "print_f64", ValType.F64);
    print(builder, store, function, "print_i32_f32", ValType.I32, ValType.F32);
    print(builder, store, function, "print_f64_f64", ValType.F64, ValType.F64);
    global(builder, "global_i32", ValType.I32, 666);
    global(builder, "global_i64", ValType.I64, 666);
    global(builder, "global_f32", ValType.F32, Float.floatToIntBits(666.6f));
    global(builder, "global_f64", ValType.F64, Double.doubleToLongBits(666.6));
    int funcref = ValType.FUNCREF;
    builder.define("spectest", "table", WasmTable.of(store, funcref, Address.I32, 10, 20));
    builder.define("spectest", "table64", WasmTable.of(store, funcref, Address.I64, 10, 20));
    builder.define("spectest", "memory", WasmMemory.of(store, Address.I32, Sharing.UNSHARED, 1, 2));
    builder.define(
        "spectest", "shared_memory", WasmMemory.of(store, Address.I32, Sharing.SHARED, 1, 2));
    return builder;
  }

  private static void print(
      Imports.Builder builder, Store store, HostFunction function, String name, int... params) {
    FunctionType type = FunctionType.of(params, new int[0]);
    builder.define("spectest", name, WasmFunction.of(store, type, function));
  }

  private static void global(Imports.Builder builder, String name, int type, long bits) {
    builder.define("spectest", name, WasmGlobal.of(type, Mutability.CONST, bits));
  }
}
