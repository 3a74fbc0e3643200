package dev.bysync.verify;

import dev.bysync.verify.machine.Machine;
import java.util.ArrayList;
import java.util.List;

/**
 * The memory that one suspension uses, borrowed from the program: while a program is suspended none
 * of its code runs, so the top of its memory is saved, given to asyncify, and put back when the
 * program goes on. So no program is disturbed, whatever it thinks of the size of its memory. It is
 * half of the memory, at most 1 MiB.
 *
 * <pre>
 *   | the program's memory ... | pos | end | frames ------> |  the end of memory
 *                              ^ address
 * </pre>
 *
 * <p>All below must stay as it is while the region is borrowed.
 */
final class Region {
  private static final int MAX_LENGTH = 1 << 20;

  private final Machine machine;
  private final StackMemory memory;
  private final int address;
  private final int end;
  private final byte[] saved;
  private final List<MemoryDigest> around;

  private Region(
      Machine machine,
      StackMemory memory,
      int address,
      int end,
      byte[] saved,
      List<MemoryDigest> around) {
    this.machine = machine;
    this.memory = memory;
    this.address = address;
    this.end = end;
    this.saved = saved;
    this.around = around;
  }

  /**
   * Borrows memory.
   *
   * @param memory the memory that asyncify's frames go to, at least one page
   * @param watched how many memories are to stay the same around the region; 0 not to look
   */
  static Region borrow(Machine machine, StackMemory memory, int watched) {
    int end = (int) Math.min(machine.memorySize(memory.index()), Integer.MAX_VALUE - 7) & -8;
    int address = end - Math.min(MAX_LENGTH, end / 2);
    byte[] saved = machine.read(memory.index(), address, end - address);
    List<MemoryDigest> around = digests(machine, memory.index(), address, watched);
    Region region = new Region(machine, memory, address, end, saved, around);
    region.put(address, region.firstFrame());
    region.put(address + memory.addressBytes(), end);
    return region;
  }

  private static List<MemoryDigest> digests(Machine machine, int memory, int address, int count) {
    List<MemoryDigest> digests = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      digests.add(MemoryDigest.of(machine, i, i == memory ? address : machine.memorySize(i)));
    }
    return digests;
  }

  /** Address of the structure that asyncify is given. */
  int address() {
    return address;
  }

  /** Bytes of the frames in it. */
  int used() {
    return position() - firstFrame();
  }

  /** Whether the frames did not fit, or nearly so. */
  boolean isFull() {
    return Integer.compareUnsigned(position(), end - 256) > 0;
  }

  /** Whether all frames were taken out again. */
  boolean isEmpty() {
    return position() == firstFrame();
  }

  /** What changed outside of the region, for people, or an empty string. */
  String disturbance() {
    List<MemoryDigest> now = digests(machine, memory.index(), address, around.size());
    for (int i = 0; i < now.size(); i++) {
      String difference = around.get(i).difference(now.get(i));
      if (!difference.isEmpty()) {
        return "memory " + i + ": " + difference;
      }
    }
    return "";
  }

  /** Puts the program's bytes back. */
  void giveBack() {
    machine.write(memory.index(), address, saved);
  }

  private int firstFrame() {
    return address + 2 * memory.addressBytes();
  }

  /** Address behind the last frame. */
  int position() {
    byte[] b = machine.read(memory.index(), address, 4);
    return (b[0] & 0xFF) | (b[1] & 0xFF) << 8 | (b[2] & 0xFF) << 16 | b[3] << 24;
  }

  private void put(int at, int value) {
    byte[] bytes = new byte[memory.addressBytes()];
    for (int i = 0; i < 4; i++) {
      bytes[i] = (byte) (value >>> (8 * i));
    }
    machine.write(memory.index(), at, bytes);
  }
}
