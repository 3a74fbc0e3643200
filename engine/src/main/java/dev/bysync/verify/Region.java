package dev.bysync.verify;

import dev.bysync.verify.machine.Machine;
import java.util.Arrays;
import java.util.List;

/**
 * The memory that one suspension uses, borrowed from the program: while a program is suspended none
 * of its code runs, so the top of its memory is saved, given to asyncify, and put back when the
 * program goes on. So no program is disturbed, whatever it thinks of the size of its memory. It is
 * half of the memory, at most 1 MiB, or more where the frames may need more.
 *
 * <pre>
 *   | the program's memory ... | pos | end | frames ------> | untouched  |  the end of memory
 *                              ^ address                    ^ what end says
 * </pre>
 *
 * <p>All below must stay as it is while the region is borrowed. Where other code of the program is
 * to run meanwhile, the region is {@link #putAside}: the program's bytes are there again, until the
 * stack comes back to where it was.
 *
 * <p>It costs what was written in it: where nothing was, neither by the program since the region
 * was borrowed last nor by frames, nothing is saved or put back ({@link TrackedMemory}).
 */
final class Region {
  /** Room for as many frames as the region takes. */
  static final int AMPLE = Integer.MIN_VALUE;

  private static final int MAX_LENGTH = 1 << 20;

  /** Bytes that nobody writes by chance: what stands where nothing must be written. */
  private static final byte PATTERN = (byte) 0xA5;

  /**
   * What is borrowed behind a stack that isn't ample, bytes: beyond, nothing must change at all.
   */
  private static final int GUARD = 1 << 16;

  /** For the structure, and for places other than the first. */
  private static final int MARGIN = 1024;

  /** From one place for a stack to the next. */
  private static final int STEP = 64;

  private final Machine machine;
  private final InstanceMemories memories;
  private final StackMemory memory;
  private final int address;
  private final int end;
  private final int room;
  private final StackNeed need;
  private final List<MemoryDigest> around;
  private TrackedMemory.Piece[] aside = {};

  private Region(
      Machine machine,
      InstanceMemories memories,
      StackMemory memory,
      int address,
      int end,
      int room,
      StackNeed need,
      int watched) {
    this.machine = machine;
    this.memories = memories;
    this.memory = memory;
    this.address = address;
    this.end = end;
    this.room = room;
    this.need = need;
    tracked().save(address, end);
    around = memories.digests(watched);
  }

  /**
   * Borrows memory.
   *
   * @param memories the machine's
   * @param memory the memory that asyncify's frames go to, at least one page
   * @param place which of the places where stacks can begin, from 0: those that live at one time
   *     have different ones
   * @param room bytes that frames may take, less than 0 to say that they are full already; or
   *     {@link #AMPLE}
   * @param need what they take at most
   * @param watched how many memories are to stay the same around the region; 0 not to look
   */
  static Region borrow(
      Machine machine,
      InstanceMemories memories,
      StackMemory memory,
      int place,
      int room,
      StackNeed need,
      int watched) {
    int last = (int) Math.min(machine.memorySize(memory.index()), Integer.MAX_VALUE - 7) & -8;
    long length = Math.max(MAX_LENGTH, 2 * need.bytes() + MARGIN);
    int address = last - ((int) Math.min(length, last / 2) & -8) + STEP * place;
    int frames = address + 2 * memory.addressBytes();
    int most = room == AMPLE ? AMPLE : Math.min(room, last - frames);
    int guarded = frames + Math.max(0, most) + GUARD & -8;
    int end = most == AMPLE ? last : Math.min(last, guarded);
    Region region = new Region(machine, memories, memory, address, end, most, need, watched);
    if (most != AMPLE || region.mayBeFilled()) {
      byte[] pattern = new byte[end - frames];
      Arrays.fill(pattern, PATTERN);
      machine.write(memory.index(), frames, pattern);
    }
    region.put(address, frames);
    region.put(address + memory.addressBytes(), most == AMPLE ? end : frames + most);
    return region;
  }

  private TrackedMemory tracked() {
    return memories.get(memory.index());
  }

  /** Address of the structure that asyncify is given. */
  int address() {
    return address;
  }

  /** What the structure says as {@code end}. */
  int limit() {
    return room == AMPLE ? end : firstFrame() + room;
  }

  /** Bytes of the frames in it. */
  int used() {
    return position() - firstFrame();
  }

  /** Bytes that frames may take, or {@link #AMPLE}. */
  int room() {
    return room;
  }

  /** Whether it is as large as can be, and frames may need more than it has. */
  private boolean mayBeFilled() {
    return room == AMPLE && need.mayExceed((end - firstFrame()) / 2);
  }

  /**
   * Whether frames did not fit though there was as much room as there is: they were written up to
   * less than a frame before the end. Where nothing is known of frames, what {@code pos} says is
   * believed.
   */
  boolean isFilled() {
    if (!need.isKnown()) {
      return room == AMPLE && Integer.compareUnsigned(position(), end - 256) > 0;
    }
    return mayBeFilled()
        && !isUntouchedFrom((int) Math.max(firstFrame(), (long) end - need.largest()));
  }

  /** Whether all frames were taken out again. */
  boolean isEmpty() {
    return position() == firstFrame();
  }

  /** Whether {@code pos} says that the frames don't fit. */
  boolean isOverflown() {
    return Integer.compareUnsigned(position(), endOfRoom()) > 0;
  }

  /** Whether nothing was written from an address in the region on, to its end. */
  boolean isUntouchedFrom(int from) {
    byte[] rest = machine.read(memory.index(), from, Math.max(0, end - from));
    for (byte b : rest) {
      if (b != PATTERN) {
        return false;
      }
    }
    return true;
  }

  /** The address behind the last byte that frames may take. */
  int endOfRoom() {
    return room == AMPLE ? end : firstFrame() + Math.max(0, room);
  }

  /**
   * Puts the program's bytes back; what changed outside of them, for people, or an empty string.
   */
  String giveBack() {
    tracked().restore(address, end);
    return InstanceMemories.difference(around, memories.digests(around.size()));
  }

  /** Keeps the stack elsewhere and puts the program's bytes back, so that it can run. */
  void putAside() {
    aside = tracked().written(address, end);
    tracked().restore(address, end);
  }

  /** Borrows the same memory again and puts the stack back. */
  void putBack() {
    tracked().save(address, end);
    tracked().write(aside);
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
