package dev.bysync.bench.jmh;

import dev.bysync.wasm.binary.ByteReader;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.ValType;

/** Where code starts in a body. */
final class Bodies {
  private Bodies() {}

  /** Offset behind the declarations of locals. */
  static int firstInstruction(Module module, int body) {
    ByteReader in = new ByteReader(module.bytes(), module.bodyStart(body), module.bodyEnd(body));
    int groups = in.count();
    for (int i = 0; i < groups; i++) {
      in.u32();
      ValType.read(in);
    }
    return in.position();
  }
}
