package dev.bysync.verify.frame;

import dev.bysync.verify.frame.FrameEvent.Held;
import dev.bysync.verify.frame.FrameEvent.Place;
import dev.bysync.verify.frame.FrameEvent.Room;
import dev.bysync.verify.frame.FrameEvent.Side;
import dev.bysync.verify.frame.FrameMachine.Mode;
import dev.bysync.verify.frame.FrameMachine.Snapshot;
import dev.bysync.verify.frame.FrameMachine.Stop;
import dev.bysync.wasm.code.Opcodes;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** Tells what one machine does as {@link FrameEvent}s. Nothing is told of control functions. */
final class FrameWatch {
  private static final List<String> CONTROLS =
      List.of(
          "asyncify_start_unwind",
          "asyncify_stop_unwind",
          "asyncify_start_rewind",
          "asyncify_stop_rewind",
          "asyncify_get_state");

  private final Side side;
  private final FrameModule module;
  private final TermNames names;
  private final Consumer<FrameEvent> events;
  private final BitSet controls = new BitSet();

  FrameWatch(Side side, FrameModule module, TermNames names, Consumer<FrameEvent> events) {
    this.side = side;
    this.module = module;
    this.names = names;
    this.events = events;
    for (String name : CONTROLS) {
      int function = module.exported(name);
      if (function >= 0 && side == Side.OUTPUT) {
        controls.set(function);
      }
    }
  }

  private Place place(FrameCode code, int row) {
    return new Place(side, code.function, code.offset[row], code.origin[row]);
  }

  private List<String> texts(long[] stack, int from, int to) {
    List<String> texts = new ArrayList<>();
    for (int i = from; i < to; i++) {
      texts.add(names.of(stack[i]));
    }
    return texts;
  }

  private boolean isMuted(FrameCode code) {
    return controls.get(code.function);
  }

  // ---- what a machine says ----

  /** A function of the program is entered; the frame starts at a slot of the stack. */
  void entered(FrameCode code, Mode mode, long[] stack, int base) {
    if (mode == Mode.NORMAL) {
      for (int local = 0; local < code.locals; local++) {
        names.name(stack[base + local], (local < code.params ? "p" : "l") + local);
      }
    }
    List<String> arguments = texts(stack, base, base + code.params);
    events.accept(
        mode == Mode.NORMAL
            ? new FrameEvent.Entered(side, code.function, arguments)
            : new FrameEvent.Rewinding(code.function, arguments));
  }

  /** An instruction comes next; its operands are on top, below the given height. */
  void at(FrameCode code, int row, Mode mode, int depth, long[] stack, int height) {
    if (isMuted(code)) {
      return;
    }
    List<String> operands = texts(stack, height - code.pops[row], height);
    switch (code.kind[row]) {
      case FrameCode.CALL -> {
        if (code.y[row] != FrameCode.ADDED) {
          events.accept(new FrameEvent.Called(place(code, row), code.y[row], operands));
        }
      }
      case FrameCode.CALL_INDIRECT,
          FrameCode.CALL_REF,
          FrameCode.TAIL_CALL_INDIRECT,
          FrameCode.TAIL_CALL_REF ->
          events.accept(new FrameEvent.Called(place(code, row), -1, operands));
      case FrameCode.TAIL_CALL -> {
        if (code.y[row] != FrameCode.ADDED) {
          events.accept(new FrameEvent.Called(place(code, row), code.y[row], operands));
        }
      }
      case FrameCode.RETURN -> {
        if (depth == 0 && mode == Mode.NORMAL) {
          List<String> results = texts(stack, height - code.results, height);
          events.accept(new FrameEvent.Ended(place(code, row), "returns", results));
        }
      }
      case FrameCode.UNREACHABLE ->
          events.accept(new FrameEvent.Ended(place(code, row), "traps", List.of()));
      case FrameCode.GLOBAL_GET -> {}
      case FrameCode.CAST -> {
        if (code.origin[row] != FrameCode.ADDED) {
          events.accept(new FrameEvent.Did(place(code, row), operands));
        }
      }
      case FrameCode.TABLE -> {
        if (!isRead(code, row)) {
          events.accept(new FrameEvent.Did(place(code, row), operands));
        }
      }
      default -> events.accept(new FrameEvent.Did(place(code, row), operands));
    }
  }

  private static boolean isRead(FrameCode code, int row) {
    return code.opcode[row] == Opcodes.TABLE_GET || code.opcode[row] == Opcodes.TABLE_SIZE;
  }

  /**
   * A value is stored in the asyncify stack's memory.
   *
   * @return false if it is no frame that it is stored in, but the structure
   */
  boolean pushed(FrameCode code, int row, long address, long value) {
    boolean isFrame = address >= Suspension.FRAMES;
    if (isFrame && !isMuted(code)) {
      int at = (int) address - Suspension.FRAMES;
      events.accept(new FrameEvent.Pushed(place(code, row), at, names.of(value)));
    }
    return isFrame;
  }

  /** A value is loaded from the asyncify stack's memory. */
  void popped(FrameCode code, int row, long address, long value) {
    if (address >= Suspension.FRAMES && !isMuted(code)) {
      int at = (int) address - Suspension.FRAMES;
      events.accept(new FrameEvent.Popped(place(code, row), at, names.of(value)));
    }
  }

  /** A branch goes a way; -1 if it must not be here. */
  void branched(FrameCode code, int row, long value, int way) {
    if (!isMuted(code)) {
      String condition = names.of(asked(code.kind[row], value));
      events.accept(
          new FrameEvent.Branched(place(code, row), condition, way, direction(code, row, way)));
    }
  }

  /** Conditions are told as the original asks them. */
  private static long asked(byte kind, long value) {
    return switch (kind) {
      case FrameCode.IF, FrameCode.BR_IF -> Terms.isNotZero(value);
      case FrameCode.BR_IF_INVERTED -> Terms.not(Terms.isNotZero(value));
      default -> value;
    };
  }

  private static String direction(FrameCode code, int row, int way) {
    if (way < 0) {
      return "the path ends, or has no such branch";
    }
    return switch (code.kind[row]) {
      case FrameCode.IF -> way == 0 ? "then" : "else";
      case FrameCode.BR_TABLE -> way == code.y[row] - 1 ? "to the default" : "to label " + way;
      case FrameCode.BR_IF_INVERTED -> way == 1 ? "taken" : "not taken";
      default -> way == 0 ? "taken" : "not taken";
    };
  }

  /** A call returned; its results are on top. */
  void answered(FrameCode code, int row, long[] stack, int height) {
    int count = code.pushes[row];
    names.call();
    for (int i = 0; i < count; i++) {
      names.result(stack[height - count + i], i);
    }
    List<String> results = texts(stack, height - count, height);
    events.accept(new FrameEvent.Answered(place(code, row), results));
  }

  /** A call throws. */
  void thrown(FrameCode code, int row, int tag) {
    events.accept(new FrameEvent.Thrown(place(code, row), tag));
  }

  // ---- what a suspension says ----

  void unwinding(Snapshot site, Room room) {
    events.accept(new FrameEvent.Unwinding(place(site.code(), site.row()), room));
  }

  void unwound(Room room, Stop stop, long position) {
    String how = stop.name().toLowerCase(Locale.ROOT);
    events.accept(new FrameEvent.Unwound(room, how, position(position)));
  }

  void resumed(long position) {
    events.accept(new FrameEvent.Resumed(position(position)));
  }

  private String position(long position) {
    if (!Terms.isNumber(position)) {
      return names.of(position);
    }
    long plain = module.isWide() ? position : position & 0xFFFFFFFFL;
    long at = plain - FrameMachine.STACK - Suspension.FRAMES;
    boolean isNear = at >= -Suspension.FRAMES && at <= StackCells.SIZE;
    return isNear ? Long.toString(at) : "0x" + Long.toHexString(plain);
  }

  /** The frame is at its site again. */
  void back(FrameMachine machine, Snapshot site, long[] live) {
    List<Held> others = new ArrayList<>();
    FrameCode code = machine.code();
    int row = machine.row();
    int operands =
        Math.min(machine.height() - code.pops[row], site.height() - site.code().pops[site.row()]);
    for (int i = 0; i < operands; i++) {
      held(others, "operand " + i, site.operand(i), machine.operand(i), true);
    }
    int locals = Math.min(code.locals, site.code().locals);
    for (int local = 0; local < locals; local++) {
      boolean isLive = (live[local >>> 6] >>> local & 1) != 0;
      held(others, "local " + local, site.local(local), machine.local(local), isLive);
    }
    events.accept(new FrameEvent.Back(place(code, row), List.copyOf(others)));
  }

  private void held(List<Held> others, String name, long was, long is, boolean isLive) {
    if (was != is) {
      others.add(new Held(name, names.of(was), names.of(is), isLive));
    }
  }
}
