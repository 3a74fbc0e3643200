package dev.bysync.bench.compare;

import dev.bysync.wasm.binary.WasmException;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.SectionId;
import java.util.zip.Deflater;

/**
 * A module's size.
 *
 * @param plain bytes
 * @param gzip bytes after gzip at its default level, header and trailer included
 * @param custom bytes in custom sections: names, debug information and the like; 0 if the bytes are
 *     no module
 */
record Sizes(long plain, long gzip, long custom) {
  /** Header and trailer around the deflated data (RFC 1952). */
  private static final int FRAME = 18;

  static final Sizes NONE = new Sizes(0, 0, 0);

  static Sizes of(byte[] bytes) {
    Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    try {
      deflater.setInput(bytes);
      deflater.finish();
      byte[] discarded = new byte[1 << 16];
      long size = FRAME;
      while (!deflater.finished()) {
        size += deflater.deflate(discarded);
      }
      return new Sizes(bytes.length, size, custom(bytes));
    } finally {
      deflater.end();
    }
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
