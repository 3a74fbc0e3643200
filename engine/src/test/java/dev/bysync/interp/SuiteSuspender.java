package dev.bysync.interp;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Suspends in functions of {@code spectest}: a call that a script makes is unwound at each of them,
 * and rewound at once. The stack is put into the upper half of the memory, which is borrowed.
 *
 * <p>Not suspended in are calls in start functions, which nobody could call again; calls that go
 * through several instances, whose states are apart; and instances without a memory of their own.
 */
final class SuiteSuspender {
  private static final int HEADER = 8;

  private @Nullable Instance active;
  private byte[] borrowed = {};
  private long[] args = {};
  private @Nullable Object[] argRefs = {};
  private int suspensions;

  int suspensions() {
    return suspensions;
  }

  /** Wraps a function of the host. */
  HostFunction suspending(Store store, HostFunction function) {
    return (slots, refs) -> {
      Instance instance = active;
      if (instance == null || !isAlone(store.machine, instance)) {
        function.call(slots, refs);
        return;
      }
      if (state(instance) == 0) {
        call(instance, "asyncify_start_unwind", region(instance));
        return;
      }
      call(instance, "asyncify_stop_rewind");
      giveBack(instance);
      function.call(slots, refs);
    };
  }

  /** Whether all frames of the call under way are of one instance. */
  private static boolean isAlone(Machine machine, Instance instance) {
    if (machine.function.instance != instance) {
      return false;
    }
    for (int i = 2; i < machine.depth; i++) {
      if (machine.callers[i].instance != instance) {
        return false;
      }
    }
    return true;
  }

  /** Calls a function that a script names, as often as it is suspended. */
  void invoke(Instance instance, WasmFunction function, long[] slots, @Nullable Object[] refs) {
    boolean can =
        instance.export("asyncify_start_unwind") instanceof WasmFunction
            && instance.memoryCount() == 1
            && instance.memory(0).size() > 0
            && function.instance == instance;
    if (!can) {
      function.invoke(slots, refs);
      return;
    }
    active = instance;
    args = slots.clone();
    argRefs = refs.clone();
    try {
      function.invoke(slots, refs);
      while (state(instance) == 1) {
        suspensions++;
        call(instance, "asyncify_stop_unwind");
        call(instance, "asyncify_start_rewind", start(instance));
        System.arraycopy(args, 0, slots, 0, args.length);
        System.arraycopy(argRefs, 0, refs, 0, argRefs.length);
        function.invoke(slots, refs);
      }
    } finally {
      active = null;
    }
  }

  private static int start(Instance instance) {
    return instance.memory(0).size() / 2;
  }

  /** Saves the upper half of the memory and puts an empty stack there. */
  private int region(Instance instance) {
    WasmMemory memory = instance.memory(0);
    int start = start(instance);
    borrowed = memory.read(start, memory.size() - start);
    ByteBuffer header = ByteBuffer.allocate(HEADER).order(ByteOrder.LITTLE_ENDIAN);
    memory.write(start, header.putInt(start + HEADER).putInt(memory.size()).array());
    return start;
  }

  private void giveBack(Instance instance) {
    instance.memory(0).write(start(instance), borrowed);
  }

  private static int state(Instance instance) {
    return (int) Objects.requireNonNull(instance.call("asyncify_get_state")[0]);
  }

  private static void call(Instance instance, String control, Object... values) {
    instance.call(control, Arrays.copyOf(values, values.length));
  }
}
