package dev.bysync.asyncify;

import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.IntArray;
import dev.bysync.wasm.module.ValType;
import java.util.BitSet;

/**
 * Which of a body's locals of non-nullable types must be declared nullable, and their reads be
 * followed by {@code ref.as_non_null}.
 *
 * <p>Such a local has no value before it is written, and may be read only where validation sees
 * that it was: a write counts up to the end of the construct around it. The labels that are opened
 * at a region's head are such constructs, and all that was written since the head is forgotten
 * where one of them ends. (What was written before the head has been forgotten there: the label
 * before an inner region ends at its head.) So behind such an end each local has to be written anew
 * before it is read; one that is not becomes nullable, and so does one that is read by added code.
 *
 * <p>A parameter always has a value; but where the body is split, the twin's are plain locals.
 */
final class NullableLocals {
  private final BodyCode body;
  private final SpillPlan spills;
  private final BitSet candidates;
  private final BitSet nullable = new BitSet();

  /** Of each local the epoch in which it was written, if that still counts. */
  private final int[] written;

  private final IntArray undo = new IntArray();
  private final IntArray undoStarts = new IntArray();
  private int epoch = 1;

  private NullableLocals(BodyCode body, SpillPlan spills, BitSet candidates) {
    this.body = body;
    this.spills = spills;
    this.candidates = candidates;
    written = new int[candidates.length()];
  }

  /**
   * Finds them.
   *
   * @param split whether the body is written twice
   */
  static BitSet of(BodyCode body, SpillPlan spills, SavePlan saves, boolean split) {
    BitSet candidates = new BitSet();
    for (int local = split ? 0 : body.paramLocals; local < body.localType.size(); local++) {
      if (!ValType.isDefaultable(body.localType.get(local))) {
        candidates.set(local);
      }
    }
    if (candidates.isEmpty()) {
      return candidates;
    }
    NullableLocals locals = new NullableLocals(body, spills, candidates);
    locals.markAddedReads(saves);
    locals.walk();
    locals.nullable.and(candidates);
    if (split && candidates.nextSetBit(0) < body.paramLocals) {
      locals.nullable.or(candidates.get(0, body.paramLocals));
    }
    return locals.nullable;
  }

  /** All of them: where the body's locals become parameters, each must have a value. */
  static BitSet all(BodyCode body) {
    BitSet all = new BitSet();
    for (int local = body.paramLocals; local < body.localType.size(); local++) {
      if (!ValType.isDefaultable(body.localType.get(local))) {
        all.set(local);
      }
    }
    return all;
  }

  private void markAddedReads(SavePlan saves) {
    mark(saves.commonLocals());
    for (int group = 0; group < saves.groupCount(); group++) {
      mark(saves.ownLocals(group));
    }
    for (int region = 0; region < saves.regionCount(); region++) {
      mark(saves.headLocals(region));
    }
    for (int value = 0; value < body.valueCount(); value++) {
      if (spills.isOffStack(value) && spills.sourceLocal(value) >= 0) {
        nullable.set(spills.sourceLocal(value));
      }
    }
  }

  private void mark(int[] locals) {
    for (int local : locals) {
      nullable.set(local);
    }
  }

  private void walk() {
    int site = 0;
    for (int row = 0; row < body.size(); row++) {
      if (site < body.siteCount() && spills.resumeRow[site] == row) {
        site++;
        epoch++;
      }
      step(row, body.opcode(row));
    }
  }

  private void step(int row, int opcode) {
    switch (opcode) {
      case Opcodes.LOCAL_GET -> {
        int local = body.index(row);
        if (candidates.get(local) && written[local] != epoch) {
          nullable.set(local);
        }
      }
      case Opcodes.LOCAL_SET, Opcodes.LOCAL_TEE -> {
        int local = body.index(row);
        if (candidates.get(local) && written[local] != epoch) {
          written[local] = epoch;
          undo.add(local);
        }
      }
      case Opcodes.BLOCK, Opcodes.LOOP, Opcodes.IF, Opcodes.TRY, Opcodes.TRY_TABLE -> {
        if (body.hot.get(row)) {
          epoch += body.isRegion(row) ? 1 : 0;
        } else {
          undoStarts.add(undo.size());
        }
      }
      case Opcodes.ELSE, Opcodes.CATCH, Opcodes.CATCH_ALL -> {
        if (body.hot.get(body.parent(row))) {
          epoch++;
        } else {
          forget(undoStarts.last());
        }
      }
      case Opcodes.END, Opcodes.DELEGATE -> {
        int construct = body.parent(row);
        if (construct == BodyCode.NO_CONSTRUCT || body.hot.get(construct)) {
          epoch++;
        } else {
          forget(undoStarts.removeLast());
        }
      }
      default -> {}
    }
  }

  private void forget(int from) {
    while (undo.size() > from) {
      written[undo.removeLast()] = 0;
    }
  }
}
