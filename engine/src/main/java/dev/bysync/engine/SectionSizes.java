package dev.bysync.engine;

import dev.bysync.wasm.binary.WasmException;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.SectionId;

/**
 * Sizes of a module's sections, bytes, without their headers; what there is of a kind added up.
 * What is left of the module are its declarations.
 *
 * @param code the code section
 * @param data the data section
 * @param custom custom sections, names and debugging information among them
 */
record SectionSizes(int code, int data, int custom) {
  static final SectionSizes NONE = new SectionSizes(0, 0, 0);

  /** Of any bytes; all 0 if they are no module. */
  static SectionSizes of(byte[] bytes) {
    int code = 0;
    int data = 0;
    int custom = 0;
    try {
      for (Module.Section section : Module.read(bytes).sections()) {
        int size = section.end() - section.start();
        switch (section.id()) {
          case SectionId.CODE -> code += size;
          case SectionId.DATA -> data += size;
          case SectionId.CUSTOM -> custom += size;
          default -> {} // declarations
        }
      }
      return new SectionSizes(code, data, custom);
    } catch (WasmException | OutOfMemoryError e) {
      return NONE;
    }
  }
}
