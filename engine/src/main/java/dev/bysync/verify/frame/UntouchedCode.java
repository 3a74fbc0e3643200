package dev.bysync.verify.frame;

import dev.bysync.wasm.code.CodeReader;
import dev.bysync.wasm.code.Immediate;
import dev.bysync.wasm.module.IndexMap;
import dev.bysync.wasm.module.Module;
import java.util.Arrays;

/**
 * Compares code that a transform does not touch, instruction by instruction through the index map:
 * equal code needs no execution to be the same.
 */
final class UntouchedCode {
  private final byte[] before;
  private final byte[] after;
  private final IndexMap map;

  UntouchedCode(Module original, Module transformed, IndexMap map) {
    before = original.bytes();
    after = transformed.bytes();
    this.map = map;
  }

  /** Whether two ranges hold the same instructions, with nothing behind them. */
  boolean isSame(int from, int to, int otherFrom, int otherTo) {
    if (map.isIdentity()) {
      return Arrays.equals(before, from, to, after, otherFrom, otherTo);
    }
    CodeReader code = new CodeReader(before, from, to);
    CodeReader other = new CodeReader(after, otherFrom, otherTo);
    while (!code.atEnd() && !other.atEnd()) {
      code.next();
      other.next();
      if (code.opcode() != other.opcode() || !hasSameImmediates(code, other)) {
        return false;
      }
    }
    return code.atEnd() && other.atEnd();
  }

  private boolean hasSameImmediates(CodeReader code, CodeReader other) {
    Immediate kind = code.immediate();
    if (kind == Immediate.FUNC) {
      return map.function(code.index()) == other.index();
    }
    if (kind == Immediate.GLOBAL) {
      return map.global(code.index()) == other.index();
    }
    return Arrays.equals(before, code.start(), code.end(), after, other.start(), other.end());
  }
}
