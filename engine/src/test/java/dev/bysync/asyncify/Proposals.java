package dev.bysync.asyncify;

import dev.bysync.wasm.binary.ByteReader;
import dev.bysync.wasm.code.CodeReader;
import dev.bysync.wasm.code.Immediate;
import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.Module.Address;
import dev.bysync.wasm.module.Types;
import dev.bysync.wasm.module.ValType;
import java.util.Set;
import java.util.TreeSet;

/**
 * The proposals that a module's bytes need, each with those that it is built on: told by opcode
 * from the proposals' texts, not by what the transform knows of features.
 */
final class Proposals {
  private static final String MULTI_VALUE = "multi-value";
  private static final String REFERENCES = "reference-types";
  private static final String FUNCTION_REFERENCES = "function-references";
  private static final String GC = "gc";
  private static final String EXCEPTIONS = "exception-handling";

  private final Module module;
  private final Set<String> found = new TreeSet<>();

  private Proposals(Module module) {
    this.module = module;
  }

  static Set<String> of(byte[] bytes) {
    Proposals proposals = new Proposals(Module.read(bytes));
    proposals.definitions();
    for (int body = 0; body < proposals.module.bodyCount(); body++) {
      proposals.body(body);
    }
    proposals.addIf(GC, FUNCTION_REFERENCES);
    proposals.addIf(FUNCTION_REFERENCES, REFERENCES);
    proposals.addIf(FUNCTION_REFERENCES, MULTI_VALUE); // its text changes that of 2.0
    proposals.addIf("exnref", REFERENCES);
    proposals.addIf("exnref", EXCEPTIONS);
    return proposals.found;
  }

  private void addIf(String there, String needed) {
    if (found.contains(there)) {
      found.add(needed);
    }
  }

  private void definitions() {
    Types types = module.types();
    for (int type = 0; type < types.size(); type++) {
      if (types.kind(type) == Types.CONT) {
        found.add("stack-switching");
      } else if (!types.isFunction(type)) {
        found.add(GC);
      } else {
        if (types.resultCount(type) > 1) {
          found.add(MULTI_VALUE);
        }
        for (int i = 0; i < types.paramCount(type); i++) {
          type(types.param(type, i));
        }
        for (int i = 0; i < types.resultCount(type); i++) {
          type(types.result(type, i));
        }
      }
    }
    for (int table = 0; table < module.tables().size(); table++) {
      int type = module.tables().get(table).type();
      if (table > 0) {
        found.add(REFERENCES);
      }
      if (type != ValType.FUNCREF) {
        type(type);
      }
    }
    for (int memory = 0; memory < module.memories().size(); memory++) {
      if (memory > 0) {
        found.add("multi-memory");
      }
      if (module.memories().get(memory).address() == Address.I64) {
        found.add("memory64");
      }
    }
    if (module.tagCount() > 0) {
      found.add(EXCEPTIONS);
    }
    module.globals().forEach(global -> type(global.type()));
  }

  private void type(int type) {
    if (type == ValType.V128) {
      found.add("simd");
    } else if (ValType.isRef(type)) {
      found.add(REFERENCES);
      if (!ValType.isNullable(type)) {
        found.add(FUNCTION_REFERENCES);
      }
      heap(ValType.heap(type));
    }
  }

  private void heap(int heap) {
    if (!ValType.isAbstract(heap)) {
      found.add(module.types().isFunction(heap) ? FUNCTION_REFERENCES : GC);
    } else if (heap == ValType.EXN || heap == ValType.NOEXN) {
      found.add("exnref");
    } else if (heap != ValType.FUNC && heap != ValType.EXTERN) {
      found.add(heap == ValType.CONT || heap == ValType.NOCONT ? "stack-switching" : GC);
    }
  }

  private void body(int index) {
    int end = module.bodyEnd(index);
    ByteReader in = new ByteReader(module.bytes(), module.bodyStart(index), end);
    int groups = in.count();
    for (int group = 0; group < groups; group++) {
      in.index();
      type(ValType.read(in));
    }
    CodeReader code = new CodeReader(module.bytes(), in.position(), end);
    while (!code.atEnd()) {
      int opcode = code.next();
      instruction(Opcodes.prefix(opcode), Opcodes.suffix(opcode));
      Immediate immediate = code.immediate();
      if (immediate == Immediate.BLOCKTYPE || immediate == Immediate.TRY_TABLE) {
        if (code.blockTypeIndex() >= 0) {
          found.add(MULTI_VALUE);
        } else if (code.type() != 0) {
          type(code.type());
        }
      } else if (immediate == Immediate.CALL_INDIRECT && code.index2() > 0) {
        found.add(REFERENCES);
      } else if (immediate == Immediate.MEMARG && code.index() > 0) {
        found.add("multi-memory");
      }
    }
  }

  private void instruction(int prefix, int code) {
    String proposal =
        switch (prefix) {
          case 0 ->
              switch (code) {
                case 0x06, 0x07, 0x09, 0x18, 0x19 -> "legacy-exceptions";
                case 0x08 -> EXCEPTIONS;
                case 0x0A, 0x1F -> "exnref";
                case 0x12, 0x13, 0x15 -> "tail-call";
                case 0x14, 0xD4, 0xD5, 0xD6 -> FUNCTION_REFERENCES;
                case 0x1C, 0x25, 0x26, 0xD0, 0xD1, 0xD2 -> REFERENCES;
                case 0xD3 -> GC;
                case 0xC0, 0xC1, 0xC2, 0xC3, 0xC4 -> "sign-ext";
                case 0xE0, 0xE1, 0xE2, 0xE3, 0xE4, 0xE5, 0xE6 -> "stack-switching";
                default -> "";
              };
          case 0xFB -> GC;
          case 0xFC -> code < 8 ? "nontrapping-fptoint" : code < 15 ? "bulk-memory" : REFERENCES;
          case 0xFD -> code < 0x100 ? "simd" : "relaxed-simd";
          default -> "threads";
        };
    if (!proposal.isEmpty()) {
      found.add(proposal);
    }
  }
}
