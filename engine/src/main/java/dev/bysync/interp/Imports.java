package dev.bysync.interp;

import dev.bysync.wasm.module.ExternKind;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.ValType;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Finds what a module imports. */
@FunctionalInterface
public interface Imports {
  /** What is imported under these names; null if nothing is. */
  @Nullable Extern resolve(Wanted wanted);

  /** An import of a module that is being instantiated. */
  final class Wanted {
    private final Store store;
    private final WasmModule module;
    private final Module.Import imported;

    Wanted(Store store, WasmModule module, Module.Import imported) {
      this.store = store;
      this.module = module;
      this.imported = imported;
    }

    /** First name. */
    public String module() {
      return imported.module();
    }

    /** Second name. */
    public String name() {
      return imported.name();
    }

    /** A constant of {@link ExternKind}. */
    public int kind() {
      return imported.kind();
    }

    /** Index in the index space of its kind. */
    public int index() {
      return imported.index();
    }

    /** The store of the instance to be made. */
    public Store store() {
      return store;
    }

    /** Parameters and results of an imported function or tag. */
    public FunctionType functionType() {
      return definedType().signature();
    }

    private DefinedType definedType() {
      int index = imported.index();
      Module decoded = module.module();
      return module
          .types()
          .defined(
              imported.kind() == ExternKind.TAG
                  ? decoded.tagType(index)
                  : decoded.functionType(index));
    }

    /** Makes the imported function, with the type that the module wants. */
    public WasmFunction function(HostFunction host) {
      if (imported.kind() != ExternKind.FUNCTION) {
        throw new IllegalStateException(name() + " isn't imported as a function");
      }
      return new WasmFunction(store, definedType(), host);
    }

    /**
     * Makes the imported global.
     *
     * @param bits its value, if it is a number
     * @param ref its value, if it is a reference
     * @throws IllegalArgumentException if the reference is none of the global's type
     */
    public WasmGlobal global(long bits, @Nullable Object ref) {
      Module.Global wanted = module.module().globals().get(imported.index());
      WasmGlobal made = new WasmGlobal(wanted.type(), module.types(), wanted.mutability());
      if (ValType.isRef(wanted.type()) && !module.types().isValue(ref, wanted.type())) {
        throw new IllegalArgumentException(
            "the imported global " + module() + "." + name() + " can't be " + ref);
      }
      made.bits = wanted.type() == ValType.I32 || wanted.type() == ValType.F32 ? (int) bits : bits;
      made.ref = ref;
      return made;
    }

    /**
     * Makes a memory, table, global or tag that fits: of the smallest size, zero and null. Null for
     * functions.
     */
    public @Nullable Extern fitting() {
      Module decoded = module.module();
      int index = imported.index();
      return switch (imported.kind()) {
        case ExternKind.TABLE -> module.table(store, index);
        case ExternKind.MEMORY -> module.memory(store, index);
        case ExternKind.GLOBAL -> {
          Module.Global global = decoded.globals().get(index);
          yield new WasmGlobal(global.type(), module.types(), global.mutability());
        }
        case ExternKind.TAG -> new WasmTag(definedType());
        default -> null;
      };
    }
  }

  /** Offers nothing. */
  static Imports none() {
    return wanted -> null;
  }

  static Builder builder() {
    return new Builder();
  }

  /** Collects what is offered, by names. */
  final class Builder {
    private final Map<String, Map<String, Function<Wanted, Extern>>> modules = new HashMap<>();

    private Builder() {}

    private Builder put(String module, String name, Function<Wanted, Extern> made) {
      modules.computeIfAbsent(module, fresh -> new HashMap<>()).put(name, made);
      return this;
    }

    /** Offers a function that takes whatever type the module imports it with. */
    public Builder function(String module, String name, HostFunction host) {
      return put(module, name, wanted -> wanted.function(host));
    }

    /** Offers something of exactly its own type. */
    public Builder define(String module, String name, Extern value) {
      return put(module, name, wanted -> value);
    }

    /** Offers all exports of an instance. */
    public Builder instance(String module, Instance instance) {
      instance.exports().forEach((name, value) -> define(module, name, value));
      return this;
    }

    public Imports build() {
      Map<String, Map<String, Function<Wanted, Extern>>> offered = new HashMap<>();
      modules.forEach((module, names) -> offered.put(module, new HashMap<>(names)));
      return wanted -> {
        Function<Wanted, Extern> made =
            offered.getOrDefault(wanted.module(), Map.of()).get(wanted.name());
        return made == null ? null : made.apply(wanted);
      };
    }
  }
}
