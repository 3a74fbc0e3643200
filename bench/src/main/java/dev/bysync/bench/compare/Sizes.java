package dev.bysync.bench.compare;

import dev.bysync.engine.Gzip;
import dev.bysync.wasm.binary.WasmException;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.SectionId;

/**
 * A module's size.
 *
 * @param plain bytes
 * @param gzip bytes after gzip at its default level, header and trailer included
 * @param custom bytes in custom sections: names, debug information and the like; 0 if the bytes are
 *     no module
 */
record Sizes(long plain, long gzip, long custom) {
  static final Sizes NONE = new Sizes(0, 0, 0);

  static Sizes of(byte[] bytes) {
    return new Sizes(bytes.length, Gzip.size(bytes), custom(bytes));
  }

  private static long custom(byte[] bytes) {
    try {
      return Module.read(bytes).sections().stream()
          .filter(section -> section.id() == SectionId.CUSTOM)
          .mapToLong(section -> section.end() - section.headerStart())
          .sum();
    } catch (WasmException e) {
      return 0;
    }
  }

  /** Bytes that an engine needs: all but custom sections. */
  long core() {
    return plain - custom;
  }
}
