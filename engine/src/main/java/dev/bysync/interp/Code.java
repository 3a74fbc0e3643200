package dev.bysync.interp;

import dev.bysync.wasm.module.IntArray;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A compiled body. */
final class Code {
  static final Code NONE = new Code(new long[0], 0, 0, 0, false, Handlers.NONE, null);

  /** Leaves the machine's loop. */
  static final Code EXIT = new Code(new long[] {Op.EXIT}, 0, 0, 0, false, Handlers.NONE, null);

  final long[] words;

  /** Slots of parameters, locals and operands. */
  final int frameSlots;

  final int paramSlots;

  /** Slots of parameters and locals. */
  final int localSlots;

  /** Whether locals that aren't parameters hold references. */
  final boolean refLocals;

  final Handlers handlers;
  final @Nullable Places places;

  Code(
      long[] words,
      int frameSlots,
      int paramSlots,
      int localSlots,
      boolean refLocals,
      Handlers handlers,
      @Nullable Places places) {
    this.words = words;
    this.frameSlots = frameSlots;
    this.paramSlots = paramSlots;
    this.localSlots = localSlots;
    this.refLocals = refLocals;
    this.handlers = handlers;
    this.places = places;
  }

  /** Which instruction each word is of: what a trap needs to know. */
  static final class Places {
    private final IntArray words = new IntArray();
    private final IntArray offsets = new IntArray();
    private final IntArray fuel = new IntArray();

    /** Words from {@code word} on are of the instruction at a byte offset. */
    void add(int word, int offset, int pending) {
      while (words.size() > 0 && words.last() >= word) {
        words.removeLast();
        offsets.removeLast();
        fuel.removeLast();
      }
      words.add(word);
      offsets.add(offset);
      fuel.add(pending);
    }

    private int find(int word) {
      int low = 0;
      int high = words.size() - 1;
      while (low < high) {
        int middle = (low + high + 1) >>> 1;
        if (words.get(middle) <= word) {
          low = middle;
        } else {
          high = middle - 1;
        }
      }
      return low;
    }

    /** Byte offset of the instruction that a word is of, or -1. */
    int offset(int word) {
      return words.size() == 0 ? -1 : offsets.get(find(word));
    }

    /** The first word behind the instruction at a byte offset. */
    int after(int offset) {
      int low = 0;
      int high = offsets.size() - 1;
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (offsets.get(middle) <= offset) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return words.get(low);
    }

    /** Fuel not yet charged when that instruction has been executed. */
    int fuel(int word) {
      return words.size() == 0 ? 0 : fuel.get(find(word));
    }
  }

  /**
   * Where exceptions are caught. Regions are the bodies of try blocks, numbered; each knows the
   * region to look at next.
   */
  static final class Handlers {
    static final Handlers NONE = new Handlers();

    /** Kinds of clauses; the first four as in the binary format of try_table. */
    static final int CATCH = 0;

    static final int CATCH_REF = 1;
    static final int CATCH_ALL = 2;
    static final int CATCH_ALL_REF = 3;

    /** The exception first, then its values. */
    static final int LEGACY_CATCH = 4;

    private int[] boundaryWords = {};
    private int[] boundaryRegions = {};
    private int boundaries;
    private final IntArray parent = new IntArray();
    private final IntArray slot = new IntArray();
    private final IntArray firstClause = new IntArray();
    private final IntArray nextClause = new IntArray();
    private final IntArray kind = new IntArray();
    private final IntArray tag = new IntArray();
    private final IntArray place = new IntArray();

    /** A new region; values that it catches are put into slots from {@code atSlot} on. */
    int add(int atSlot) {
      parent.add(-1);
      slot.add(atSlot);
      firstClause.add(-1);
      return parent.size() - 1;
    }

    void setParent(int region, int next) {
      parent.set(region, next);
    }

    /** Adds a clause behind those that the region has. */
    int clause(int region, int clauseKind, int clauseTag, int after) {
      int clause = kind.size();
      kind.add(clauseKind);
      tag.add(clauseTag);
      place.add(-1);
      nextClause.add(-1);
      if (after < 0) {
        firstClause.set(region, clause);
      } else {
        nextClause.set(after, clause);
      }
      return clause;
    }

    void setPlace(int clause, int word) {
      place.set(clause, word);
    }

    /** From this word on, the innermost region is {@code region}, -1 for none. */
    void boundary(int word, int region) {
      if (boundaries == boundaryWords.length) {
        int capacity = Math.max(16, boundaries * 2);
        boundaryWords = Arrays.copyOf(boundaryWords, capacity);
        boundaryRegions = Arrays.copyOf(boundaryRegions, capacity);
      }
      boundaryWords[boundaries] = word;
      boundaryRegions[boundaries++] = region;
    }

    /** The innermost region around a word, or -1. */
    int region(int word) {
      int low = -1;
      int high = boundaries - 1;
      while (low < high) {
        int middle = (low + high + 1) >> 1;
        if (boundaryWords[middle] <= word) {
          low = middle;
        } else {
          high = middle - 1;
        }
      }
      return low < 0 ? -1 : boundaryRegions[low];
    }

    int parent(int region) {
      return parent.get(region);
    }

    int slot(int region) {
      return slot.get(region);
    }

    /** First clause of a region, or -1. */
    int firstClause(int region) {
      return firstClause.get(region);
    }

    int nextClause(int clause) {
      return nextClause.get(clause);
    }

    int kind(int clause) {
      return kind.get(clause);
    }

    int tag(int clause) {
      return tag.get(clause);
    }

    int place(int clause) {
      return place.get(clause);
    }
  }
}
