package dev.bysync.interp;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Suspends in functions of {@code spectest}, and in calls from one instance to another: a call that
 * a script makes is unwound at each of them, and rewound at once. Modules have to be transformed
 * with a memory of their own for frames.
 *
 * <p>A call may go through several instances, and through some of them more than once. Each has a
 * state and a stack of its own, so all that have frames are told to unwind, and all to rewind: the
 * frames of an instance come back in the order in which they went, whatever is between them.
 *
 * <p>Not suspended are calls that a start function makes, directly or not, as nobody could call it
 * again, and calls of hosts through which no instance is under way.
 */
final class SuiteSuspender {
  private static final int HEADER = 8;
  private static final String MEMORY = "asyncify_memory";

  private enum State {
    NORMAL,
    UNWINDING,
    REWINDING
  }

  private final Set<Instance> suspended = Collections.newSetFromMap(new IdentityHashMap<>());
  private State state = State.NORMAL;
  private boolean active;

  /** Wrapped functions that are under way; and how many were when one of them suspended. */
  private int level;

  private int suspendedLevel;
  private int suspensions;
  private int acrossInstances;
  private int inStart;

  int suspensions() {
    return suspensions;
  }

  /** Those of them with frames of more than one instance. */
  int acrossInstances() {
    return acrossInstances;
  }

  /** Calls that were not suspended since a start function made them. */
  int inStart() {
    return inStart;
  }

  /** Wraps a function that modules import: it suspends before it does anything. */
  HostFunction suspending(Store store, HostFunction function) {
    return (slots, refs) -> {
      level++;
      try {
        if (!active) {
          inStart++;
        } else if (state == State.REWINDING && level == suspendedLevel) {
          for (Instance instance : suspended) {
            instance.call("asyncify_stop_rewind");
          }
          state = State.NORMAL;
        } else if (state == State.NORMAL && unwind(store.machine)) {
          suspendedLevel = level;
          state = State.UNWINDING;
          return;
        }
        function.call(slots, refs);
      } finally {
        level--;
      }
    };
  }

  /** Wraps what an instance exports, if it is a function of its own. */
  Extern suspending(Store store, Extern export) {
    return export instanceof WasmFunction function && function.index >= 0
        ? new WasmFunction(store, function.type, suspending(store, function::invoke))
        : export;
  }

  /** Tells all instances with frames to unwind; false if there is none. */
  private boolean unwind(Machine machine) {
    suspended.clear();
    add(machine.function);
    Frames frames = new Frames(machine);
    while (frames.next()) {
      add(frames.function());
    }
    for (Instance instance : suspended) {
      WasmMemory memory = memory(instance);
      ByteBuffer header = ByteBuffer.allocate(HEADER).order(ByteOrder.LITTLE_ENDIAN);
      memory.write(0, header.putInt(HEADER).putInt(memory.size()).array());
      instance.call("asyncify_start_unwind", 0);
    }
    return !suspended.isEmpty();
  }

  private void add(WasmFunction function) {
    if (function.index >= 0) {
      suspended.add(function.instance);
    }
  }

  private static WasmMemory memory(Instance instance) {
    if (instance.export(MEMORY) instanceof WasmMemory memory) {
      return memory;
    }
    throw new IllegalStateException("an instance that isn't transformed is under way");
  }

  /** Calls a function that a script names, as often as it is suspended. */
  void invoke(WasmFunction function, long[] slots, @Nullable Object[] refs) {
    long[] args = slots.clone();
    @Nullable Object[] argRefs = refs.clone();
    active = true;
    try {
      function.invoke(slots, refs);
      while (state == State.UNWINDING) {
        suspensions++;
        acrossInstances += suspended.size() > 1 ? 1 : 0;
        for (Instance instance : suspended) {
          instance.call("asyncify_stop_unwind");
          instance.call("asyncify_start_rewind", 0);
        }
        state = State.REWINDING;
        System.arraycopy(args, 0, slots, 0, args.length);
        System.arraycopy(argRefs, 0, refs, 0, argRefs.length);
        function.invoke(slots, refs);
      }
    } finally {
      active = false;
      state = State.NORMAL;
    }
  }
}
