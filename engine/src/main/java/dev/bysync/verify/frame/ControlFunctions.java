package dev.bysync.verify.frame;

import dev.bysync.verify.frame.FrameMachine.Mode;
import dev.bysync.verify.frame.FrameMachine.Stop;
import dev.bysync.wasm.code.Opcodes;

/** The functions that the host unwinds and rewinds by, and the structure that it gives them. */
final class ControlFunctions {
  /** Where the structure of the stack lies that frames are put away in, in {@link StackCells}. */
  static final int STRUCTURE = 64;

  static final int NORMAL = 0;
  static final int UNWINDING = 1;
  static final int REWINDING = 2;
  static final int MAX_STEPS = 1 << 20;

  private final FrameModule module;
  private final FrameMachine machine;
  private final FrameCode startUnwind;
  private final FrameCode stopUnwind;
  private final FrameCode startRewind;
  private final FrameCode stopRewind;
  private final FrameCode getState;
  private final int width;

  ControlFunctions(FrameModule module, FrameMachine machine) {
    this.module = module;
    this.machine = machine;
    startUnwind = control("asyncify_start_unwind");
    stopUnwind = control("asyncify_stop_unwind");
    startRewind = control("asyncify_start_rewind");
    stopRewind = control("asyncify_stop_rewind");
    getState = control("asyncify_get_state");
    width = module.addressBytes();
  }

  private FrameCode control(String name) {
    int function = module.exported(name);
    return function < 0 ? module.nothing() : module.code(function);
  }

  Stop startUnwind(int structure) {
    return call(startUnwind, structure);
  }

  Stop stopUnwind() {
    return call(stopUnwind);
  }

  Stop startRewind(int structure) {
    return call(startRewind, structure);
  }

  Stop stopRewind() {
    return call(stopRewind);
  }

  /** Checks them by themselves; gives what is wrong, or an empty string. */
  String check() {
    for (FrameCode code : new FrameCode[] {startUnwind, stopUnwind, startRewind, stopRewind}) {
      if (code.size == 0) {
        return "a control function is missing";
      }
    }
    machine.mode(Mode.SWITCHING);
    String fault = changesState(startUnwind, stopUnwind, UNWINDING);
    if (fault.isEmpty()) {
      fault = changesState(startRewind, stopRewind, REWINDING);
    }
    return fault.isEmpty() ? refusesFull() : fault;
  }

  private String changesState(FrameCode start, FrameCode stop, int state) {
    structure(STRUCTURE, Suspension.FRAMES, Suspension.FRAMES);
    if (state() != NORMAL) {
      return "asyncify_get_state is not 0 at the start";
    }
    if (call(start, STRUCTURE) != Stop.RETURNED || state() != state) {
      return "a start function does not set the state to " + state;
    }
    return call(stop) != Stop.RETURNED || state() != NORMAL
        ? "a stop function does not set the state to 0"
        : "";
  }

  /** All four must trap when pos is past end. */
  private String refusesFull() {
    FrameCode[] all = {startUnwind, startRewind, stopUnwind, stopRewind};
    for (FrameCode code : all) {
      structure(STRUCTURE, Suspension.FRAMES, Suspension.FRAMES);
      if (startUnwind(STRUCTURE) != Stop.RETURNED) {
        return "asyncify_start_unwind traps though pos is not past end";
      }
      for (int past : new int[] {1, 8, 1 << 16}) {
        structure(STRUCTURE, Suspension.FRAMES + past, Suspension.FRAMES);
        Stop stop = code.params > 0 ? call(code, STRUCTURE) : call(code);
        if (stop != Stop.TRAPPED) {
          return "a control function does not trap though pos is past end";
        }
      }
      structure(STRUCTURE, Suspension.FRAMES, Suspension.FRAMES);
      if (stopUnwind() != Stop.RETURNED) {
        return "asyncify_stop_unwind traps though pos is not past end";
      }
    }
    return "";
  }

  long address(int at) {
    long address = FrameMachine.STACK + at;
    return module.isWide() ? address : (int) address;
  }

  long unsigned(long address) {
    return module.isWide() ? address : address & 0xFFFFFFFFL;
  }

  void structure(int at, int from, int to) {
    machine.cells.clear();
    put(at, from, to);
  }

  void put(int at, int from, int to) {
    putNumbers(at, address(from), address(to));
  }

  long position() {
    return machine.cells.load(STRUCTURE, width);
  }

  private Stop call(FrameCode code, int structure) {
    machine.enter(code, new long[] {address(structure)});
    machine.allow(MAX_STEPS);
    return machine.run();
  }

  private Stop call(FrameCode code) {
    machine.enter(code, new long[0]);
    machine.allow(MAX_STEPS);
    return machine.run();
  }

  long state() {
    return call(getState) == Stop.RETURNED && getState.results == 1
        ? machine.result(0)
        : Opcodes.COUNT;
  }

  /** Sets the two numbers of a structure, whatever they are. */
  void putNumbers(int at, long position, long end) {
    machine.cells.store(at, width, position);
    machine.cells.store(at + width, width, end);
  }
}
