package dev.bysync.bench.faults;

import dev.bysync.bench.faults.StackHelpers.Push;
import dev.bysync.bench.faults.StackHelpers.Stored;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What pushes write, value by value from the lowest address up. Where there is room for certain,
 * pushes that write the same values one behind the other do the same, however they are divided.
 */
final class PushLayout {
  private final StackHelpers helpers;
  private final Room room;

  PushLayout(StackHelpers helpers, Room room) {
    this.helpers = helpers;
    this.room = room;
  }

  /**
   * What a call stores.
   *
   * @param place of the call
   * @param stack symbols of all operands before it
   * @return null if it does not push, or may lack room
   */
  @Nullable List<String> stored(int place, Instruction call, List<String> stack) {
    Push push = helpers.pushOf(call.index());
    if (push == null || room.free(place) < push.size()) {
      return null;
    }
    int first = stack.size() - push.values().size();
    List<String> stored = new ArrayList<>();
    for (Stored value : push.values()) {
      stored.add("push " + value.opcode() + " " + stack.get(first + value.param()));
    }
    return stored;
  }
}
