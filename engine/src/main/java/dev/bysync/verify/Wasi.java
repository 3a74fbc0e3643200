package dev.bysync.verify;

import dev.bysync.verify.machine.HostStop;
import dev.bysync.verify.machine.Machine;
import dev.bysync.verify.machine.Signature;
import dev.bysync.verify.machine.TrapKind;
import dev.bysync.verify.machine.ValueKind;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * WASI preview 1 in memory: one argument, no environment, an empty standard input, no files, a
 * clock that moves by a millisecond at each look, random numbers from the seed. What is written to
 * a file descriptor is hashed for the trace.
 */
final class Wasi {
  static final int ENOSYS = 52;
  private static final int EBADF = 8;
  private static final int EFAULT = 21;
  private static final int ENOENT = 44;
  private static final int ESPIPE = 70;
  private static final byte[] PROGRAM = "module\0".getBytes(StandardCharsets.UTF_8);
  private static final long EPOCH = 1_700_000_000_000_000_000L;

  /** Bytes that one call reads or writes at most. */
  private static final int MAX_BYTES = 1 << 20;

  private static final int MAX_VECTORS = 1024;

  /** The number of parameters of each function; all of them return an error number. */
  private static final Map<String, Integer> PARAMS =
      Map.ofEntries(
          Map.entry("args_get", 2),
          Map.entry("args_sizes_get", 2),
          Map.entry("environ_get", 2),
          Map.entry("environ_sizes_get", 2),
          Map.entry("clock_res_get", 2),
          Map.entry("clock_time_get", 3),
          Map.entry("fd_close", 1),
          Map.entry("fd_fdstat_get", 2),
          Map.entry("fd_fdstat_set_flags", 2),
          Map.entry("fd_filestat_get", 2),
          Map.entry("fd_prestat_get", 2),
          Map.entry("fd_prestat_dir_name", 3),
          Map.entry("fd_read", 4),
          Map.entry("fd_seek", 4),
          Map.entry("fd_write", 4),
          Map.entry("path_filestat_get", 5),
          Map.entry("path_open", 9),
          Map.entry("poll_oneoff", 4),
          Map.entry("random_get", 2),
          Map.entry("sched_yield", 0));

  private final long seed;
  private final Machine machine;
  private final int memory;
  private long looks;
  private long randoms;
  private long note;

  /**
   * Makes it.
   *
   * @param memory the program's memory; -1 if it has none
   */
  Wasi(long seed, Machine machine, int memory) {
    this.seed = seed;
    this.machine = machine;
    this.memory = memory;
  }

  long takeNote() {
    long taken = note;
    note = 0;
    return taken;
  }

  /** Calls a function; null if there is no such function of this type. */
  long @Nullable [] call(String name, Signature signature, long[] args) {
    if (name.equals("proc_exit")) {
      throw new HostStop(TrapKind.EXIT, "proc_exit");
    }
    if (!signature.results().equals(List.of(ValueKind.I32)) || memory < 0) {
      return null;
    }
    Integer params = PARAMS.get(name);
    if (params == null) {
      return new long[] {ENOSYS};
    }
    return params == args.length ? new long[] {perform(name, args)} : null;
  }

  private int perform(String name, long[] args) {
    try {
      return switch (name) {
        case "args_sizes_get" -> put32(args[0], 1) + put32(args[1], PROGRAM.length);
        case "args_get" -> put32(args[0], (int) args[1]) + put(args[1], PROGRAM);
        case "environ_sizes_get" -> put32(args[0], 0) + put32(args[1], 0);
        case "environ_get", "sched_yield" -> 0;
        case "clock_res_get" -> put64(args[1], 1_000_000);
        case "clock_time_get" -> put64(args[2], EPOCH + looks++ * 1_000_000);
        case "random_get" -> random(args[0], args[1]);
        case "fd_write" -> write((int) args[0], args[1], (int) args[2], args[3]);
        case "fd_read" -> isStandard(args[0]) ? put32(args[3], 0) : EBADF;
        case "fd_seek" -> isStandard(args[0]) ? ESPIPE : EBADF;
        case "fd_close", "fd_fdstat_set_flags" -> isStandard(args[0]) ? 0 : EBADF;
        case "fd_fdstat_get" -> isStandard(args[0]) ? put(args[1], characterDevice(24)) : EBADF;
        case "fd_filestat_get" -> isStandard(args[0]) ? put(args[1], new byte[64]) : EBADF;
        case "path_open", "path_filestat_get" -> ENOENT;
        case "poll_oneoff" -> poll(args[0], args[1], (int) args[2], args[3]);
        default -> EBADF; // the preopened directories, of which there are none
      };
    } catch (Fault e) {
      return EFAULT;
    }
  }

  private static boolean isStandard(long descriptor) {
    return (int) descriptor >= 0 && (int) descriptor <= 2;
  }

  /** A {@code fdstat} of a terminal with all rights. */
  private static byte[] characterDevice(int size) {
    byte[] stat = new byte[size];
    Arrays.fill(stat, 8, size, (byte) -1);
    stat[0] = 2;
    return stat;
  }

  private int write(int descriptor, long vectors, int count, long written) {
    if (descriptor < 1 || descriptor > 2) {
      return EBADF;
    }
    int total = 0;
    for (int i = 0; i < Math.min(count, MAX_VECTORS); i++) {
      int at = get32(vectors + 8L * i);
      int length = Math.min(get32(vectors + 8L * i + 4), MAX_BYTES - total);
      if (length < 0) {
        throw new Fault();
      }
      for (byte b : get(at, length)) {
        note = note * 31 + b + 1;
      }
      total += length;
    }
    return put32(written, total);
  }

  private int random(long at, long length) {
    byte[] bytes = new byte[Math.min((int) length & Integer.MAX_VALUE, MAX_BYTES)];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Draw.mix(seed, randoms++);
    }
    return put(at, bytes);
  }

  /** Every subscription has happened. */
  private int poll(long in, long out, int count, long happened) {
    int events = Math.max(0, Math.min(count, MAX_VECTORS));
    for (int i = 0; i < events; i++) {
      byte[] event = new byte[32];
      byte[] subscription = get(in + 48L * i, 16);
      System.arraycopy(subscription, 0, event, 0, 8); // user data
      event[10] = subscription[8]; // kind
      put(out + 32L * i, event);
    }
    return put32(happened, events);
  }

  private byte[] get(long address, int length) {
    return machine.read(memory, place(address, length), length);
  }

  private int get32(long address) {
    byte[] b = get(address, 4);
    return (b[0] & 0xFF) | (b[1] & 0xFF) << 8 | (b[2] & 0xFF) << 16 | b[3] << 24;
  }

  private int put(long address, byte[] bytes) {
    machine.write(memory, place(address, bytes.length), bytes);
    return 0;
  }

  private int put32(long address, int value) {
    return put(address, littleEndian(value, 4));
  }

  private int put64(long address, long value) {
    return put(address, littleEndian(value, 8));
  }

  private static byte[] littleEndian(long value, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (value >>> (8 * i));
    }
    return bytes;
  }

  private long place(long address, int length) {
    long at = address & 0xFFFFFFFFL;
    if (at + length > machine.memorySize(memory)) {
      throw new Fault();
    }
    return at;
  }

  /** A pointer outside of the memory. */
  private static final class Fault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Fault() {
      super(null, null, false, false);
    }
  }
}
