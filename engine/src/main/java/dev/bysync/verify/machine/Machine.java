package dev.bysync.verify.machine;

import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * An instance of a module. Not thread-safe. Memory addresses are offsets in bytes, 0 to the
 * memory's size.
 */
public interface Machine {
  /**
   * Calls an exported function; host functions may call this again while they are called.
   *
   * @param args slots of the arguments, see {@link ValueKind}
   * @return how it ended, which may be in any of the ways of {@link TrapKind}
   */
  Outcome call(String export, long[] args);

  /** Instructions executed so far, bulk operations charged by their length. */
  long fuelUsed();

  /** Sets how many more instructions may be executed; the next one traps with FUEL. */
  void fuelLimit(long instructions);

  /**
   * Reports every instruction's byte offset in the module before it is executed, until set to null.
   */
  void watch(@Nullable IntConsumer offsets);

  /**
   * Reports the calls that are under way, innermost first: of each the caller's index and the
   * offset of the call instruction in the module, bytes. A machine that can't tell reports none.
   */
  default void calls(Calls told) {}

  /** What the calls hold that are under way; {@link FrameSizes#UNKNOWN} if it can't be told. */
  default FrameSizes frameSizes() {
    return FrameSizes.UNKNOWN;
  }

  /** Is told of a call that is under way. */
  @FunctionalInterface
  interface Calls {
    void call(int function, int offset);
  }

  /**
   * Asks at each call that the module makes, until set to null. Returns whether this machine can.
   */
  default boolean intercept(@Nullable Interceptor asked) {
    return false;
  }

  /** Decides on calls that are about to be made; control functions may be called meanwhile. */
  @FunctionalInterface
  interface Interceptor {
    /** What becomes of a call. */
    enum Answer {
      MAKE,
      /** Its results are zeros and nulls, and callee and arguments are kept. */
      PUT_OFF,
      /** What was put off last is made in its place. */
      MAKE_UP
    }

    /**
     * A call is about to be made.
     *
     * @param offset of the call instruction in the module, bytes
     * @param depth calls under way
     */
    Answer call(int offset, int depth);
  }

  /** Calls into the instance that are under way, 1 in a host function called by an export. */
  int nesting();

  int memories();

  /** Size of a memory in bytes. */
  long memorySize(int memory);

  /** Grows a memory by pages of 64 KiB; returns whether it did. */
  boolean growMemory(int memory, int pages);

  /** Reads bytes that lie inside the memory. */
  byte[] read(int memory, long address, int length);

  /** Writes bytes, whose place lies inside the memory. */
  void write(int memory, long address, byte[] bytes);

  /**
   * Tells which bytes of a memory may have been written since this was called last, by the program
   * or by {@link #write}, in ascending ranges that don't meet. The first time it is all that may
   * not be zero. A machine that doesn't know tells of the whole memory, each time.
   */
  default void takeWritten(int memory, Written told) {
    if (memorySize(memory) > 0) {
      told.range(0, memorySize(memory));
    }
  }

  /** Is told of bytes that may have been written. */
  @FunctionalInterface
  interface Written {
    /**
     * A range.
     *
     * @param from its first byte
     * @param to the byte behind its last
     */
    void range(long from, long to);
  }

  /** The slots of an exported global, one or two. */
  long[] global(String export);

  /** Which elements of an exported table are null: a hash of that and of the size. */
  long tableHash(String export);

  /** Gives the instance up: nothing of it is used any more, so that others may have its memory. */
  default void release() {}
}
