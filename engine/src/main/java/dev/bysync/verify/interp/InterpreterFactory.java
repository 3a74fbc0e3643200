package dev.bysync.verify.interp;

import dev.bysync.interp.MemoryPool;
import dev.bysync.interp.WasmModule;
import dev.bysync.verify.machine.LoadException;
import dev.bysync.verify.machine.LoadException.Kind;
import dev.bysync.verify.machine.MachineFactory;
import dev.bysync.verify.machine.Program;
import dev.bysync.wasm.binary.WasmException;

/** Our own interpreter: all of WebAssembly 3.0 and the legacy exceptions. */
public final class InterpreterFactory implements MachineFactory {
  private final MemoryPool memories = new MemoryPool();

  @Override
  public Program load(byte[] module) throws LoadException {
    return load(module, Integer.MAX_VALUE);
  }

  @Override
  public Program load(byte[] module, int bodies) throws LoadException {
    try {
      return new InterpreterProgram(WasmModule.parse(module, bodies), memories);
    } catch (WasmException e) {
      Kind kind =
          switch (e.failure()) {
            case MALFORMED, INVALID -> Kind.INVALID;
            case LIMIT -> Kind.LIMIT;
            case UNSUPPORTED -> Kind.UNSUPPORTED;
          };
      throw new LoadException(kind, String.valueOf(e.getMessage()));
    } catch (OutOfMemoryError e) {
      throw new LoadException(Kind.LIMIT, "the module is too large for the memory that is left");
    }
  }
}
