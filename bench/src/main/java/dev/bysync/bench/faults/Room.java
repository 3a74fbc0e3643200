package dev.bysync.bench.faults;

import dev.bysync.bench.faults.StackHelpers.Push;
import dev.bysync.wasm.code.CodeReader;
import dev.bysync.wasm.code.Opcodes;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * How many bytes of the stack are known to be free at each place of a body: as many as {@code
 * asyncify_check} was asked for, less what has been pushed since, nothing behind any other call. At
 * joins it is the least. The host's structure lies outside of the stack that it describes, so
 * pushes don't change where that ends.
 */
final class Room {
  private static final long UNSEEN = Long.MAX_VALUE;

  private final byte[] bytes;
  private final Body body;
  private final Typing typing;
  private final StackHelpers helpers;
  private final long[] free;
  private final Deque<Integer> work = new ArrayDeque<>();

  /**
   * @param bytes the module that the body is of
   */
  Room(byte[] bytes, Body body, Typing typing, StackHelpers helpers) {
    this.bytes = bytes;
    this.body = body;
    this.typing = typing;
    this.helpers = helpers;
    free = new long[body.size()];
    Arrays.fill(free, UNSEEN);
    if (body.hasTry()) {
      Arrays.fill(free, 0); // ways to a catch are not followed
      return;
    }
    add(0, 0);
    while (!work.isEmpty()) {
      int place = work.poll();
      step(place, free[place]);
    }
  }

  /** Bytes that are free for certain before an instruction. */
  long free(int place) {
    return free[place];
  }

  private void add(int place, long bytesFree) {
    if (place < body.size() && bytesFree < free[place]) {
      free[place] = bytesFree;
      work.add(place);
    }
  }

  private void step(int i, long now) {
    Instruction at = body.at(i);
    switch (at.opcode()) {
      case Opcodes.UNREACHABLE, Opcodes.RETURN, Opcodes.RETURN_CALL -> {}
      case Opcodes.BR -> add(target(i, at.index()), now);
      case Opcodes.BR_IF -> {
        add(target(i, at.index()), now);
        add(i + 1, now);
      }
      case Opcodes.IF -> {
        add(i + 1, now);
        add(typing.otherwise(i), now);
      }
      case Opcodes.ELSE -> add(body.partner(body.opener(i)) + 1, now);
      case Opcodes.BR_TABLE -> {
        CodeReader code = new CodeReader(bytes, at.start(), at.end());
        code.next();
        for (int k = 0; k < code.listSize(); k++) {
          add(target(i, code.list(k)), now);
        }
      }
      case Opcodes.CALL -> add(i + 1, behindCall(i, now));
      default -> {
        boolean isKnown = !Opcodes.stack(at.opcode()).equals("*") || isNeutral(at);
        if (isKnown) {
          add(i + 1, now);
        } else {
          other(i, at);
        }
      }
    }
  }

  /** Anything else may do whatever it does; branches of references lead anywhere. */
  private void other(int i, Instruction at) {
    switch (Opcodes.immediate(at.opcode())) {
      case LABEL -> {
        add(target(i, at.index()), 0);
        add(i + 1, 0);
      }
      case BR_ON_CAST -> {
        for (int place = 0; place < body.size(); place++) {
          add(place, 0);
        }
      }
      default -> add(i + 1, 0);
    }
  }

  private static boolean isNeutral(Instruction at) {
    return switch (at.opcode()) {
      case Opcodes.LOCAL_GET,
          Opcodes.LOCAL_SET,
          Opcodes.LOCAL_TEE,
          Opcodes.GLOBAL_GET,
          Opcodes.BLOCK,
          Opcodes.LOOP,
          Opcodes.END,
          Opcodes.DROP,
          Opcodes.SELECT ->
          true;
      default -> false;
    };
  }

  private int target(int i, int depth) {
    return typing.target(body.label(i, depth));
  }

  private long behindCall(int i, long now) {
    Instruction at = body.at(i);
    if (at.index() == helpers.check() && isConstant(body.near(i - 1))) {
      return Math.max(0, body.at(i - 1).literal());
    }
    Push push = helpers.pushOf(at.index());
    return push == null ? 0 : Math.max(0, now - push.size());
  }

  static boolean isConstant(Instruction at) {
    return at.is(Opcodes.I32_CONST) || at.is(Opcodes.I64_CONST);
  }
}
