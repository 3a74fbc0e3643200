package dev.bysync.verify.frame;

import dev.bysync.wasm.module.IntArray;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * A body, decoded for {@link FrameMachine}: one row an instruction that can be reached, with
 * branches as row numbers in place of labels. Blocks and ends have no rows.
 */
final class FrameCode {
  /** What the machine does for a row. */
  static final byte CONST = 0;

  static final byte LOCAL_GET = 1;
  static final byte LOCAL_SET = 2;
  static final byte LOCAL_TEE = 3;
  static final byte GLOBAL_GET = 4;
  static final byte GLOBAL_SET = 5;
  static final byte DROP = 6;
  static final byte SELECT = 7;

  /** A result that depends on nothing but the operands. */
  static final byte PURE = 8;

  /** A cast: the operand itself, or a trap. */
  static final byte CAST = 9;

  /** A result that depends on the program's state, too. */
  static final byte READ = 10;

  static final byte LOAD = 11;
  static final byte STORE = 12;

  /** What changes the program's state. */
  static final byte EFFECT = 13;

  /** An instruction on a table. */
  static final byte TABLE = 14;

  static final byte CALL = 15;
  static final byte CALL_INDIRECT = 16;
  static final byte CALL_REF = 17;
  static final byte TAIL_CALL = 18;
  static final byte TAIL_CALL_INDIRECT = 19;
  static final byte TAIL_CALL_REF = 20;

  static final byte GOTO = 21;

  /** Goes on if the condition holds, else branches: an if. */
  static final byte IF = 22;

  static final byte BR_IF = 23;

  /** A br_if in place of an if of the original, taken when that goes to its else or end. */
  static final byte BR_IF_INVERTED = 24;

  static final byte BR_TABLE = 25;
  static final byte BR_ON_NULL = 26;
  static final byte BR_ON_NON_NULL = 27;
  static final byte BR_ON_CAST = 28;
  static final byte BR_ON_CAST_FAIL = 29;
  static final byte RETURN = 30;
  static final byte UNREACHABLE = 31;
  static final byte THROW = 32;
  static final byte THROW_REF = 33;
  static final byte RETHROW = 34;

  /** No original instruction. */
  static final int ADDED = -1;

  final int function;
  int params;
  int locals;
  int results;

  /** Locals that may be null. */
  final BitSet nullable = new BitSet();

  /** Locals that can't be anything else. */
  final BitSet alwaysNull = new BitSet();

  /** Whether a local may or may not be null. */
  boolean mayBeNull() {
    return nullable.cardinality() > alwaysNull.cardinality();
  }

  /** How many of the locals, from the first on, are the original's; -1 while nobody has asked. */
  int programLocals = -1;

  /** By row of a br_table, once it is asked for: see {@link #firstWay}. */
  private int[] @Nullable [] firstWays = {};

  /** Tables whose labels were compared with the original's. */
  final BitSet sameLabels = new BitSet();

  /** How many of those are the original's parameters. */
  int programParams;

  /** Operands at most. */
  int maxHeight;

  // one row an instruction
  int size;
  byte[] kind;
  int[] opcode;

  /** First index, or the first branch; of calls the callee in this module. */
  int[] x;

  /**
   * Second index, or the number of branches; of direct calls the callee in the original, or {@link
   * #ADDED}.
   */
  int[] y;

  /** A constant's value; an access's offset; else a hash of opcode and immediates. */
  long[] literal;

  int[] pops;
  int[] pushes;

  /** Byte offset in this module. */
  int[] offset;

  /** Byte offset in the original, or {@link #ADDED}. */
  int[] origin;

  /** The innermost try around it, or -1. */
  int[] region;

  /** Operands below those that it takes. */
  int[] height;

  // one row a branch: where to, how many values it takes along, how many lie below them there
  final IntArray target = new IntArray();
  final IntArray arity = new IntArray();
  final IntArray floor = new IntArray();

  /** The block whose label it names: several labels may lead to one row. */
  final IntArray label = new IntArray();

  // one row a try: the one to look at next, and its clauses
  final IntArray parent = new IntArray();
  final IntArray firstClause = new IntArray();

  // one row a catch clause: kind as in the binary format or LEGACY, tag or -1, branch, the next
  final IntArray clauseKind = new IntArray();
  final IntArray clauseTag = new IntArray();
  final IntArray clauseBranch = new IntArray();
  final IntArray nextClause = new IntArray();

  /** A legacy catch: the exception waits for a rethrow. */
  static final int LEGACY = 4;

  /**
   * @param rows how many there will be, about
   */
  FrameCode(int function, int rows) {
    this.function = function;
    kind = new byte[rows];
    opcode = new int[rows];
    x = new int[rows];
    y = new int[rows];
    literal = new long[rows];
    pops = new int[rows];
    pushes = new int[rows];
    offset = new int[rows];
    origin = new int[rows];
    region = new int[rows];
    height = new int[rows];
  }

  /** Adds a row, whose columns are 0. */
  int add() {
    if (size == kind.length) {
      int capacity = size + size / 2 + 8;
      kind = Arrays.copyOf(kind, capacity);
      opcode = Arrays.copyOf(opcode, capacity);
      x = Arrays.copyOf(x, capacity);
      y = Arrays.copyOf(y, capacity);
      literal = Arrays.copyOf(literal, capacity);
      pops = Arrays.copyOf(pops, capacity);
      pushes = Arrays.copyOf(pushes, capacity);
      offset = Arrays.copyOf(offset, capacity);
      origin = Arrays.copyOf(origin, capacity);
      region = Arrays.copyOf(region, capacity);
      height = Arrays.copyOf(height, capacity);
    }
    return size++;
  }

  int slots() {
    return locals + maxHeight;
  }

  /** Whether a row's instruction chooses among ways that the program's data decide. */
  boolean isConditional(int row) {
    return kind[row] >= IF && kind[row] <= BR_ON_CAST_FAIL;
  }

  /** Whether a row calls a function that is not the transform's own. */
  boolean isCall(int row) {
    return switch (kind[row]) {
      case CALL -> y[row] != ADDED;
      case CALL_INDIRECT, CALL_REF -> true;
      default -> false;
    };
  }

  /** The row of the instruction at an offset of this module, or -1. */
  int rowAt(int at) {
    int low = 0;
    int high = size - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (offset[middle] == at) {
        return middle;
      }
      if (offset[middle] < at) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1;
  }

  /** How many ways lead on from a conditional branch. */
  int wayCount(int row) {
    return kind[row] == BR_TABLE ? y[row] : 2;
  }

  /**
   * The row that a way of a conditional branch leads to. Way 0 is that of a condition that holds;
   * of a br_table the ways are its labels.
   */
  int successor(int row, int way) {
    return switch (kind[row]) {
      case BR_TABLE -> target.get(x[row] + way);
      case IF, BR_IF_INVERTED -> way == 0 ? row + 1 : target.get(x[row]);
      default -> way == 0 ? target.get(x[row]) : row + 1;
    };
  }

  /** The first entry of a br_table that has the same label as the given one. */
  int firstWay(int row, int way) {
    int[] known = firstWays(row);
    return known[way];
  }

  private int[] firstWays(int row) {
    if (firstWays.length == 0) {
      firstWays = new int[size][];
    }
    int[] known = firstWays[row];
    if (known == null) {
      known = new int[y[row]];
      long[] byTarget = new long[known.length];
      for (int i = 0; i < known.length; i++) {
        byTarget[i] = (long) label.get(x[row] + i) << 32 | i;
      }
      Arrays.sort(byTarget);
      for (int i = 0; i < known.length; i++) {
        boolean isSame = i > 0 && byTarget[i] >> 32 == byTarget[i - 1] >> 32;
        known[(int) byTarget[i]] = isSame ? known[(int) byTarget[i - 1]] : (int) byTarget[i];
      }
      firstWays[row] = known;
    }
    return known;
  }

  /** The way that a value leads at a conditional branch; -1 if that is not known. */
  int naturalWay(int row, long value) {
    if (!Terms.isNumber(value)) {
      // what the program holds is not null where the transform asks
      return kind[row] == BR_ON_NULL ? 1 : kind[row] == BR_ON_NON_NULL ? 0 : -1;
    }
    return switch (kind[row]) {
      case IF, BR_IF -> value != 0 ? 0 : 1;
      case BR_IF_INVERTED -> value != 0 ? 1 : 0;
      case BR_TABLE -> (int) Math.min(value & 0xFFFFFFFFL, y[row] - 1);
      case BR_ON_NULL -> value == 0 ? 0 : 1;
      case BR_ON_NON_NULL -> value != 0 ? 0 : 1;
      default -> -1;
    };
  }
}
