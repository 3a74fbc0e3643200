package dev.bysync.verify;

import dev.bysync.verify.machine.Shape;
import dev.bysync.wasm.binary.ByteReader;
import dev.bysync.wasm.binary.ByteSink;
import dev.bysync.wasm.binary.Failure;
import dev.bysync.wasm.binary.WasmException;
import dev.bysync.wasm.code.BodyCopier;
import dev.bysync.wasm.code.CodeReader;
import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.ExternKind;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.ModuleWriter;
import dev.bysync.wasm.module.ModuleWriter.FunctionImport;
import dev.bysync.wasm.module.ValType;
import java.util.BitSet;
import java.util.List;

/**
 * A module that does what another one does and can be suspended nearly anywhere: one that computes
 * only, or whose host calls drawn arguments don't lead to, is verified by it.
 *
 * <p>An imported function, {@code bysync_probe.at}, is called at the entry of every function and at
 * the head of every loop, its argument being the number of the <em>place</em>. A loop of ten
 * million rounds must not call the host as often, and its first round alone would not do, since
 * little has happened by then: each place counts in a global of its own and calls at the first,
 * second, fourth, eighth time and so on.
 *
 * <pre>
 *   global.get $n, i32.const 1, i32.add, global.set $n
 *   global.get $n, i32.popcnt, i32.const 1, i32.eq
 *   if, i32.const PLACE, call $probe, end
 * </pre>
 *
 * <p>Functions that the module does not export are reached by what it exports, or by pointers to
 * them that somebody else calls, as in modules that are linked at run time. So some are exported in
 * addition.
 *
 * <p>The counters belong to the variant: what is compared is the variant with its own transform, so
 * both count alike. Functions and loops that are not instrumented in the module itself are in the
 * variant, for now all may suspend.
 */
final class ProbeVariant {
  /** Places at most; of more, as many are taken, evenly. */
  static final int MAX_PLACES = 1 << 16;

  /** Functions at most that are exported in addition. */
  private static final int MAX_EXPORTS = 100;

  private static final String MODULE = "bysync_probe";
  private static final String NAME = "at";

  private static final String EXPORT = "bysync_probe_function_";
  private static final int POPCNT = 0x69;
  private static final int BLOCK_VOID = 0x40;

  private final Module module;
  private final ModuleWriter writer;
  private final ByteSink bodies;
  private final int total;
  private int seen;
  private int places;

  private ProbeVariant(Module module, int total) {
    this.module = module;
    this.total = total;
    FunctionImport probe = new FunctionImport(MODULE, NAME, List.of(ValType.I32), List.of());
    writer = new ModuleWriter(module, List.of(probe));
    bodies = new ByteSink(module.bytes().length + 32 * Math.min(total, MAX_PLACES));
  }

  /**
   * Makes the variant of a valid module.
   *
   * @throws WasmException if the module has no function with a body, imports functions of {@code
   *     asyncify} or of the probe's name, or is not well-formed
   */
  static byte[] of(byte[] original) {
    Module module = Module.read(original);
    for (Module.Import imported : module.imports()) {
      if (imported.module().equals("asyncify")) {
        throw new WasmException(
            Failure.UNSUPPORTED, imported.start(), "it suspends and resumes by itself");
      }
      if (imported.module().equals(MODULE)) {
        throw new WasmException(
            Failure.UNSUPPORTED, imported.start(), "it imports " + ProbeTransform.IMPORT);
      }
    }
    if (module.bodyCount() == 0) {
      throw new WasmException(Failure.UNSUPPORTED, -1, "it has no functions");
    }
    return new ProbeVariant(module, count(module)).write();
  }

  /** Whether an import is the probe. */
  static boolean isProbe(Shape.ImportedFunction function) {
    return function.module().equals(MODULE);
  }

  private static int count(Module module) {
    CodeReader code = new CodeReader(module.bytes(), 0, 0);
    int count = module.bodyCount();
    for (int body = 0; body < module.bodyCount(); body++) {
      code.reset(firstInstruction(module, body), module.bodyEnd(body));
      while (!code.atEnd()) {
        count += code.next() == Opcodes.LOOP ? 1 : 0;
      }
    }
    return count;
  }

  private byte[] write() {
    BodyCopier copier = new BodyCopier(writer.map());
    CodeReader code = new CodeReader(module.bytes(), 0, 0);
    ByteSink body = new ByteSink();
    for (int index = 0; index < module.bodyCount(); index++) {
      body.truncate(0);
      int first = firstInstruction(module, index);
      body.bytes(module.bytes(), module.bodyStart(index), first);
      probe(body);
      code.reset(first, module.bodyEnd(index));
      while (!code.atEnd()) {
        int opcode = code.next();
        copier.copy(code, module.bytes(), body);
        if (opcode == Opcodes.LOOP) {
          probe(body);
        }
      }
      bodies.sized(body);
    }
    export();
    return writer.write(bodies);
  }

  /** Exports functions, evenly over those that the module keeps to itself. */
  private void export() {
    BitSet hidden = new BitSet();
    hidden.set(module.importedFunctionCount(), module.functionCount());
    for (Module.Export exported : module.exports()) {
      if (exported.kind() == ExternKind.FUNCTION) {
        hidden.clear(exported.index());
      }
    }
    int count = hidden.cardinality();
    int number = 0;
    for (int f = hidden.nextSetBit(0); f >= 0; f = hidden.nextSetBit(f + 1), number++) {
      if (isTaken(number, MAX_EXPORTS, count)) {
        writer.addExport(EXPORT + f, ExternKind.FUNCTION, writer.map().function(f));
      }
    }
  }

  /** Whether one of a count is among the {@code kept} that are taken evenly. */
  private static boolean isTaken(int number, int kept, int count) {
    int taken = Math.min(kept, count);
    return (number + 1L) * taken / count > (long) number * taken / count;
  }

  private static int firstInstruction(Module module, int body) {
    ByteReader in = new ByteReader(module.bytes(), module.bodyStart(body), module.bodyEnd(body));
    int groups = in.count();
    for (int i = 0; i < groups; i++) {
      in.u32();
      ValType.read(in);
    }
    return in.position();
  }

  private void probe(ByteSink out) {
    if (!isTaken(seen++, MAX_PLACES, total)) {
      return;
    }
    int place = places++;
    int counter = writer.addGlobal(ValType.I32, "bysync_probe_" + place);
    global(Opcodes.GLOBAL_GET, counter, out);
    constant(1, out);
    out.u8(Opcodes.I32_ADD);
    global(Opcodes.GLOBAL_SET, counter, out);
    global(Opcodes.GLOBAL_GET, counter, out);
    out.u8(POPCNT);
    constant(1, out);
    out.u8(Opcodes.I32_EQ);
    out.u8(Opcodes.IF);
    out.u8(BLOCK_VOID);
    constant(place, out);
    out.u8(Opcodes.CALL);
    out.u32(module.importedFunctionCount());
    out.u8(Opcodes.END);
  }

  private static void global(int opcode, int index, ByteSink out) {
    out.u8(opcode);
    out.u32(index);
  }

  private static void constant(int value, ByteSink out) {
    out.u8(Opcodes.I32_CONST);
    out.s64(value);
  }
}
