package dev.bysync.interp;

/**
 * What the instances of a store may use together. Each limit is checked before anything is
 * allocated; beyond one, growing fails as the specification has it, or a {@link Trap} of kind LIMIT
 * or DEPTH ends the call.
 *
 * @param memoryPages pages of 64 KiB of all memories, at most 32,767 in one memory
 * @param tableElements elements of all tables
 * @param heapBytes bytes of all structures, arrays and exceptions ever made: what a collector has
 *     freed counts as well, because when that happens isn't deterministic
 * @param frames calls of functions of modules that may be under way; see {@link
 *     WasmModule#parse(byte[], int)} for functions whose calls don't count
 * @param stackSlots parameters, locals and operands of all frames, in slots of 64 bits, two for a
 *     vector
 * @param hostCalls calls of host functions that may be under way, at most 500
 */
public record StoreLimits(
    int memoryPages,
    long tableElements,
    long heapBytes,
    int frames,
    int stackSlots,
    int hostCalls) {
  public StoreLimits {
    check("memoryPages", memoryPages, Integer.MAX_VALUE);
    check("tableElements", tableElements, Long.MAX_VALUE);
    check("heapBytes", heapBytes, Long.MAX_VALUE);
    check("frames", frames, 10_000_000);
    check("stackSlots", stackSlots, 1 << 28);
    check("hostCalls", hostCalls, 500);
  }

  private static void check(String name, long value, long max) {
    if (value < 0 || value > max) {
      throw new IllegalArgumentException(name + " is " + value + ", not 0 to " + max);
    }
  }

  /** 2,048 pages, 10 million elements, 256 MiB of heap, 10,000 frames, 4 million slots. */
  public static StoreLimits defaults() {
    return new StoreLimits(2048, 10_000_000, 256L << 20, 10_000, 4 << 20, 200);
  }

  public StoreLimits withMemoryPages(int pages) {
    return new StoreLimits(pages, tableElements, heapBytes, frames, stackSlots, hostCalls);
  }

  public StoreLimits withTableElements(long elements) {
    return new StoreLimits(memoryPages, elements, heapBytes, frames, stackSlots, hostCalls);
  }

  public StoreLimits withHeapBytes(long bytes) {
    return new StoreLimits(memoryPages, tableElements, bytes, frames, stackSlots, hostCalls);
  }

  public StoreLimits withFrames(int count) {
    return new StoreLimits(memoryPages, tableElements, heapBytes, count, stackSlots, hostCalls);
  }

  public StoreLimits withStackSlots(int slots) {
    return new StoreLimits(memoryPages, tableElements, heapBytes, frames, slots, hostCalls);
  }
}
