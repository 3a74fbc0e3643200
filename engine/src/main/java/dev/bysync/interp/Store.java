package dev.bysync.interp;

import dev.bysync.wasm.binary.Failure;
import dev.bysync.wasm.binary.WasmException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Instances that belong together: their limits, their fuel and the stack that their calls share.
 * Used by one thread at a time.
 *
 * <p>An executed instruction costs one unit of fuel. Operations on ranges cost more, by what they
 * move: {@code memory.fill}, {@code copy} and {@code init} a unit for every 64 bytes, those of
 * tables and arrays and what makes an array one for every element, {@code struct.new} one for every
 * field, {@code memory.grow} 128 for every page, {@code table.grow} one for every element, an
 * exception one for every frame and handler it passes. The limit is looked at wherever control can
 * turn (branches taken, calls, and the operations just named), so a straight run of instructions is
 * finished before it ends the call; what {@link #fuelUsed} says is exact.
 */
public final class Store {
  /** Fuel between two looks at whether the call was cancelled. */
  private static final long SLICE = 1 << 20;

  private static final long UNLIMITED = Long.MAX_VALUE >> 1;

  final StoreLimits limits;
  final MemoryPool pool;
  final List<WasmMemory> memories = new ArrayList<>();
  final Instance nowhere;
  final Machine machine;

  /** Fuel that may be used after the slice that the machine is using. */
  private long reserve = UNLIMITED;

  private long allowed = UNLIMITED;
  private long memoryBytes;
  private long tableElements;
  private long heapBytes;
  private volatile boolean cancelled;
  private @Nullable Watch watch;
  @Nullable Interceptor interceptor;

  public Store() {
    this(StoreLimits.defaults());
  }

  public Store(StoreLimits limits) {
    this(limits, new MemoryPool());
  }

  /** A store whose memories take their arrays from a pool, which others may use as well. */
  public Store(StoreLimits limits, MemoryPool pool) {
    this.limits = limits;
    this.pool = pool;
    nowhere = new Instance(this);
    machine = new Machine(this);
  }

  /** Gives all memories back to the pool. Nothing of the store can be used afterwards. */
  public void release() {
    memories.forEach(WasmMemory::release);
    memories.clear();
  }

  /** Sets how many more instructions may be executed. Functions of hosts may do so as well. */
  public void allowFuel(long instructions) {
    long used = fuelUsed();
    reserve = Math.min(instructions, UNLIMITED - used);
    allowed = used + reserve;
  }

  /** Instructions executed so far, and what operations on ranges cost. */
  public long fuelUsed() {
    return allowed - reserve;
  }

  /** Ends the call under way, soon, with a trap of kind CANCELLED. Can be called by any thread. */
  public void cancel() {
    cancelled = true;
  }

  /**
   * Reports every instruction of every function before it is executed: the function's index and the
   * instruction's byte offset in its module. Null ends that. Functions of hosts can begin and end
   * it as well; what is reported can't.
   */
  public void watch(@Nullable Watch reported) {
    watch = reported;
    machine.setWatched(reported != null);
  }

  /** Asks at each call from now on, until set to null: not while functions are running. */
  public void intercept(@Nullable Interceptor asked) {
    interceptor = asked;
    machine.setPace();
  }

  /**
   * Reports the calls that are under way, innermost first: of each the caller's index in its module
   * and the offset of its call instruction. For functions of hosts, which have been called.
   */
  public void calls(Watch reported) {
    machine.report(reported);
  }

  /** Tells the index of the function of each frame that is there, the innermost first. */
  public void functions(IntConsumer told) {
    machine.functions(told);
  }

  /** Is told about each instruction. */
  @FunctionalInterface
  public interface Watch {
    /** Called before an instruction is executed. */
    void instruction(int function, int offset);
  }

  void watched(int function, int offset) {
    Watch watching = watch;
    if (watching != null) {
      watching.instruction(function, offset);
    }
  }

  /** The next slice of fuel; {@code left} is what is left of the last one, or what it lacks. */
  long slice(long left) {
    long total = reserve + left;
    if (cancelled || total < 0) {
      boolean wasCancelled = cancelled;
      cancelled = false;
      throw wasCancelled
          ? new Trap(Trap.Kind.CANCELLED, "cancelled")
          : new Trap(Trap.Kind.FUEL, "fuel ran out");
    }
    long taken = Math.min(total, SLICE);
    reserve = total - taken;
    return taken;
  }

  void giveBack(long left) {
    reserve += left;
  }

  void takeBytes(long pages, int pageSizeLog2, int max) {
    if (pages < 0 || pages > max >>> pageSizeLog2 || !tryBytes(pages << pageSizeLog2)) {
      throw new WasmException(
          Failure.LIMIT,
          -1,
          "a memory of "
              + Long.toUnsignedString(pages)
              + " pages is more than the "
              + limits.memoryPages()
              + " that the limits allow in all");
    }
  }

  boolean tryBytes(long bytes) {
    if (bytes > ((long) limits.memoryPages() << 16) - memoryBytes) {
      return false;
    }
    memoryBytes += bytes;
    return true;
  }

  void takeElements(long elements, int max) {
    if (elements < 0 || elements > max || !tryElements(elements)) {
      throw new WasmException(
          Failure.LIMIT,
          -1,
          "a table of "
              + Long.toUnsignedString(elements)
              + " elements is more than the "
              + limits.tableElements()
              + " that the limits allow in all");
    }
  }

  boolean tryElements(long elements) {
    if (elements > limits.tableElements() - tableElements) {
      return false;
    }
    tableElements += elements;
    return true;
  }

  /** Accounts for something on the heap before it is made. */
  void takeHeap(long bytes) {
    if (bytes > limits.heapBytes() - heapBytes) {
      throw Traps.limit("more than " + limits.heapBytes() + " bytes are allocated");
    }
    heapBytes += bytes;
  }
}
