package dev.bysync.asyncify;

import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.IntArray;
import java.util.BitSet;

/**
 * One body as columns: a row per instruction that can be reached, in code order. Filled by {@link
 * BodyScanner}, read by everything behind it.
 *
 * <p>A <em>construct</em> is a block, loop, if, try or try_table, named by the row of its opening
 * instruction; {@link #NO_CONSTRUCT} is the body itself. A construct is <em>hot</em> if it contains
 * a site. A <em>value</em> is one push of an operand, numbered in code order.
 */
final class BodyCode {
  static final int NO_CONSTRUCT = -1;

  private int size;
  private int reserved;
  private int valueCount;
  private int valuesReserved;

  // one row an instruction
  final IntArray opcode = new IntArray();
  final IntArray start = new IntArray();
  final IntArray end = new IntArray();

  /**
   * First index immediate: function, type, local; of a branch the construct whose label it names.
   */
  final IntArray index = new IntArray();

  /**
   * Second index immediate, where there is one: the table of an indirect call; of a rethrow the row
   * of the catch that it names.
   */
  final IntArray index2 = new IntArray();

  /**
   * Of br_table and try_table: where in {@link #targetPool} the constructs of its labels stand.
   * Undefined elsewhere.
   */
  final IntArray targetStart = new IntArray();

  final IntArray targetEnd = new IntArray();

  final IntArray targetPool = new IntArray();

  /** Innermost try or try_table around the instruction. */
  final IntArray tryParent = new IntArray();

  /**
   * Innermost construct around the instruction; an end, else or catch lies in its own construct.
   */
  final IntArray parent = new IntArray();

  /** Operands on the stack before the instruction. */
  final IntArray heightBefore = new IntArray();

  /** First value that the instruction leaves on the stack, and how many. */
  final IntArray firstResult = new IntArray();

  final IntArray resultCount = new IntArray();

  /** Rows that are more than a computation: control, calls, and what names a function or global. */
  final BitSet special = new BitSet();

  /** Rows that read or write a local. */
  final BitSet localUses = new BitSet();

  /** Of an end, else or catch: whether the code before it can't fall into it. */
  final BitSet deadBefore = new BitSet();

  // of constructs, by the row of their opening instruction; undefined elsewhere
  final IntArray endOf = new IntArray();
  final IntArray elseOf = new IntArray();
  final IntArray height = new IntArray();
  final IntArray paramCount = new IntArray();
  final IntArray blockType = new IntArray();
  final IntArray blockValType = new IntArray();
  final BitSet hot = new BitSet();

  /** Rows of the tail calls that may suspend. */
  final BitSet suspendingTails = new BitSet();

  /** Rows of the catch and catch_all that contain a site. */
  final BitSet hotCatches = new BitSet();

  /** Of hot constructs: the values below it, in the pool from here to there. */
  final IntArray belowStart = new IntArray();

  final IntArray belowEnd = new IntArray();
  final IntArray belowPool = new IntArray();

  // one row a value
  final IntArray valueType = new IntArray();
  final IntArray valueHeight = new IntArray();
  final IntArray valueProducer = new IntArray();

  // one row a site
  final IntArray siteCall = new IntArray();

  /** Values on the stack at the call, from the bottom of the innermost construct to the top. */
  final IntArray siteStackStart = new IntArray();

  final IntArray siteStackPool = new IntArray();

  // one row a local
  final IntArray localType = new IntArray();

  /** Rows of local.set and local.tee with their local, in code order. */
  final IntArray writes = new IntArray();

  int paramLocals;
  int firstInstruction;
  int declarationStart;

  /** Forgets the body, so that the columns can take the next one. */
  void clear() {
    size = 0;
    valueCount = 0;
    targetPool.clear();
    special.clear();
    localUses.clear();
    deadBefore.clear();
    hot.clear();
    hotCatches.clear();
    suspendingTails.clear();
    belowPool.clear();
    siteCall.clear();
    siteStackStart.clear();
    siteStackPool.clear();
    localType.clear();
    writes.clear();
  }

  /** Number of instructions. */
  int size() {
    return size;
  }

  /** Adds a row for an instruction and returns it; its columns hold anything. */
  int addRow() {
    if (size == reserved) {
      reserved = Math.max(256, size * 2);
      for (IntArray column :
          new IntArray[] {
            opcode,
            start,
            end,
            index,
            index2,
            targetStart,
            targetEnd,
            tryParent,
            parent,
            heightBefore,
            firstResult,
            resultCount,
            endOf,
            elseOf,
            height,
            paramCount,
            blockType,
            blockValType,
            belowStart,
            belowEnd
          }) {
        column.resize(reserved);
      }
    }
    return size++;
  }

  /** Number of values. */
  int valueCount() {
    return valueCount;
  }

  /** Adds a value, made by a row. */
  void addValue(int type, int stackHeight, int row) {
    if (valueCount == valuesReserved) {
      valuesReserved = Math.max(256, valueCount * 2);
      valueType.resize(valuesReserved);
      valueHeight.resize(valuesReserved);
      valueProducer.resize(valuesReserved);
    }
    valueType.set(valueCount, type);
    valueHeight.set(valueCount, stackHeight);
    valueProducer.set(valueCount, row);
    valueCount++;
  }

  int siteCount() {
    return siteCall.size();
  }

  int siteStackEnd(int site) {
    return site + 1 < siteCount() ? siteStackStart.get(site + 1) : siteStackPool.size();
  }

  boolean isLoop(int construct) {
    return construct != NO_CONSTRUCT && opcode.get(construct) == Opcodes.LOOP;
  }

  /** Whether a row is the head of a legacy catch. */
  boolean isCatch(int row) {
    return row != NO_CONSTRUCT
        && (opcode.get(row) == Opcodes.CATCH || opcode.get(row) == Opcodes.CATCH_ALL);
  }

  /** Whether a construct with sites can be entered only through its head. */
  boolean isRegion(int construct) {
    return switch (opcode.get(construct)) {
      case Opcodes.LOOP, Opcodes.TRY, Opcodes.TRY_TABLE -> true;
      default -> false;
    };
  }

  /** Height of the operand stack at the bottom of a construct, its parameters included above it. */
  int baseHeight(int construct) {
    return construct == NO_CONSTRUCT ? 0 : height.get(construct);
  }
}
