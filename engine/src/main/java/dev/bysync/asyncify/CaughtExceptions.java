package dev.bysync.asyncify;

import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.IntArray;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.ValType;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The exceptions that a body must be able to throw again when it is resumed inside a legacy catch.
 *
 * <p>Such a catch is entered again by throwing what it had caught: an exception of the same tag
 * with the same payload, which is kept in locals if a {@code rethrow} passes the exception on. A
 * {@code catch_all} doesn't tell what it has caught; where it rethrows, the module's tags are
 * caught before it by an inner try that notes tag and payload and rethrows. What is of none of
 * these tags (thrown by the host, say) is foreign: it can't be made again, so its catch_all can't
 * be suspended in.
 */
final class CaughtExceptions {
  /** Tags told apart before one catch_all; exceptions of further ones count as foreign. */
  private static final int MAX_TAGS = 16;

  /**
   * What a catch keeps.
   *
   * @param kind of a catch_all: the local that holds which of the tags was caught, from 1; 0 if the
   *     exception is foreign. -1 of a catch
   * @param tags the tag of a catch, or those that are told apart before a catch_all
   * @param payloads the locals of each tag's payload
   */
  @SuppressWarnings("ArrayRecordComponent") // read only
  record Caught(int kind, int[] tags, int[][] payloads) {}

  private final Module module;
  private final BodyCode body;
  private final SpillPlan spills;
  private final Map<Integer, Caught> byCatch = new HashMap<>();
  private final Map<Integer, Caught> byTry = new HashMap<>();

  /** Locals by type and use: catches that are not nested in each other share theirs. */
  private final Map<Long, IntArray> pool = new HashMap<>();

  /** Adds the locals that are needed to {@code spills}. */
  CaughtExceptions(Module module, BodyCode body, SpillPlan spills) {
    this.module = module;
    this.body = body;
    this.spills = spills;
    BitSet rethrown = new BitSet();
    for (int i = 0; i < body.specialCount() && !body.hotCatches.isEmpty(); i++) {
      int row = body.special(i);
      if (body.opcode(row) == Opcodes.RETHROW && body.hotCatches.get(body.index2(row))) {
        rethrown.set(body.index2(row));
      }
    }
    if (!rethrown.isEmpty()) {
      walk(rethrown);
    }
  }

  /** Meets the catches in code order and counts those around each. */
  private void walk(BitSet rethrown) {
    Map<Integer, IntArray> tagsBefore = new HashMap<>();
    for (int row = rethrown.nextSetBit(0); row >= 0; row = rethrown.nextSetBit(row + 1)) {
      tagsBefore.put(body.parent(row), new IntArray());
    }
    BitSet open = new BitSet();
    int depth = 0;
    for (int i = 0; i < body.specialCount(); i++) {
      int row = body.special(i);
      int opcode = body.opcode(row);
      int construct = body.parent(row);
      boolean closes = opcode == Opcodes.END && construct != BodyCode.NO_CONSTRUCT;
      if ((closes || body.isCatch(row)) && open.get(construct)) {
        open.clear(construct);
        depth--;
      }
      IntArray before = body.isCatch(row) ? tagsBefore.get(construct) : null;
      if (before == null) {
        continue;
      }
      if (rethrown.get(row)) {
        Caught caught = opcode == Opcodes.CATCH ? one(row, depth) : any(before, depth);
        byCatch.put(row, caught);
        if (opcode == Opcodes.CATCH_ALL) {
          byTry.put(construct, caught);
        }
        open.set(construct);
        depth++;
      }
      before.add(body.index(row));
    }
  }

  private Caught one(int row, int depth) {
    int tag = body.index(row);
    return new Caught(-1, new int[] {tag}, new int[][] {payload(tag, depth, new HashMap<>())});
  }

  private Caught any(IntArray before, int depth) {
    BitSet done = new BitSet();
    for (int i = 0; i < before.size(); i++) {
      done.set(before.get(i));
    }
    IntArray tags = new IntArray();
    for (int tag = 0; tag < module.tagCount() && tags.size() < MAX_TAGS; tag++) {
      if (!done.get(tag)) {
        tags.add(tag);
      }
    }
    Map<Integer, Integer> kindUse = new HashMap<>();
    int kind = local(ValType.I32, depth, kindUse);
    int[][] payloads = new int[tags.size()][];
    for (int i = 0; i < payloads.length; i++) {
      payloads[i] = payload(tags.get(i), depth, new HashMap<>(kindUse));
    }
    return new Caught(kind, tags.toArray(), payloads);
  }

  private int[] payload(int tag, int depth, Map<Integer, Integer> used) {
    int type = module.tagType(tag);
    int[] locals = new int[module.types().paramCount(type)];
    for (int i = 0; i < locals.length; i++) {
      int value = module.types().param(type, i);
      locals[i] = local(ValType.isRef(value) ? value | ValType.NULL : value, depth, used);
    }
    return locals;
  }

  /** The next local of a type that this catch doesn't use yet. */
  private int local(int type, int depth, Map<Integer, Integer> used) {
    IntArray known = pool.computeIfAbsent((long) depth << 32 | type, key -> new IntArray());
    int use = used.merge(type, 1, Integer::sum) - 1;
    if (use == known.size()) {
      known.add(spills.addLocal(type));
    }
    return known.get(use);
  }

  /** What a catch keeps; null if no rethrow needs it when the catch is resumed. */
  @Nullable Caught ofCatch(int row) {
    return byCatch.get(row);
  }

  /** What is noted by an inner try for the catch_all of this try; null if nothing is. */
  @Nullable Caught ofTry(int row) {
    return byTry.get(row);
  }
}
