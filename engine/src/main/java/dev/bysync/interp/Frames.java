package dev.bysync.interp;

/** Goes over the frames of a machine that have called something, innermost first. */
final class Frames {
  private final Machine machine;
  private WasmFunction function;
  private int frame;
  private int word;

  /** Where this frame's header is, or -1 if the machine keeps its place, as this caller. */
  private int slot = -1;

  private int caller;

  Frames(Machine machine) {
    this.machine = machine;
    function = machine.function;
    frame = machine.frame;
    caller = machine.callers();
  }

  /** Moves to the caller of the frame that it is at; false if there is none. */
  boolean next() {
    int at = frame + function.localSlots;
    if (!machine.isExit(function) && machine.slots[at] >= 0) {
      long header = machine.slots[at];
      function = function.instance.functions[Header.function(header)];
      word = Header.word(header);
      frame -= Header.distance(header);
      slot = at;
      return true;
    }
    if (caller == 0) {
      return false;
    }
    caller--;
    function = machine.caller(caller);
    word = (int) (machine.place(caller) >>> 32);
    frame = (int) machine.place(caller);
    slot = -1;
    return true;
  }

  /** The function whose frame it is, which may be what calls from outside return to. */
  WasmFunction function() {
    return function;
  }

  /** The word that it will go on at. */
  int word() {
    return word;
  }

  /** Makes the frame go on at another word. */
  void moveTo(int newWord) {
    word = newWord;
    if (slot >= 0) {
      machine.slots[slot] = Header.at(newWord, machine.slots[slot]);
    } else {
      machine.setPlace(caller, (long) newWord << 32 | frame);
    }
  }
}
