package dev.bysync.bench.faults;

import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.ValType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The good output's functions for its stack, known by what their bodies are, instruction by
 * instruction: whatever looks otherwise is none of them.
 */
final class StackHelpers {
  private static final int I64_LT_U = 0x54;

  /** A value that is pushed: the store, which parameter, and how far above the base. */
  record Stored(int opcode, int param, long offset) {}

  /** What a function pushes. */
  record Push(long size, List<Stored> values) {}

  private static final int DATA = -1;

  private final Subject subject;
  private final boolean isWide;
  private final Map<Integer, Push> pushes = new HashMap<>();
  private int check = -1;
  private int reserve = -1;

  StackHelpers(Subject subject) {
    this.subject = subject;
    int start = subject.export("asyncify_start_unwind");
    isWide = subject.param(start, 0) == ValType.I64;
    int first = subject.module().importedFunctionCount();
    for (int function = first; function < subject.module().functionCount(); function++) {
      if (subject.isAdded(function)) {
        check = isCheck(subject.body(function)) ? function : check;
      }
    }
    for (int function = first; function < subject.module().functionCount(); function++) {
      if (subject.isAdded(function)) {
        reserve = isReserve(subject.body(function)) ? function : reserve;
      }
    }
    for (int function = first; function < subject.module().functionCount(); function++) {
      if (subject.isAdded(function)) {
        Push push = push(subject.body(function));
        if (push != null) {
          pushes.put(function, push);
        }
      }
    }
  }

  private boolean isCheck(Body body) {
    return isAll(body, join(room(), new long[][] {{Opcodes.END, 0}}));
  }

  private boolean isReserve(Body body) {
    return isAll(body, check < 0 ? join(room(), claimBehindRoom()) : claim());
  }

  private static long[][] join(long[][] first, long[][] second) {
    return Stream.concat(Arrays.stream(first), Arrays.stream(second)).toArray(long[][]::new);
  }

  /** {@code asyncify_check}, or -1. */
  int check() {
    return check;
  }

  /** {@code asyncify_reserve}, or -1. */
  int reserve() {
    return reserve;
  }

  /** Whether addresses have 64 bits. */
  boolean isWide() {
    return isWide;
  }

  /** What a function pushes; null if it is none that pushes. */
  @Nullable Push pushOf(int function) {
    return pushes.get(function);
  }

  private int load() {
    return isWide ? Opcodes.I64_LOAD : Opcodes.I32_LOAD;
  }

  private int add() {
    return isWide ? Opcodes.I64_ADD : Opcodes.I32_ADD;
  }

  private int store() {
    return isWide ? Opcodes.I64_STORE : Opcodes.I32_STORE;
  }

  private int constant() {
    return isWide ? Opcodes.I64_CONST : Opcodes.I32_CONST;
  }

  /** Opcodes with index or literal; a read of a global is one of the structure's address. */
  private long[][] room() {
    long end = isWide ? Long.BYTES : Integer.BYTES;
    return new long[][] {
      {Opcodes.GLOBAL_GET, DATA},
      {load(), 0},
      {Opcodes.LOCAL_TEE, 1},
      {Opcodes.LOCAL_GET, 0},
      {add(), 0},
      {Opcodes.LOCAL_SET, 2},
      {Opcodes.BLOCK, 0},
      {Opcodes.LOCAL_GET, 2},
      {Opcodes.LOCAL_GET, 1},
      {isWide ? I64_LT_U : Opcodes.I32_LT_U, 0},
      {Opcodes.IF, 0},
      {Opcodes.GLOBAL_GET, DATA},
      {load(), end},
      {constant(), 1},
      {add(), 0},
      {Opcodes.LOCAL_SET, 2},
      {Opcodes.ELSE, 0},
      {Opcodes.LOCAL_GET, 2},
      {Opcodes.GLOBAL_GET, DATA},
      {load(), end},
      {isWide ? Opcodes.I64_LE_U : Opcodes.I32_LE_U, 0},
      {Opcodes.BR_IF, 1},
      {Opcodes.END, 0},
      {Opcodes.GLOBAL_GET, DATA},
      {Opcodes.LOCAL_GET, 2},
      {store(), 0},
      {Opcodes.UNREACHABLE, 0},
      {Opcodes.END, 0}
    };
  }

  /** Of a module that has no other check: the check is in it. */
  private long[][] claimBehindRoom() {
    return new long[][] {
      {Opcodes.GLOBAL_GET, DATA},
      {Opcodes.LOCAL_GET, 2},
      {store(), 0},
      {Opcodes.LOCAL_GET, 1},
      {Opcodes.END, 0}
    };
  }

  private long[][] claim() {
    return new long[][] {
      {Opcodes.LOCAL_GET, 0},
      {Opcodes.CALL, check},
      {Opcodes.GLOBAL_GET, DATA},
      {Opcodes.GLOBAL_GET, DATA},
      {load(), 0},
      {Opcodes.LOCAL_TEE, 1},
      {Opcodes.LOCAL_GET, 0},
      {add(), 0},
      {store(), 0},
      {Opcodes.LOCAL_GET, 1},
      {Opcodes.END, 0}
    };
  }

  private boolean isAll(Body body, long[]... pattern) {
    return body.paramCount() == 1 && body.size() == pattern.length && matches(body, 0, pattern);
  }

  private boolean matches(Body body, int from, long[][] pattern) {
    for (int i = 0; i < pattern.length; i++) {
      if (from + i >= body.size() || !matches(body.at(from + i), pattern[i])) {
        return false;
      }
    }
    return true;
  }

  private boolean matches(Instruction at, long[] wanted) {
    if (!at.is((int) wanted[0])) {
      return false;
    }
    return (wanted[1] == DATA && at.is(Opcodes.GLOBAL_GET))
        ? at.index() == subject.data()
        : at.is(Opcodes.IF) || at.is(Opcodes.BLOCK) || at.index() + at.literal() == wanted[1];
  }

  private @Nullable Push push(Body body) {
    int base = body.paramCount();
    boolean begins =
        base > 0
            && body.near(0).is(constant())
            && body.near(1).is(Opcodes.CALL, reserve)
            && body.near(2).is(Opcodes.LOCAL_SET, base);
    if (!begins) {
      return null;
    }
    List<Stored> values = new ArrayList<>();
    int i = 3;
    while (body.near(i).is(Opcodes.LOCAL_GET, base)
        && body.near(i + 1).is(Opcodes.LOCAL_GET)
        && Opcodes.name(body.near(i + 2).opcode()).contains("store")) {
      Instruction store = body.at(i + 2);
      values.add(new Stored(store.opcode(), body.at(i + 1).index(), store.literal()));
      i += 3;
    }
    Collections.sort(values, (a, b) -> Long.compare(a.offset(), b.offset()));
    return i + 1 == body.size() && isDense(values, body.at(0).literal())
        ? new Push(body.at(0).literal(), values)
        : null;
  }

  /** Whether values lie one behind the other, without a gap. */
  private static boolean isDense(List<Stored> values, long size) {
    long end = 0;
    for (Stored value : values) {
      if (value.offset() != end) {
        return false;
      }
      end += width(value.opcode());
    }
    return end == size;
  }

  private static int width(int store) {
    return switch (store) {
      case Opcodes.I32_STORE, Opcodes.F32_STORE -> 4;
      case Opcodes.I64_STORE, Opcodes.F64_STORE -> 8;
      case Opcodes.V128_STORE -> 16;
      default -> Integer.MIN_VALUE;
    };
  }
}
