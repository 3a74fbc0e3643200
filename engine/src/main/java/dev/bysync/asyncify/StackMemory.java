package dev.bysync.asyncify;

import dev.bysync.analysis.OptionException;
import dev.bysync.asyncify.AsyncifyOptions.FrameMemory;
import dev.bysync.wasm.binary.Failure;
import dev.bysync.wasm.binary.WasmException;
import dev.bysync.wasm.module.ExternKind;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.Module.Address;
import dev.bysync.wasm.module.ModuleWriter;
import java.util.List;

/**
 * The memory that holds the asyncify stack.
 *
 * @param index its index in the output
 * @param address type of its addresses
 * @param addedPages if it is a new one, its size; else 0
 * @param addedMax if it is a new one, its largest size, or -1
 */
record StackMemory(int index, Address address, int addedPages, int addedMax) {
  private static final String ADDED = "asyncify_memory";
  private static final String USUAL = "memory";

  /**
   * Finds the memory that was asked for, or plans one; {@link #addTo} then adds it.
   *
   * @throws OptionException if the module has several, and none of the name
   * @throws WasmException if the module has several, and none is chosen, or a second one would be
   *     above the feature level
   */
  static StackMemory choose(Module module, AsyncifyOptions options, List<String> warnings) {
    FrameMemory option = options.memory();
    int count = module.memories().size();
    switch (option.place()) {
      case SECONDARY -> {
        if (count > 0) {
          options.level().require(FeatureLevel.V3_0, "a memory beside the module's own");
        }
        return planned(module, option.pages(), option.pages());
      }
      case EXPORT -> {
        int named = exported(module, option.export());
        if (named >= 0) {
          return of(module, named);
        }
        if (count > 1) {
          throw new OptionException(
              "no memory is exported as '%s', and the module has %d"
                  .formatted(option.export(), count));
        }
        warnings.add(
            "no memory is exported as '%s'; %s is used"
                .formatted(option.export(), count == 1 ? "the module's only one" : "a new one"));
      }
      case DEFAULT -> {
        int usual = exported(module, USUAL);
        if (count > 1 && usual < 0) {
          throw new WasmException(
              Failure.UNSUPPORTED,
              -1,
              "the module has %d memories, and none is exported as 'memory': choose one by the name of its export, --memory=EXPORT (asyncify-memory@EXPORT), or give frames their own, --in-secondary-memory"
                  .formatted(count));
        }
        if (count > 1) {
          return of(module, usual);
        }
      }
    }
    return count == 1 ? of(module, 0) : planned(module, 1, -1);
  }

  private static StackMemory of(Module module, int memory) {
    return new StackMemory(memory, module.memories().get(memory).address(), 0, -1);
  }

  private static int exported(Module module, String name) {
    for (Module.Export export : module.exports()) {
      if (export.kind() == ExternKind.MEMORY && export.name().equals(name)) {
        return export.index();
      }
    }
    return -1;
  }

  private static StackMemory planned(Module module, int pages, int max) {
    return new StackMemory(module.memories().size(), Address.I32, pages, max);
  }

  /** Adds the memory if it is a new one, and exports it: else no host could fill it. */
  void addTo(ModuleWriter writer) {
    if (addedPages > 0) {
      writer.addExport(ADDED, ExternKind.MEMORY, writer.addMemory(addedPages, addedMax));
    }
  }
}
