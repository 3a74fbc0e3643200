package dev.bysync.wasm.module;

import dev.bysync.wasm.binary.ByteSink;
import dev.bysync.wasm.binary.WasmException;
import java.util.function.Predicate;

/** Custom sections of a module's bytes. */
public final class CustomSections {
  private CustomSections() {}

  /**
   * The module without the custom sections of some names; all other bytes stay as they are.
   *
   * @throws WasmException if it is no module
   */
  public static byte[] without(byte[] bytes, Predicate<String> names) {
    Module module = Module.read(bytes);
    ByteSink rest = new ByteSink(bytes.length);
    int from = 0;
    for (Module.Section section : module.sections()) {
      if (section.id() == SectionId.CUSTOM && names.test(module.customName(section))) {
        rest.bytes(bytes, from, section.headerStart());
        from = section.end();
      }
    }
    if (from == 0) {
      return bytes;
    }
    rest.bytes(bytes, from, bytes.length);
    return rest.toByteArray();
  }
}
