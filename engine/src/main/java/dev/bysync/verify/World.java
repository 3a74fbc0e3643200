package dev.bysync.verify;

import dev.bysync.verify.machine.HostStop;
import dev.bysync.verify.machine.Machine;
import dev.bysync.verify.machine.Shape;
import dev.bysync.verify.machine.Signature;
import dev.bysync.verify.machine.TrapKind;
import dev.bysync.verify.machine.ValueKind;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the host's functions do and answer. It is decided by the seed, the function's name and the
 * number of the call alone, so that original and transformed module live in the same world. WASI is
 * real, in memory; functions of known runtimes do what start-up needs; all others are stubs.
 */
final class World {
  private static final long STACK_POINTER = 48 << 10;
  private static final int PAGE = 1 << 16;

  private final long seed;
  private final Machine machine;
  private final Wasi wasi;
  private final GoRuntime go;
  private final Map<String, Long> counts = new HashMap<>();

  /** Labels of imported functions by their index, as far as they were called. */
  private @Nullable String[] labels = {};

  /** The memory that the host reads and writes; -1 if the original has none. */
  private final int memory;

  /**
   * Makes a world.
   *
   * @param machine the instance that lives in it
   * @param shape shape of the original, which for a transformed module isn't the machine's: it may
   *     have a memory more
   */
  World(long seed, Machine machine, Shape shape) {
    this.seed = seed;
    this.machine = machine;
    int main = shape.memories() > 0 ? 0 : -1;
    for (Shape.ExportedMemory exported : shape.exportedMemories()) {
      if (exported.name().equals("memory") || exported.name().equals("mem")) {
        main = exported.index();
      }
    }
    this.memory = main;
    this.wasi = new Wasi(seed, machine, main);
    this.go = new GoRuntime(seed, machine, main);
  }

  /**
   * Does what the function does.
   *
   * @return slots of the results
   * @throws HostStop if the function ends the program
   */
  long[] answer(Shape.ImportedFunction function, long[] args) {
    String label = label(function);
    long number = counts.merge(label, 1L, Long::sum);
    Signature signature = function.signature();
    if (function.module().startsWith("wasi_")) {
      long[] results = wasi.call(function.name(), signature, args);
      if (results != null) {
        return results;
      }
    }
    if (GoRuntime.offers(function.module(), signature)) {
      long[] results = go.call(function.name(), args[0], number);
      if (results != null) {
        return results;
      }
    }
    long[] known = runtime(function.name(), signature, args, number);
    return known != null ? known : stub(function, label, number);
  }

  private String label(Shape.ImportedFunction function) {
    if (function.index() >= labels.length) {
      labels = Arrays.copyOf(labels, function.index() + 16);
    }
    String label = labels[function.index()];
    if (label == null) {
      label = function.label();
      labels[function.index()] = label;
    }
    return label;
  }

  /** A hash of what the host read from memory since the last time this was asked. */
  long takeNote() {
    return wasi.takeNote();
  }

  private long[] stub(Shape.ImportedFunction function, String label, long number) {
    List<ValueKind> kinds = function.signature().results();
    long[] results = new long[Signature.slots(kinds)];
    long random = Draw.mix(Draw.mix(seed, label), number);
    int at = 0;
    for (ValueKind kind : kinds) {
      if (kind == ValueKind.REFERENCE) {
        throw new HostStop(TrapKind.LINK, label + " returns what no host can make");
      }
      random = Draw.mix(random, at);
      Draw.value(kind, random, memorySize(), results, at);
      at += kind.slots();
    }
    return results;
  }

  private long memorySize() {
    return memory < 0 ? 0 : machine.memorySize(memory);
  }

  /** Functions of Emscripten and wasm-bindgen, by name; null if the name is not known. */
  private long @Nullable [] runtime(String name, Signature signature, long[] args, long number) {
    int results = Signature.slots(signature.results());
    switch (name) {
      case "abort", "_abort_js", "__abort_js", "__assert_fail", "__cxa_throw", "__wbindgen_throw" ->
          throw new HostStop(TrapKind.ABORT, name);
      case "exit", "_exit", "emscripten_force_exit" -> throw new HostStop(TrapKind.EXIT, name);
      case "emscripten_resize_heap" -> {
        return args.length == 1 && results == 1 ? new long[] {resize(args[0])} : null;
      }
      case "emscripten_memcpy_big", "emscripten_memcpy_js", "_emscripten_memcpy_js" -> {
        return args.length == 3 && results == 0 ? copy(args) : null;
      }
      case "emscripten_get_now", "emscripten_date_now" -> {
        boolean time = signature.results().equals(List.of(ValueKind.F64));
        return time ? new long[] {Double.doubleToRawLongBits((double) number)} : null;
      }
      default -> {
        boolean call = name.startsWith("__syscall") && results == 1;
        return call ? new long[] {-Wasi.ENOSYS} : null;
      }
    }
  }

  private long resize(long wanted) {
    long missing = (wanted & 0xFFFFFFFFL) - memorySize();
    if (memory < 0 || missing <= 0) {
      return 1;
    }
    return machine.growMemory(memory, (int) ((missing + PAGE - 1) / PAGE)) ? 1 : 0;
  }

  private long[] copy(long[] args) {
    long to = args[0] & 0xFFFFFFFFL;
    long from = args[1] & 0xFFFFFFFFL;
    long length = args[2] & 0xFFFFFFFFL;
    long size = memorySize();
    if (from + length > size || to + length > size) {
      throw new HostStop(TrapKind.ABORT, "memcpy out of bounds");
    }
    if (length > 0) {
      machine.write(memory, to, machine.read(memory, from, (int) length));
    }
    return new long[0];
  }

  /** An imported global: where dynamic linking wants addresses, ones that fit a small memory. */
  static long global(String name, ValueKind kind) {
    long value =
        switch (name) {
          case "__stack_pointer", "STACKTOP" -> STACK_POINTER;
          case "__memory_base", "memoryBase", "DYNAMICTOP_PTR" -> 1024;
          case "STACK_MAX" -> 1 << 16;
          default -> 0;
        };
    return kind == ValueKind.I32 || kind == ValueKind.I64 ? value : 0;
  }
}
