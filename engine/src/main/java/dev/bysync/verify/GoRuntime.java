package dev.bysync.verify;

import dev.bysync.verify.machine.HostStop;
import dev.bysync.verify.machine.Machine;
import dev.bysync.verify.machine.Signature;
import dev.bysync.verify.machine.TrapKind;
import dev.bysync.verify.machine.ValueKind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What Go's {@code wasm_exec.js} offers: imports of {@code gojs} (before Go 1.21: {@code go}), each
 * of which is given the stack pointer, and finds its arguments and leaves its results above it. The
 * JavaScript behind is as poor as start-up allows: a property is an object, a number if it is named
 * like one, or null; all objects are alike; nothing ever calls back.
 */
final class GoRuntime {
  private static final Signature SIGNATURE = new Signature(List.of(ValueKind.I32), List.of());
  private static final long NAN_HEAD = 0x7FF80000L << 32;
  private static final long OBJECT = NAN_HEAD | 1L << 32 | 7;
  private static final long FUNCTION = NAN_HEAD | 4L << 32 | 8;
  private static final long STRING = NAN_HEAD | 2L << 32 | 9;
  private static final long NULL = NAN_HEAD | 2;
  private static final int MAX_NAME = 256;
  private static final long EPOCH_SECONDS = 1_700_000_000;

  private final long seed;
  private final Machine machine;
  private final int memory;

  /**
   * @param memory the memory that Go's stack is in; -1 if there is none
   */
  GoRuntime(long seed, Machine machine, int memory) {
    this.seed = seed;
    this.machine = machine;
    this.memory = memory;
  }

  /** Whether a function is one of these. */
  static boolean offers(String module, Signature signature) {
    return (module.equals("gojs") || module.equals("go")) && signature.equals(SIGNATURE);
  }

  /**
   * Does what the function does; null if it is not known.
   *
   * @param number which call of this function it is, from 1
   */
  long @Nullable [] call(String name, long pointer, long number) {
    long sp = pointer & 0xFFFFFFFFL;
    switch (name) {
      case "runtime.wasmExit" -> throw new HostStop(TrapKind.EXIT, name);
      case "runtime.wasmWrite",
          "runtime.resetMemoryDataView",
          "runtime.clearTimeoutEvent",
          "syscall/js.finalizeRef",
          "syscall/js.valueSet",
          "syscall/js.valueDelete",
          "syscall/js.valueSetIndex",
          "syscall/js.valueLoadString" -> {}
      case "runtime.nanotime1" -> put(sp + 8, 1_000_000 * number);
      case "runtime.walltime" -> {
        put(sp + 8, EPOCH_SECONDS + number);
        putInt(sp + 16, 0);
      }
      case "runtime.scheduleTimeoutEvent" -> putInt(sp + 16, (int) number);
      case "runtime.getRandomData" -> random(word(sp + 8), word(sp + 16), number);
      case "syscall/js.stringVal" -> put(sp + 24, STRING);
      case "syscall/js.valueGet" -> put(sp + 32, property(text(word(sp + 16), word(sp + 24))));
      case "syscall/js.valueIndex" -> put(sp + 24, OBJECT);
      case "syscall/js.valueLength" -> put(sp + 16, 0);
      case "syscall/js.valueInstanceOf" -> putByte(sp + 24);
      case "syscall/js.valuePrepareString" -> {
        put(sp + 16, OBJECT);
        put(sp + 24, 0);
      }
      case "syscall/js.valueCall" -> {
        put(sp + 56, property(text(word(sp + 16), word(sp + 24))));
        putByte(sp + 64);
      }
      case "syscall/js.valueInvoke", "syscall/js.valueNew" -> {
        put(sp + 40, OBJECT);
        putByte(sp + 48);
      }
      case "syscall/js.copyBytesToGo", "syscall/js.copyBytesToJS" -> {
        put(sp + 40, 0);
        putByte(sp + 48);
      }
      default -> {
        return null;
      }
    }
    return new long[0];
  }

  /** Constants and what is counted are numbers, types and what makes closures are functions. */
  private static long property(String name) {
    if (name.startsWith("_pending")) {
      return NULL;
    }
    if (name.equals("_makeFuncWrapper") || (isUpper(name) && name.indexOf('_') < 0)) {
      return FUNCTION;
    }
    boolean number =
        isUpper(name)
            || name.equals("length")
            || name.equals("pid")
            || name.equals("ppid")
            || name.startsWith("get")
            || name.endsWith("id");
    return number ? Double.doubleToRawLongBits(1) : OBJECT;
  }

  private static boolean isUpper(String name) {
    return !name.isEmpty() && Character.isUpperCase(name.charAt(0));
  }

  private String text(long at, long length) {
    long size = size();
    if (length < 0 || length > MAX_NAME || at < 0 || at > size - length) {
      return "";
    }
    return new String(machine.read(memory, at, (int) length), StandardCharsets.UTF_8);
  }

  private void random(long at, long length, long number) {
    if (at < 0 || length < 0 || length > 1 << 16 || at > size() - length) {
      throw new HostStop(TrapKind.ABORT, "random data out of bounds");
    }
    byte[] bytes = new byte[(int) length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Draw.mix(Draw.mix(seed, number), i);
    }
    machine.write(memory, at, bytes);
  }

  private long size() {
    return memory < 0 ? 0 : machine.memorySize(memory);
  }

  private long word(long at) {
    check(at, 8);
    return ByteBuffer.wrap(machine.read(memory, at, 8)).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  private void put(long at, long value) {
    write(at, ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
  }

  private void putInt(long at, int value) {
    write(at, ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
  }

  /** True. */
  private void putByte(long at) {
    write(at, new byte[] {1});
  }

  private void write(long at, byte[] bytes) {
    check(at, bytes.length);
    machine.write(memory, at, bytes);
  }

  private void check(long at, int length) {
    if (at > size() - length) {
      throw new HostStop(TrapKind.ABORT, "the stack pointer is out of bounds");
    }
  }
}
