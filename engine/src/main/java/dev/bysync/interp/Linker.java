package dev.bysync.interp;

import dev.bysync.wasm.module.ExternKind;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.Module.Limits;
import dev.bysync.wasm.module.Module.Mutability;
import org.jspecify.annotations.Nullable;

/** Puts imports into an instance, if they are what its module wants (specification 3.2.8). */
final class Linker {
  private final Instance instance;
  private final Module module;
  private final TypeSpace types;

  Linker(Instance instance) {
    this.instance = instance;
    module = instance.module.module();
    types = instance.types;
  }

  void link(Module.Import imported, @Nullable Extern value) throws LinkException {
    if (value == null) {
      throw new LinkException("unknown import: " + name(imported));
    }
    int index = imported.index();
    boolean fits =
        switch (imported.kind()) {
          case ExternKind.FUNCTION -> value instanceof WasmFunction f && function(index, f);
          case ExternKind.TABLE -> value instanceof WasmTable t && table(index, t);
          case ExternKind.MEMORY -> value instanceof WasmMemory m && memory(index, m);
          case ExternKind.GLOBAL -> value instanceof WasmGlobal g && global(index, g);
          default -> value instanceof WasmTag t && tag(index, t);
        };
    if (!fits) {
      throw new LinkException("incompatible import type: " + name(imported));
    }
  }

  private static String name(Module.Import imported) {
    return ExternKind.name(imported.kind()) + " " + imported.module() + "." + imported.name();
  }

  private boolean function(int index, WasmFunction value) {
    instance.functions[index] = value;
    return value.store == instance.store
        && value.type.isSubtypeOf(types.defined(module.functionType(index)));
  }

  private boolean table(int index, WasmTable value) {
    Module.Table wanted = module.tables().get(index);
    instance.tables[index] = value;
    return value.store == instance.store
        && types.same(wanted.type(), value.types, value.type)
        && value.address == wanted.limits().address()
        && within(value.size, value.max, wanted.limits());
  }

  private boolean memory(int index, WasmMemory value) {
    Limits wanted = module.memories().get(index);
    instance.memories[index] = value;
    return value.store == instance.store
        && value.address == wanted.address()
        && value.sharing == wanted.sharing()
        && value.pageSizeLog2 == wanted.pageSizeLog2()
        && within(value.pages(), value.max, wanted);
  }

  private static boolean within(long size, long max, Limits wanted) {
    return Long.compareUnsigned(size, wanted.min()) >= 0
        && (!wanted.hasMax() || (max != -1 && Long.compareUnsigned(max, wanted.max()) <= 0));
  }

  private boolean global(int index, WasmGlobal value) {
    Module.Global wanted = module.globals().get(index);
    instance.globals[index] = value;
    return value.mutability == wanted.mutability()
        && (wanted.mutability() == Mutability.VAR
            ? types.same(wanted.type(), value.types, value.type)
            : types.accepts(wanted.type(), value.types, value.type));
  }

  private boolean tag(int index, WasmTag value) {
    instance.tags[index] = value;
    return value.type.is(types.defined(module.tagType(index)));
  }
}
