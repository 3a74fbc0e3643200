package dev.bysync.asyncify;

import dev.bysync.wasm.code.Opcodes;
import java.util.Arrays;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Which locals must be saved at each site: those that are read after the call returns before they
 * are written, and those that the resumed call itself needs.
 *
 * <p>A backward data flow over the structured code: the live set is carried from the end to the
 * start; at a construct's end it becomes what a branch to its label adds, at a loop's head what a
 * branch back adds. Loops are walked again until nothing changes, which takes as many passes as
 * loops are nested in practice; behind {@link #MAX_PASSES}, or when the sets of one body would take
 * more than {@link #MAX_WORDS}, every local that is read anywhere counts as live: saving more than
 * needed is always right.
 */
final class Liveness {
  private static final int MAX_PASSES = 12;
  private static final int MAX_WORDS = 4_000_000;

  // kinds of steps, in their lowest two bits: the rest is a local or a row
  private static final int USE = 0;
  private static final int KILL = 1;
  private static final int ROW = 2;

  private final BodyCode body;
  private final SpillPlan spills;
  private final CaughtExceptions caught;
  private final int words;

  /** What the walk meets, in code order. */
  private final int[] steps;

  private int stepCount;
  private final long[] live;

  // sets of constructs, one behind the other by their numbers

  private final long[] labels;

  /** Of an if: live at its else. Of a try: live at any of its handlers. */
  private long[] handlers = {};

  /** Of a try or try_table: live where an exception from inside it may arrive. */
  private long[] thrown = {};

  private final long[] @Nullable [] heads;
  private final long[][] sites;
  private boolean changed;

  private Liveness(BodyCode body, SpillPlan spills, CaughtExceptions caught) {
    this.body = body;
    this.spills = spills;
    this.caught = caught;
    words = (spills.localCount() + 63) / 64;
    live = new long[words];
    labels = new long[body.constructCount() * words];
    heads = new long[body.constructCount()][];
    sites = new long[body.siteCount()][words];
    steps = new int[body.size()];
    findSteps();
  }

  private void findSteps() {
    int stop = 0;
    for (int row = 0; row < body.size(); row++) {
      int opcode = body.opcode(row);
      if (stop < spills.stops.length && spills.stops[stop] == row) {
        stop++;
        steps[stepCount++] = row << 2 | ROW;
        reserve(opcode);
      } else if (opcode == Opcodes.LOCAL_GET) {
        steps[stepCount++] = body.index(row) << 2 | USE;
      } else if (opcode == Opcodes.LOCAL_SET || opcode == Opcodes.LOCAL_TEE) {
        steps[stepCount++] = body.index(row) << 2 | KILL;
      }
    }
  }

  /** Makes room for the sets that only bodies with such constructs need. */
  private void reserve(int opcode) {
    switch (opcode) {
      case Opcodes.ELSE, Opcodes.CATCH, Opcodes.CATCH_ALL -> {
        if (handlers.length == 0) {
          handlers = new long[labels.length];
        }
      }
      case Opcodes.TRY, Opcodes.TRY_TABLE -> {
        if (thrown.length == 0) {
          thrown = new long[labels.length];
        }
      }
      default -> {}
    }
  }

  /** Whether the sets are what is read, or what may be. */
  enum Precision {
    EXACT,
    /** One set for all: the body is too large for more. */
    COARSE
  }

  /**
   * What the analysis found; sets have {@link SpillPlan#localCount} bits.
   *
   * @param sites the locals to save at each site
   * @param heads if exact, the locals that are live at the head of each hot loop, try, try_table
   *     and catch, by its number; of a catch also what is kept of its exception
   */
  @SuppressWarnings("ArrayRecordComponent") // read only
  record Live(Precision precision, long[][] sites, long[] @Nullable [] heads) {
    /** The set at the head of a region. */
    long[] head(int number) {
      long[] head = heads[number];
      if (head == null) {
        throw new IllegalArgumentException("construct " + number + " is no head of a region");
      }
      return head;
    }
  }

  /** Analyses a body. */
  static Live of(BodyCode body, SpillPlan spills, CaughtExceptions caught) {
    long sets = (long) body.constructCount() + body.siteCount();
    long words = (spills.localCount() + 63L) / 64;
    if (sets * words > MAX_WORDS) {
      return everything(body, spills);
    }
    Liveness liveness = new Liveness(body, spills, caught);
    int passes = 0;
    do {
      if (++passes > MAX_PASSES) {
        return everything(body, spills);
      }
      liveness.changed = false;
      liveness.walk();
    } while (liveness.changed);
    return new Live(Precision.EXACT, liveness.sites, liveness.heads);
  }

  /** One set for all sites: every local that is read, and every spill. */
  private static Live everything(BodyCode body, SpillPlan spills) {
    long[] all = new long[(spills.localCount() + 63) / 64];
    for (int row = 0; row < body.size(); row++) {
      if (body.opcode(row) == Opcodes.LOCAL_GET) {
        set(all, body.index(row));
      }
    }
    for (int local = body.localType.size(); local < spills.localCount(); local++) {
      set(all, local);
    }
    long[][] sites = new long[body.siteCount()][];
    Arrays.fill(sites, all);
    return new Live(Precision.COARSE, sites, new long[0][]);
  }

  private static void set(long[] bits, int local) {
    bits[local >> 6] |= 1L << local;
  }

  private void use(int local) {
    if (local >= 0) {
      set(live, local);
    }
  }

  private void kill(int local) {
    live[local >> 6] &= ~(1L << local);
  }

  private void clear() {
    Arrays.fill(live, 0);
  }

  /** Adds what is remembered of a construct. */
  private void add(long[] sets, int construct) {
    int at = body.number(construct) * words;
    for (int i = 0; i < words; i++) {
      live[i] |= sets[at + i];
    }
  }

  private void walk() {
    clear();
    int site = body.siteCount() - 1;
    for (int i = stepCount - 1; i >= 0; i--) {
      int step = steps[i];
      int kind = step & 3;
      if (kind == USE) {
        live[step >>> 8] |= 1L << (step >>> 2);
      } else if (kind == KILL) {
        live[step >>> 8] &= ~(1L << (step >>> 2));
      } else {
        int row = step >>> 2;
        if (body.resultCount(row) > 0 && spills.rows.get(row)) {
          killSpills(row);
        }
        if (site >= 0 && body.siteCall.get(site) == row) {
          atSite(site--);
        }
        step(row, body.opcode(row));
      }
    }
  }

  private void killSpills(int row) {
    for (int i = 0; i < body.resultCount(row); i++) {
      int local = spills.spillLocal(body.firstResult(row) + i);
      if (local >= 0) {
        kill(local);
      }
    }
  }

  private void atSite(int site) {
    addThrown(body.siteCall.get(site)); // it may throw when it has been resumed
    long[] saved = sites[site];
    System.arraycopy(live, 0, saved, 0, words);
    for (int i = spills.needStart(site); i < spills.needEnd(site); i++) {
      set(saved, spills.needs.get(i));
    }
    for (int i = spills.slotStart(site); i < spills.slotEnd(site); i++) {
      int value = spills.slots.get(i);
      int local = value < 0 ? -1 : spills.sourceLocal(value);
      if (local >= 0) {
        set(saved, local);
        set(live, local);
      }
    }
  }

  private void step(int row, int opcode) {
    switch (opcode) {
      case Opcodes.LOCAL_GET -> use(body.index(row));
      case Opcodes.LOCAL_SET, Opcodes.LOCAL_TEE -> kill(body.index(row));
      case Opcodes.BR -> {
        clear();
        branch(body.index(row));
      }
      case Opcodes.BR_IF,
          Opcodes.BR_ON_NULL,
          Opcodes.BR_ON_NON_NULL,
          Opcodes.BR_ON_CAST,
          Opcodes.BR_ON_CAST_FAIL ->
          branch(body.index(row));
      case Opcodes.BR_TABLE -> {
        clear();
        branches(row);
      }
      case Opcodes.RETURN, Opcodes.UNREACHABLE -> clear();
      case Opcodes.THROW, Opcodes.RETHROW, Opcodes.THROW_REF -> {
        clear();
        addThrown(row);
        if (opcode == Opcodes.RETHROW) {
          keptOf(body.index2(row), this::use);
        }
      }
      case Opcodes.CALL, Opcodes.CALL_INDIRECT, Opcodes.CALL_REF -> addThrown(row);
      case Opcodes.RETURN_CALL, Opcodes.RETURN_CALL_INDIRECT, Opcodes.RETURN_CALL_REF -> {
        clear();
        addThrown(row);
      }
      case Opcodes.END, Opcodes.DELEGATE -> end(row);
      case Opcodes.ELSE, Opcodes.CATCH, Opcodes.CATCH_ALL -> {
        if (body.hotCatches.get(row)) {
          head(row);
          keptOf(row, this::kill);
        }
        remember(body.parent(row), handlers);
        if (opcode != Opcodes.ELSE) {
          enterTry(body.parent(row));
        }
        armEnd(row);
      }
      case Opcodes.IF -> {
        if (body.elseOf(row) >= 0) {
          add(handlers, row);
        } else {
          add(labels, row);
        }
      }
      case Opcodes.LOOP -> {
        changed |= remember(row, labels);
        head(row);
      }
      case Opcodes.TRY, Opcodes.TRY_TABLE -> head(row);
      default -> {}
    }
  }

  private void head(int row) {
    if (body.hot.get(row) || body.hotCatches.get(row)) {
      heads[body.number(row)] = live.clone();
    }
  }

  /** The locals that keep the exception of a catch: written at its head, read by its rethrows. */
  private void keptOf(int row, IntConsumer action) {
    CaughtExceptions.Caught kept = caught.ofCatch(row);
    if (kept == null) {
      return;
    }
    if (kept.kind() >= 0) {
      action.accept(kept.kind());
    }
    for (int[] payload : kept.payloads()) {
      for (int local : payload) {
        action.accept(local);
      }
    }
  }

  private void branch(int construct) {
    if (construct != BodyCode.NO_CONSTRUCT) {
      add(labels, construct);
    }
  }

  private void branches(int row) {
    for (int i = body.targetStart(row); i < body.targetEnd(row); i++) {
      branch(body.targetPool.get(i));
    }
  }

  /** What is live at the handlers of every try around an instruction that may throw. */
  private void addThrown(int row) {
    int construct = body.tryParent(row);
    if (construct != BodyCode.NO_CONSTRUCT) {
      add(thrown, construct);
    }
  }

  /**
   * Collects what is live at the handlers of a try and of all tries around it; what their labels
   * add is known while the walk is inside of them.
   */
  private void enterTry(int construct) {
    int outer = body.tryParent(construct);
    if (outer != BodyCode.NO_CONSTRUCT) {
      addTo(thrown, construct, thrown, outer);
    }
    if (body.opcode(construct) == Opcodes.TRY) {
      if (handlers.length > 0) {
        addTo(thrown, construct, handlers, construct);
      }
      return;
    }
    for (int i = body.targetStart(construct); i < body.targetEnd(construct); i++) {
      int target = body.targetPool.get(i);
      if (target != BodyCode.NO_CONSTRUCT) {
        addTo(thrown, construct, labels, target);
      }
    }
  }

  private void addTo(long[] sets, int construct, long[] more, int from) {
    int to = body.number(construct) * words;
    int at = body.number(from) * words;
    for (int i = 0; i < words; i++) {
      sets[to + i] |= more[at + i];
    }
  }

  private void end(int row) {
    int construct = body.parent(row);
    if (construct == BodyCode.NO_CONSTRUCT) {
      return;
    }
    if (body.hot.get(construct)) {
      for (int i = body.belowStart(construct); i < body.belowEnd(construct); i++) {
        int value = body.belowPool.get(i);
        if (spills.lastHot(value) == construct) {
          use(spills.sourceLocal(value));
        }
      }
    }
    if (!body.isLoop(construct)) {
      remember(construct, labels);
    }
    if (isTry(construct)) {
      enterTry(construct);
    }
    if (body.deadBefore(row)) {
      clear();
    }
  }

  private boolean isTry(int construct) {
    int opcode = body.opcode(construct);
    return opcode == Opcodes.TRY || opcode == Opcodes.TRY_TABLE;
  }

  private void armEnd(int row) {
    clear();
    if (!body.deadBefore(row)) {
      add(labels, body.parent(row));
    }
  }

  /** Adds the live set to what is remembered of a construct; true if that was news. */
  private boolean remember(int construct, long[] sets) {
    int at = body.number(construct) * words;
    boolean grown = false;
    for (int i = 0; i < words; i++) {
      long known = sets[at + i];
      sets[at + i] = known | live[i];
      grown |= (live[i] & ~known) != 0;
    }
    return grown;
  }
}
