package dev.bysync.asyncify;

import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.IntArray;
import java.util.Arrays;
import java.util.BitSet;

/**
 * One body as a table: a row per instruction that can be reached, in code order. Filled by {@link
 * BodyScanner}, read by everything behind it.
 *
 * <p>A <em>special</em> row is more than a computation: control, a call, or what names a function
 * or global. A <em>construct</em> is a block, loop, if, try or try_table, named by the row of its
 * opening instruction; {@link #NO_CONSTRUCT} is the body itself. A construct is <em>hot</em> if it
 * contains a site. A <em>value</em> is one push of an operand, numbered in code order.
 *
 * <p>What all rows have, what special rows, constructs and values have lies in one flat array each,
 * record behind record: a row is written and read as a whole, and most rows are neither special nor
 * constructs.
 */
final class BodyCode {
  static final int NO_CONSTRUCT = -1;

  // of a row
  private static final int OPCODE = 0;
  private static final int START = 1;
  private static final int END = 2;
  private static final int INDEX = 3;
  private static final int HEIGHT_BEFORE = 4;
  private static final int FIRST_RESULT = 5;
  private static final int RESULT_COUNT = 6;
  private static final int SPECIAL = 7;
  private static final int ROW_SHIFT = 3;

  // of a special row
  private static final int ROW = 0;
  private static final int INDEX2 = 1; // where there are targets, their start
  private static final int PARENT = 2;
  private static final int TRY_PARENT = 3;
  private static final int TARGET_END = 4;
  private static final int CONSTRUCT = 5;
  private static final int DEAD_BEFORE = 6;
  private static final int EFFECTS_END = 7;
  private static final int SPECIAL_SHIFT = 3;

  // of a construct
  private static final int END_OF = 0;
  private static final int ELSE_OF = 1;
  private static final int HEIGHT = 2;
  private static final int PARAM_COUNT = 3;
  private static final int BLOCK_TYPE = 4;
  private static final int BLOCK_VAL_TYPE = 5;
  private static final int BELOW_START = 6;
  private static final int BELOW_END = 7;
  private static final int CONSTRUCT_SHIFT = 3;

  // of a value
  private static final int TYPE = 0;
  private static final int VALUE_HEIGHT = 1;
  private static final int PRODUCER = 2;
  private static final int KEPT = 3;
  private static final int VALUE_SHIFT = 2;

  private int[] rows = new int[1 << 12];
  private int size;
  private int[] specials = new int[1 << 10];
  private int specialCount;
  private int[] constructs = new int[1 << 8];
  private int constructCount;

  private int[] values = new int[1 << 10];
  private int valueCount;
  private int keptCount;

  /** Constructs of the labels of br_table and try_table. */
  final IntArray targetPool = new IntArray();

  final BitSet hot = new BitSet();

  /** Rows of the tail calls that may suspend. */
  final BitSet suspendingTails = new BitSet();

  /** Rows of the catch and catch_all that contain a site. */
  final BitSet hotCatches = new BitSet();

  /** The values below hot constructs. */
  final IntArray belowPool = new IntArray();

  // one row a site
  final IntArray siteCall = new IntArray();

  /** Values on the stack at the call, from the bottom of the innermost construct to the top. */
  final IntArray siteStackStart = new IntArray();

  final IntArray siteStackPool = new IntArray();

  // one row a local
  final IntArray localType = new IntArray();

  /** Rows of local.set and local.tee with their local, in code order. */
  final IntArray writes = new IntArray();

  /** What the runs of instructions between special rows do to locals. */
  final LocalEffects effects = new LocalEffects();

  int paramLocals;
  int firstInstruction;
  int declarationStart;

  /** Forgets the body, so that the table can take the next one. */
  void clear() {
    size = 0;
    specialCount = 0;
    constructCount = 0;
    valueCount = 0;
    keptCount = 0;
    targetPool.clear();
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

  private static int[] grown(int[] array, int used) {
    return used == array.length ? Arrays.copyOf(array, used * 2) : array;
  }

  // ---- rows ----

  /** Number of instructions. */
  int size() {
    return size;
  }

  /** Adds a row, not special so far, with results from the next value on. */
  int addRow(int opcode, int start, int end, int index, int heightBefore, int results) {
    int at = size << ROW_SHIFT;
    rows = grown(rows, at);
    int[] to = rows;
    to[at + OPCODE] = opcode;
    to[at + START] = start;
    to[at + END] = end;
    to[at + INDEX] = index;
    to[at + HEIGHT_BEFORE] = heightBefore;
    to[at + FIRST_RESULT] = valueCount;
    to[at + RESULT_COUNT] = results;
    to[at + SPECIAL] = -1;
    return size++;
  }

  void setResults(int row, int first, int count) {
    rows[(row << ROW_SHIFT) + FIRST_RESULT] = first;
    rows[(row << ROW_SHIFT) + RESULT_COUNT] = count;
  }

  private int row(int row, int column) {
    return rows[(row << ROW_SHIFT) + column];
  }

  int opcode(int row) {
    return row(row, OPCODE);
  }

  /** Offset of the instruction in the module. */
  int start(int row) {
    return row(row, START);
  }

  /** Offset behind the instruction. */
  int end(int row) {
    return row(row, END);
  }

  /**
   * First index immediate: function, type, local; of a branch the construct whose label it names.
   */
  int index(int row) {
    return row(row, INDEX);
  }

  /** Operands on the stack before the instruction. */
  int heightBefore(int row) {
    return row(row, HEIGHT_BEFORE);
  }

  /** First value that the instruction leaves on the stack. */
  int firstResult(int row) {
    return row(row, FIRST_RESULT);
  }

  /** How many values it leaves. */
  int resultCount(int row) {
    return row(row, RESULT_COUNT);
  }

  boolean isSpecial(int row) {
    return row(row, SPECIAL) >= 0;
  }

  // ---- special rows ----

  int specialCount() {
    return specialCount;
  }

  /** The row of a special row, which are counted in code order. */
  int special(int number) {
    return specials[(number << SPECIAL_SHIFT) + ROW];
  }

  /** Makes a row special. */
  void addSpecial(int row, int index2, int parent, int tryParent, boolean deadBefore) {
    int at = specialCount << SPECIAL_SHIFT;
    specials = grown(specials, at);
    specials[at + ROW] = row;
    specials[at + INDEX2] = index2;
    specials[at + PARENT] = parent;
    specials[at + TRY_PARENT] = tryParent;
    specials[at + CONSTRUCT] = -1;
    specials[at + DEAD_BEFORE] = deadBefore ? 1 : 0;
    specials[at + EFFECTS_END] = effects.close();
    rows[(row << ROW_SHIFT) + SPECIAL] = specialCount++;
  }

  private int specialAt(int row, int column) {
    return specials[(row(row, SPECIAL) << SPECIAL_SHIFT) + column];
  }

  /**
   * Second index immediate, where there is one: the table of an indirect call; of a rethrow the row
   * of the catch that it names.
   */
  int index2(int row) {
    return specialAt(row, INDEX2);
  }

  /**
   * Innermost construct around the instruction; an end, else or catch lies in its own construct.
   */
  int parent(int row) {
    return specialAt(row, PARENT);
  }

  /** Innermost try or try_table around the instruction. */
  int tryParent(int row) {
    return specialAt(row, TRY_PARENT);
  }

  /** Of an end, else or catch: whether the code before it can't fall into it. */
  boolean deadBefore(int row) {
    return specialAt(row, DEAD_BEFORE) != 0;
  }

  /** Takes what is live right before a special row to what is live behind the one before it. */
  void liveBefore(int row, long[] live) {
    int at = row(row, SPECIAL) << SPECIAL_SHIFT;
    int from = at == 0 ? 0 : specials[at + EFFECTS_END - (1 << SPECIAL_SHIFT)];
    effects.apply(from, specials[at + EFFECTS_END], live);
  }

  void setTargets(int row, int from, int to) {
    int at = row(row, SPECIAL) << SPECIAL_SHIFT;
    specials[at + INDEX2] = from;
    specials[at + TARGET_END] = to;
  }

  /** Of br_table and try_table: where in {@link #targetPool} the constructs of its labels stand. */
  int targetStart(int row) {
    return specialAt(row, INDEX2);
  }

  int targetEnd(int row) {
    return specialAt(row, TARGET_END);
  }

  // ---- constructs ----

  /** Number of constructs, catches included. */
  int constructCount() {
    return constructCount;
  }

  /** Number of a construct or catch by its row, in code order from 0. */
  int number(int row) {
    return specialAt(row, CONSTRUCT);
  }

  /** Makes a special row the head of a construct. */
  void addConstruct(int row, int height, int paramCount, int blockType, int blockValType) {
    int at = addNumber(row);
    constructs[at + END_OF] = -1;
    constructs[at + ELSE_OF] = -1;
    constructs[at + HEIGHT] = height;
    constructs[at + PARAM_COUNT] = paramCount;
    constructs[at + BLOCK_TYPE] = blockType;
    constructs[at + BLOCK_VAL_TYPE] = blockValType;
    constructs[at + BELOW_START] = 0;
    constructs[at + BELOW_END] = 0;
  }

  /** Gives a catch a number. */
  void addCatch(int row) {
    addNumber(row);
  }

  private int addNumber(int row) {
    int at = constructCount << CONSTRUCT_SHIFT;
    constructs = grown(constructs, at);
    specials[(row(row, SPECIAL) << SPECIAL_SHIFT) + CONSTRUCT] = constructCount++;
    return at;
  }

  private int construct(int row, int column) {
    return constructs[(number(row) << CONSTRUCT_SHIFT) + column];
  }

  private void setConstruct(int row, int column, int value) {
    constructs[(number(row) << CONSTRUCT_SHIFT) + column] = value;
  }

  /** Row of a construct's end or delegate. */
  int endOf(int construct) {
    return construct(construct, END_OF);
  }

  void setEnd(int construct, int row) {
    setConstruct(construct, END_OF, row);
  }

  /** Row of a construct's else or first catch, or -1. */
  int elseOf(int construct) {
    return construct(construct, ELSE_OF);
  }

  void setElse(int construct, int row) {
    setConstruct(construct, ELSE_OF, row);
  }

  int paramCount(int construct) {
    return construct(construct, PARAM_COUNT);
  }

  /** Type index of a construct's block type, or -1. */
  int blockType(int construct) {
    return construct(construct, BLOCK_TYPE);
  }

  /** Value type of a construct's block type, or 0. */
  int blockValType(int construct) {
    return construct(construct, BLOCK_VAL_TYPE);
  }

  void setBelow(int construct, int from, int to) {
    setConstruct(construct, BELOW_START, from);
    setConstruct(construct, BELOW_END, to);
  }

  /** Of a hot construct: the values below it, in {@link #belowPool} from here. */
  int belowStart(int construct) {
    return construct(construct, BELOW_START);
  }

  int belowEnd(int construct) {
    return construct(construct, BELOW_END);
  }

  boolean isLoop(int construct) {
    return construct != NO_CONSTRUCT && opcode(construct) == Opcodes.LOOP;
  }

  /** Whether a row is the head of a legacy catch. */
  boolean isCatch(int row) {
    return row != NO_CONSTRUCT
        && (opcode(row) == Opcodes.CATCH || opcode(row) == Opcodes.CATCH_ALL);
  }

  /** Whether a construct with sites can be entered only through its head. */
  boolean isRegion(int construct) {
    return switch (opcode(construct)) {
      case Opcodes.LOOP, Opcodes.TRY, Opcodes.TRY_TABLE -> true;
      default -> false;
    };
  }

  /** Height of the operand stack at the bottom of a construct, its parameters included above it. */
  int baseHeight(int construct) {
    return construct == NO_CONSTRUCT ? 0 : construct(construct, HEIGHT);
  }

  // ---- values ----

  /** Number of values. */
  int valueCount() {
    return valueCount;
  }

  /** Adds a value, made by a row. */
  void addValue(int type, int stackHeight, int row) {
    addValueIf(1, type, stackHeight, row);
  }

  /** Adds a value if {@code count} is 1, and none if it is 0. */
  void addValueIf(int count, int type, int stackHeight, int row) {
    int at = valueCount << VALUE_SHIFT;
    values = grown(values, at);
    values[at + TYPE] = type;
    values[at + VALUE_HEIGHT] = stackHeight;
    values[at + PRODUCER] = row;
    values[at + KEPT] = -1;
    valueCount += count;
  }

  int valueType(int value) {
    return values[(value << VALUE_SHIFT) + TYPE];
  }

  int valueHeight(int value) {
    return values[(value << VALUE_SHIFT) + VALUE_HEIGHT];
  }

  int valueProducer(int value) {
    return values[(value << VALUE_SHIFT) + PRODUCER];
  }

  /** Gives a value a number among those that must outlive their place on the stack, from 0. */
  int keep(int value) {
    int at = (value << VALUE_SHIFT) + KEPT;
    if (values[at] < 0) {
      values[at] = keptCount++;
    }
    return values[at];
  }

  /** The number that {@link #keep} gave a value, or -1. */
  int kept(int value) {
    return values[(value << VALUE_SHIFT) + KEPT];
  }

  // ---- sites ----

  int siteCount() {
    return siteCall.size();
  }

  int siteStackEnd(int site) {
    return site + 1 < siteCount() ? siteStackStart.get(site + 1) : siteStackPool.size();
  }
}
