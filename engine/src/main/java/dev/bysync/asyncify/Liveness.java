package dev.bysync.asyncify;

import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.IntArray;
import java.util.Arrays;
import java.util.BitSet;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Which locals must be saved at each site: those that are read after the call returns before they
 * are written, and those that the resumed call itself needs.
 *
 * <p>A backward data flow over the structured code: the live set is carried from the end to the
 * start; at a construct's end it becomes what a branch to its label adds, at a loop's head what a
 * branch back adds. It stops only where control turns and where added locals are written; what the
 * code between does to locals is known as a whole ({@link LocalEffects}).
 *
 * <p>The first walk over a loop doesn't know yet what its branches back add. What it finds at the
 * head is right all the same, if it is right for all that the loop leads to: a local that is live
 * there only because of a branch back would have to be live at that head. So a loop without sites
 * is walked once, and one with sites once more, from its end, as soon as that is so of all loops
 * around it, and only if the head's set has grown. That is as many walks as loops are nested around
 * an instruction, and one. Behind {@link #MAX_WALKS} on average, or when the sets of one body would
 * take more than {@link #MAX_WORDS}, every local that is read anywhere counts as live: saving more
 * than needed is always right.
 */
final class Liveness {
  private static final int MAX_WALKS = 12;
  private static final int MAX_WORDS = 4_000_000;

  private final BodyCode body;
  private final SpillPlan spills;
  private final CaughtExceptions caught;
  private final int words;
  private final long[] live;

  // sets of constructs, one behind the other by their numbers

  private final long[] labels;

  /** Of an if: live at its else. Of a try: live at any of its handlers. */
  private long[] handlers = {};

  /** Of a try or try_table: live where an exception from inside it may arrive. */
  private long[] thrown = {};

  /** Of a loop with sites: live at its end. */
  private long[] ends = {};

  private final long[] @Nullable [] heads;
  private final long[][] sites;

  /** Stands among the locals for what the heads of inner regions read, {@code $resume}. */
  private final int ahead;

  // the loops with sites that the walk is in, outer ones first

  /** Where their ends are in the stops, and the last site before it. */
  private final IntArray loopEnd = new IntArray();

  private final IntArray loopSite = new IntArray();

  /** 1 if something in the loop was walked without knowing all that branches add. */
  private final IntArray loopPending = new IntArray();

  /** How many of them, from outside, are walked knowing what their branches back add. */
  private int settled;

  private Liveness(BodyCode body, SpillPlan spills, CaughtExceptions caught) {
    this.body = body;
    this.spills = spills;
    this.caught = caught;
    ahead = spills.localCount();
    words = ahead / 64 + 1;
    live = new long[words];
    labels = new long[body.constructCount() * words];
    heads = new long[body.constructCount()][];
    sites = new long[body.siteCount()][words];
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
   * @param headsAhead the sites behind which such a head may be reached
   */
  @SuppressWarnings("ArrayRecordComponent") // read only
  record Live(Precision precision, long[][] sites, long[] @Nullable [] heads, BitSet headsAhead) {
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
    long words = spills.localCount() / 64 + 1L;
    if (sets * words > MAX_WORDS) {
      return everything(body, spills);
    }
    Liveness liveness = new Liveness(body, spills, caught);
    return liveness.walk()
        ? new Live(Precision.EXACT, liveness.sites, liveness.heads, liveness.headsAhead())
        : everything(body, spills);
  }

  /** The sites behind which the head of an inner region may be reached; it leaves their sets. */
  private BitSet headsAhead() {
    BitSet found = new BitSet();
    int word = ahead / 64;
    long bit = 1L << ahead;
    for (int site = 0; site < sites.length; site++) {
      found.set(site, (sites[site][word] & bit) != 0);
      sites[site][word] &= ~bit;
    }
    for (long[] head : heads) {
      if (head != null) {
        head[word] &= ~bit;
      }
    }
    return found;
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
    BitSet headsAhead = new BitSet();
    headsAhead.set(0, sites.length);
    return new Live(Precision.COARSE, sites, new long[0][], headsAhead);
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

  /** Gives false if it takes too long. */
  private boolean walk() {
    int[] stops = spills.stops;
    int site = body.siteCount() - 1;
    long left = (long) MAX_WALKS * stops.length;
    for (int at = stops.length - 1; at >= 0; at--) {
      if (--left < 0) {
        return false;
      }
      int row = stops[at];
      if (body.resultCount(row) > 0 && spills.rows.get(row)) {
        killSpills(row);
      }
      if (!body.isSpecial(row)) {
        continue;
      }
      if (site >= 0 && body.siteCall.get(site) == row) {
        atSite(site--);
      }
      int opcode = body.opcode(row);
      step(row, opcode);
      if (opcode == Opcodes.END && isHotLoop(body.parent(row))) {
        enterLoop(body.parent(row), at, site);
      } else if (opcode == Opcodes.LOOP) {
        boolean grown = remember(row, labels);
        if (isHotLoop(row) && goesBack(row, grown)) {
          at = loopEnd.last();
          site = loopSite.last();
          row = stops[at];
        }
      }
      body.liveBefore(row, live);
    }
    return true;
  }

  private boolean isHotLoop(int construct) {
    return body.isLoop(construct) && body.hot.get(construct);
  }

  private void enterLoop(int loop, int end, int site) {
    if (ends.length == 0) {
      ends = new long[labels.length];
    }
    System.arraycopy(live, 0, ends, body.number(loop) * words, words);
    loopEnd.add(end);
    loopSite.add(site);
    loopPending.add(0);
  }

  /** At the head of a loop with sites: whether it is walked again, from its end. */
  private boolean goesBack(int loop, boolean grown) {
    int top = loopEnd.size() - 1;
    boolean again = grown || loopPending.last() != 0;
    if (again && settled >= top) {
      settled = top + 1;
      loopPending.set(top, 0);
      System.arraycopy(ends, body.number(loop) * words, live, 0, words);
      return true;
    }
    settled = Math.min(settled, top);
    loopEnd.removeLast();
    loopSite.removeLast();
    loopPending.removeLast();
    if (again) {
      loopPending.set(top - 1, 1); // there is one around it: else it would be walked again
    }
    return false;
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
        if (handlers.length == 0) {
          handlers = new long[labels.length];
        }
        if (body.hotCatches.get(row)) {
          head(row);
          keptOf(row, this::kill);
        }
        remember(body.parent(row), handlers);
        if (opcode != Opcodes.ELSE && body.elseOf(body.parent(row)) == row) {
          addTo(thrown, body.parent(row), handlers, body.parent(row));
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
      case Opcodes.LOOP, Opcodes.TRY, Opcodes.TRY_TABLE -> head(row);
      default -> {}
    }
  }

  private void head(int row) {
    if (body.hot.get(row) || body.hotCatches.get(row)) {
      use(ahead);
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
   * At a try's end: what its catches throw, and a try_table's clauses. What is thrown by the try's
   * own code also arrives at its catches, the first of which lies behind it.
   */
  private void enterTry(int construct) {
    if (thrown.length == 0) {
      thrown = new long[labels.length];
    }
    int at = body.number(construct) * words;
    int outer = body.tryParent(construct);
    if (outer == BodyCode.NO_CONSTRUCT) {
      Arrays.fill(thrown, at, at + words, 0);
    } else {
      System.arraycopy(thrown, body.number(outer) * words, thrown, at, words);
    }
    if (body.opcode(construct) == Opcodes.TRY) {
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
    int opcode = body.opcode(construct);
    if (opcode == Opcodes.TRY || opcode == Opcodes.TRY_TABLE) {
      enterTry(construct);
    }
    if (body.deadBefore(row)) {
      clear();
    }
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
