package dev.bysync.bench.faults;

import dev.bysync.wasm.code.Opcodes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The good output's functions for its stack, known by what their bodies are, instruction by
 * instruction: whatever looks otherwise is none of them.
 */
final class StackHelpers {
  private static final int I32_OR = 0x72;

  /** A value that is pushed: the store, which parameter, and how far above the base. */
  record Stored(int opcode, int param, long offset) {}

  /** What a function pushes. */
  record Push(long size, List<Stored> values) {}

  private final Subject subject;
  private final boolean isWide;
  private final Map<Integer, Push> pushes = new HashMap<>();
  private int check = -1;
  private int reserve = -1;

  StackHelpers(Subject subject) {
    this.subject = subject;
    int start = subject.export("asyncify_start_unwind");
    isWide = subject.param(start, 0) == dev.bysync.wasm.module.ValType.I64;
    int first = subject.module().importedFunctionCount();
    for (int function = first; function < subject.module().functionCount(); function++) {
      if (subject.isAdded(function)) {
        Body body = subject.body(function);
        boolean checks = startsWith(body, room());
        check = checks && body.size() == room().length + 1 ? function : check;
        reserve = checks && endsWith(body, claim()) ? function : reserve;
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

  int load() {
    return isWide ? Opcodes.I64_LOAD : Opcodes.I32_LOAD;
  }

  int add() {
    return isWide ? Opcodes.I64_ADD : Opcodes.I32_ADD;
  }

  int greater() {
    return isWide ? Opcodes.I64_GT_U : Opcodes.I32_GT_U;
  }

  private int store() {
    return isWide ? Opcodes.I64_STORE : Opcodes.I32_STORE;
  }

  private int constant() {
    return isWide ? Opcodes.I64_CONST : Opcodes.I32_CONST;
  }

  private static final int DATA = -1;

  /** Opcodes with index or literal; a read of a global is one of the structure's address. */
  private long[][] room() {
    return new long[][] {
      {Opcodes.GLOBAL_GET, DATA},
      {load(), 0},
      {Opcodes.LOCAL_TEE, 1},
      {Opcodes.LOCAL_GET, 0},
      {add(), 0},
      {Opcodes.LOCAL_TEE, 2},
      {Opcodes.GLOBAL_GET, DATA},
      {load(), isWide ? Long.BYTES : Integer.BYTES},
      {greater(), 0},
      {Opcodes.LOCAL_GET, 1},
      {Opcodes.LOCAL_GET, 2},
      {greater(), 0},
      {I32_OR, 0},
      {Opcodes.IF, 0},
      {Opcodes.GLOBAL_GET, DATA},
      {constant(), -1},
      {store(), 0},
      {Opcodes.UNREACHABLE, 0},
      {Opcodes.END, 0}
    };
  }

  private long[][] claim() {
    return new long[][] {
      {Opcodes.GLOBAL_GET, DATA},
      {Opcodes.LOCAL_GET, 2},
      {store(), 0},
      {Opcodes.LOCAL_GET, 1},
      {Opcodes.END, 0}
    };
  }

  private boolean startsWith(Body body, long[][] pattern) {
    return body.paramCount() == 1 && matches(body, 0, pattern);
  }

  private boolean endsWith(Body body, long[][] pattern) {
    int from = room().length;
    return body.size() == from + pattern.length && matches(body, from, pattern);
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
        : at.is(Opcodes.IF) || at.index() + at.literal() == wanted[1];
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
