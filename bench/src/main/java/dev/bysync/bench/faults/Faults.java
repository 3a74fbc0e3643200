package dev.bysync.bench.faults;

import dev.bysync.wasm.code.Opcodes;
import java.util.ArrayList;
import java.util.List;

/** Collects the faults that can be planted at one instruction. */
final class Faults {
  private final Body body;
  private final int at;
  private final byte[] bytes;
  private final List<Mutant> found = new ArrayList<>();

  Faults(Body body, int at, byte[] bytes) {
    this.body = body;
    this.at = at;
    this.bytes = bytes;
  }

  List<Mutant> found() {
    return found;
  }

  /** The instruction is replaced. */
  void replace(Kind kind, Code with) {
    replace(kind, 1, with);
  }

  /** So many instructions, this one first, are replaced; all of them are added ones. */
  void replace(Kind kind, int count, Code with) {
    int from = body.at(at).start();
    int to = body.at(at + count - 1).end();
    byte[] code = with.bytes();
    if (code.length < to - from) {
      Code padded = new Code().raw(code, 0, code.length);
      for (int i = code.length; i < to - from; i++) {
        padded.op(Opcodes.NOP);
      }
      code = padded.bytes();
    }
    add(new Mutant(kind, from, to, code, Mutant.NO_SWAP));
  }

  /** The instruction and the one behind it are swapped. */
  void swap(Kind kind, int first) {
    if (first < 0 || first + 1 >= body.size()) {
      return;
    }
    Instruction one = body.at(first);
    Instruction other = body.at(first + 1);
    Code code =
        new Code().raw(bytes, other.start(), other.end()).raw(bytes, one.start(), one.end());
    add(new Mutant(kind, one.start(), other.end(), code.bytes(), other.start()));
  }

  /** One with other bytes than the good output has. */
  private void add(Mutant mutant) {
    boolean changes = mutant.growth() != 0;
    for (int i = 0; i < mutant.with().length && !changes; i++) {
      changes = mutant.with()[i] != bytes[mutant.from() + i];
    }
    if (changes && found.stream().noneMatch(mutant::isSame)) {
      found.add(mutant);
    }
  }
}
