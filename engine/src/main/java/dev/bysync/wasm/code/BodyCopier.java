package dev.bysync.wasm.code;

import dev.bysync.wasm.binary.ByteSink;
import dev.bysync.wasm.module.IndexMap;

/** Copies instructions with function and global indices taken through an {@link IndexMap}. */
public final class BodyCopier {
  private final IndexMap map;

  public BodyCopier(IndexMap map) {
    this.map = map;
  }

  /** Copies the instruction under the cursor. */
  public void copy(CodeReader code, byte[] bytes, ByteSink out) {
    switch (code.immediate()) {
      case FUNC -> {
        out.u8(code.opcode());
        out.u32(map.function(code.index()));
      }
      case GLOBAL -> {
        out.u8(code.opcode());
        out.u32(map.global(code.index()));
      }
      default -> out.bytes(bytes, code.start(), code.end());
    }
  }

  /** Copies instructions {@code bytes[from, to)}. */
  public void copy(byte[] bytes, int from, int to, ByteSink out) {
    if (map.isIdentity()) {
      out.bytes(bytes, from, to);
      return;
    }
    CodeReader code = new CodeReader(bytes, from, to);
    while (!code.atEnd()) {
      code.next();
      copy(code, bytes, out);
    }
  }
}
