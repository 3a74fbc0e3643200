package dev.bysync.verify.endive;

import dev.bysync.verify.machine.LoadException;
import dev.bysync.verify.machine.LoadException.Kind;
import dev.bysync.wasm.binary.ByteReader;
import dev.bysync.wasm.binary.WasmException;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.ValType;

/**
 * Reads what of a module decides how much memory it takes, before an interpreter allocates it, and
 * refuses what is over a limit, lacks support, or would be executed wrongly ({@link
 * ControlShapes}). Anything invalid beyond that is left for the interpreter to find.
 */
final class Prescan {
  /** The interpreter takes about 30 times the module's size in heap. */
  private static final int MAX_MODULE = 12 << 20;

  private static final int MAX_IMPORTS = 10_000;
  private static final int MAX_EXPORTS = 100_000;
  private static final int MAX_TABLE_ELEMENTS = 1 << 20;
  private static final int MAX_SEGMENT_ELEMENTS = 1 << 20;
  private static final int MAX_LOCALS = 1 << 22;

  private final byte[] bytes;
  private int[] locals = new int[0];
  private long memoryPages;
  private long tableElements;

  private Prescan(byte[] bytes) {
    this.bytes = bytes;
  }

  static Prescan of(byte[] module) throws LoadException {
    if (module.length > MAX_MODULE) {
      throw limit("the module has " + module.length + " bytes", MAX_MODULE);
    }
    Prescan prescan = new Prescan(module);
    try {
      prescan.sections();
      ControlShapes.check(Module.read(module));
    } catch (WasmException e) {
      Kind kind =
          switch (e.failure()) {
            case MALFORMED, INVALID -> Kind.INVALID;
            case LIMIT -> Kind.LIMIT;
            case UNSUPPORTED -> Kind.UNSUPPORTED;
          };
      throw new LoadException(kind, String.valueOf(e.getMessage()));
    }
    return prescan;
  }

  /** Locals that each function with a body declares. */
  int[] locals() {
    return locals;
  }

  private void sections() throws LoadException {
    ByteReader in = new ByteReader(bytes);
    in.skip(8);
    while (!in.atEnd()) {
      int id = in.u8();
      int length = in.index();
      int start = in.skip(length);
      ByteReader section = new ByteReader(bytes, start, start + length);
      switch (id) {
        case 2 -> imports(section);
        case 4 -> tables(section);
        case 5 -> memories(section);
        case 7 -> atMost("exports", section.count(), MAX_EXPORTS);
        case 9 -> atMost("bytes of element segments", length, MAX_SEGMENT_ELEMENTS);
        case 10 -> code(section);
        case 1, 3, 6, 11, 13 -> section.count();
        default -> {}
      }
    }
  }

  private void imports(ByteReader in) throws LoadException {
    int count = in.count();
    atMost("imports", count, MAX_IMPORTS);
    for (int i = 0; i < count; i++) {
      in.name();
      in.name();
      switch (in.u8()) {
        case 0 -> in.u32();
        case 1 -> table(in);
        case 2 -> memory(in);
        case 3 -> {
          ValType.read(in);
          in.u8();
        }
        case 4 -> {
          in.u8();
          in.u32();
        }
        default -> {
          return;
        }
      }
    }
  }

  private void tables(ByteReader in) throws LoadException {
    int count = in.count();
    for (int i = 0; i < count; i++) {
      boolean initialised = in.peek() == 0x40;
      if (initialised) {
        in.skip(2);
      }
      table(in);
      if (initialised) {
        Expressions.skip(in);
      }
    }
  }

  private void table(ByteReader in) throws LoadException {
    ValType.readRef(in);
    int flags = in.u8();
    if ((flags & 4) != 0) {
      throw new LoadException(Kind.UNSUPPORTED, "64-bit table");
    }
    tableElements += in.u32() & 0xFFFFFFFFL;
    if ((flags & 1) != 0) {
      in.u32();
    }
    atMost("table elements", tableElements, MAX_TABLE_ELEMENTS);
  }

  private void memories(ByteReader in) throws LoadException {
    int count = in.count();
    for (int i = 0; i < count; i++) {
      memory(in);
    }
  }

  private void memory(ByteReader in) throws LoadException {
    int flags = in.u8();
    if ((flags & 4) != 0) {
      throw new LoadException(Kind.UNSUPPORTED, "64-bit memory");
    }
    if ((flags & 8) != 0) {
      throw new LoadException(Kind.UNSUPPORTED, "custom page size");
    }
    memoryPages += in.u32() & 0xFFFFFFFFL;
    if ((flags & 1) != 0) {
      in.u32();
    }
    atMost("pages of memory to start with", memoryPages, EndiveProgram.MAX_PAGES);
  }

  private void code(ByteReader in) throws LoadException {
    int count = in.count();
    int[] perFunction = new int[count];
    long total = 0;
    for (int i = 0; i < count; i++) {
      int length = in.index();
      int start = in.skip(length);
      ByteReader body = new ByteReader(bytes, start, start + length);
      int groups = body.count();
      long sum = 0;
      for (int g = 0; g < groups; g++) {
        sum += body.u32() & 0xFFFFFFFFL;
        ValType.read(body);
      }
      total += sum;
      atMost("locals", total, MAX_LOCALS);
      perFunction[i] = (int) sum;
    }
    locals = perFunction;
  }

  private static void atMost(String what, long count, long limit) throws LoadException {
    if (count > limit) {
      throw limit("the module has " + count + " " + what, limit);
    }
  }

  private static LoadException limit(String what, long limit) {
    return new LoadException(
        Kind.LIMIT, what + ", more than the " + limit + " that the verifying machine takes");
  }
}
