package dev.bysync.verify.frame;

import java.util.Arrays;
import java.util.BitSet;

/**
 * Which locals of an output's body are live behind a call that returns to a program that runs:
 * backward data flow (Kildall, POPL 1973) over the body as it is, not as the transform thought of
 * it.
 *
 * <p>Of the branches that the transform added only those are followed that a running program takes,
 * its state and its other added locals being 0: what only a handler reads, to put it away, is not
 * used.
 */
final class FrameLiveness {
  private static final int ANY = -1;

  private final FrameCode code;
  private final int program;
  private final int words;

  /** First rows of blocks, ascending, and one behind the last. */
  private final int[] starts;

  /** By row: the block it starts or is in. */
  private final int[] blockOf;

  // one bit a local, words longs a block
  private final long[] live; // where it starts
  private final long[] read; // in the block, before it is set
  private final long[] set;

  private final long[] scratch;

  /** Blocks that are come to from themselves or later ones. */
  private final BitSet isLoop = new BitSet();

  /** By row of an added branch: the way that a running program takes, or {@link #ANY}. */
  private final int[] onlyWay;

  private int successors;
  private int[] successor = new int[8];

  /**
   * @param program how many locals, from the first on, are the original's
   */
  FrameLiveness(FrameCode code, int program) {
    this.code = code;
    this.program = program;
    words = (code.locals + 63) >>> 6;
    onlyWay = new int[code.size];
    boolean[] leads = leaders();
    blockOf = new int[code.size];
    int count = 0;
    for (int row = 0; row < code.size; row++) {
      count += leads[row] ? 1 : 0;
      blockOf[row] = count - 1;
    }
    starts = new int[count + 1];
    for (int row = code.size - 1; row >= 0; row--) {
      starts[blockOf[row]] = row;
    }
    starts[count] = code.size;
    for (int block = 0; block < count; block++) {
      int last = starts[block + 1] - 1;
      boolean isAdded = code.isConditional(last) && code.origin[last] == FrameCode.ADDED;
      onlyWay[last] = isAdded ? onlyWay(starts[block], last) : ANY;
    }
    live = new long[Math.multiplyExact(count, words)];
    read = new long[live.length];
    set = new long[live.length];
    scratch = new long[words];
    for (int block = 0; block < count; block++) {
      summarize(block);
    }
    solve(count);
  }

  private boolean[] leaders() {
    boolean[] leads = new boolean[code.size + 1];
    leads[0] = true;
    for (int i = 0; i < code.target.size(); i++) {
      leads[Math.max(0, code.target.get(i))] = true;
    }
    for (int row = 0; row < code.size; row++) {
      leads[row + 1] |= endsBlock(row);
    }
    return leads;
  }

  private boolean endsBlock(int row) {
    byte kind = code.kind[row];
    return kind >= FrameCode.TAIL_CALL
        || (code.region[row] >= 0 && kind >= FrameCode.CALL && kind <= FrameCode.CALL_REF);
  }

  private void summarize(int block) {
    int at = block * words;
    for (int row = starts[block + 1] - 1; row >= starts[block]; row--) {
      byte kind = code.kind[row];
      if (kind >= FrameCode.LOCAL_GET && kind <= FrameCode.LOCAL_TEE) {
        int word = at + (code.x[row] >>> 6);
        long bit = 1L << code.x[row];
        if (kind == FrameCode.LOCAL_GET) {
          read[word] |= bit;
        } else {
          read[word] &= ~bit;
          set[word] |= bit;
        }
      }
    }
  }

  private void solve(int count) {
    boolean changed = true;
    while (changed) {
      changed = false;
      for (int block = count - 1; block >= 0; block--) {
        Arrays.fill(scratch, 0);
        afterBlock(block);
        int at = block * words;
        boolean isOther = false;
        for (int i = 0; i < words; i++) {
          long now = read[at + i] | (scratch[i] & ~set[at + i]);
          isOther |= live[at + i] != now;
          live[at + i] = now;
        }
        changed |= isOther && isLoop.get(block); // others are asked for later in the round
      }
    }
  }

  /** Adds what is live where the block's successors start. */
  private void afterBlock(int block) {
    successors = 0;
    int last = starts[block + 1] - 1;
    findSuccessors(last);
    for (int i = 0; i < successors; i++) {
      if (successor[i] < code.size) {
        int next = blockOf[successor[i]];
        if (next <= block) {
          isLoop.set(next);
        }
        int at = next * words;
        for (int k = 0; k < words; k++) {
          scratch[k] |= live[at + k];
        }
      }
    }
  }

  private void backward(int from, int to) {
    for (int row = from; row >= to; row--) {
      byte kind = code.kind[row];
      if (kind == FrameCode.LOCAL_GET) {
        scratch[code.x[row] >>> 6] |= 1L << code.x[row];
      } else if (kind == FrameCode.LOCAL_SET || kind == FrameCode.LOCAL_TEE) {
        scratch[code.x[row] >>> 6] &= ~(1L << code.x[row]);
      }
    }
  }

  private void add(int row) {
    if (successors == successor.length) {
      successor = Arrays.copyOf(successor, successors * 2);
    }
    successor[successors++] = row;
  }

  private void findSuccessors(int row) {
    switch (code.kind[row]) {
      case FrameCode.GOTO -> add(code.target.get(code.x[row]));
      case FrameCode.RETURN,
          FrameCode.UNREACHABLE,
          FrameCode.TAIL_CALL,
          FrameCode.TAIL_CALL_INDIRECT,
          FrameCode.TAIL_CALL_REF -> {}
      case FrameCode.THROW, FrameCode.THROW_REF, FrameCode.RETHROW -> addHandlers(row);
      case FrameCode.CALL, FrameCode.CALL_INDIRECT, FrameCode.CALL_REF -> {
        add(row + 1);
        addHandlers(row);
      }
      default -> {
        if (code.isConditional(row)) {
          addBranches(row);
        } else {
          add(row + 1);
        }
      }
    }
  }

  private void addBranches(int row) {
    int count = code.kind[row] == FrameCode.BR_TABLE ? code.y[row] : 2;
    for (int way = 0; way < count; way++) {
      if (onlyWay[row] == ANY || onlyWay[row] == way) {
        add(code.successor(row, way));
      }
    }
  }

  /** The way of an added branch that its condition leads while the program runs. */
  private int onlyWay(int first, int row) {
    long[] stack = new long[row - first + code.maxHeight + 2];
    int height = 0;
    for (int at = first; at < row; at++) {
      switch (code.kind[at]) {
        case FrameCode.CONST -> stack[height++] = code.literal[at];
        case FrameCode.GLOBAL_GET -> stack[height++] = 0;
        case FrameCode.LOCAL_GET -> stack[height++] = code.x[at] < program ? Terms.term(at) : 0;
        case FrameCode.PURE -> height = pure(at, stack, height);
        case FrameCode.LOCAL_TEE -> {}
        default -> {
          height = Math.max(0, height - code.pops[at]);
          for (int i = 0; i < code.pushes[at] && height < stack.length; i++) {
            stack[height++] = Terms.term(at);
          }
        }
      }
    }
    return height > 0 ? code.naturalWay(row, stack[height - 1]) : ANY;
  }

  private int pure(int row, long[] stack, int height) {
    int below = height - code.pops[row];
    if (below < 0 || code.pops[row] == 0 || code.pops[row] > 2) {
      int at = Math.max(0, below);
      stack[at] = Terms.term(row);
      return at + 1;
    }
    stack[below] =
        code.pops[row] == 1
            ? Terms.unary(code.opcode[row], row, stack[below])
            : Terms.binary(code.opcode[row], row, stack[below], stack[below + 1]);
    return below + 1;
  }

  private void addHandlers(int row) {
    for (int t = code.region[row]; t >= 0; t = code.parent.get(t)) {
      for (int clause = code.firstClause.get(t);
          clause >= 0;
          clause = code.nextClause.get(clause)) {
        add(code.target.get(code.clauseBranch.get(clause)));
      }
    }
  }

  /** Locals that are live behind a row, a bit each; the same array for each call. */
  long[] behind(int row) {
    int block = blockOf[row];
    int last = starts[block + 1] - 1;
    Arrays.fill(scratch, 0);
    afterBlock(block);
    backward(last, row + 1);
    return scratch;
  }
}
