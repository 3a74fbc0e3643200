package dev.bysync.asyncify;

import dev.bysync.wasm.binary.ByteReader;
import dev.bysync.wasm.code.CodeReader;
import dev.bysync.wasm.code.Immediate;
import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.Module.Address;
import dev.bysync.wasm.module.Types;
import dev.bysync.wasm.module.ValType;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a module uses that is not in a version of the specification, and how often: told from the
 * bytes by the lists of changes in the specification's appendix, not by what the transform knows of
 * levels. Extensions that are in no version (threads, legacy exceptions, stack switching) are left
 * out.
 */
final class UsedFeatures {
  static final String SEVERAL_RESULTS = "several results or block parameters";

  private final Module module;
  private final FeatureLevel level;
  private final Map<String, Integer> uses = new TreeMap<>();

  private UsedFeatures(Module module, FeatureLevel level) {
    this.module = module;
    this.level = level;
  }

  /** What is above the level, with the number of its uses. */
  static Map<String, Integer> above(FeatureLevel level, byte[] bytes) {
    UsedFeatures features = new UsedFeatures(Module.read(bytes), level);
    features.definitions();
    for (int body = 0; body < features.module.bodyCount(); body++) {
      features.body(body);
    }
    return features.uses;
  }

  /** The values of all i32 constants in bodies. */
  static Set<Integer> constants(byte[] bytes) {
    Module module = Module.read(bytes);
    Set<Integer> values = new TreeSet<>();
    for (int body = 0; body < module.bodyCount(); body++) {
      int end = module.bodyEnd(body);
      ByteReader in = new ByteReader(bytes, module.bodyStart(body), end);
      for (int group = in.count(); group > 0; group--) {
        in.index();
        ValType.read(in);
      }
      CodeReader code = new CodeReader(bytes, in.position(), end);
      while (!code.atEnd()) {
        if (code.next() == Opcodes.I32_CONST) {
          values.add((int) new ByteReader(bytes, code.start() + 1, code.end()).s64());
        }
      }
    }
    return values;
  }

  private void use(FeatureLevel since, String what) {
    if (since.compareTo(level) > 0) {
      uses.merge(what, 1, Integer::sum);
    }
  }

  private void definitions() {
    Types types = module.types();
    for (int type = 0; type < types.size(); type++) {
      if (!types.isFunction(type)) {
        use(FeatureLevel.V3_0, "struct, array");
        continue;
      }
      if (types.resultCount(type) > 1) {
        use(FeatureLevel.V2_0, SEVERAL_RESULTS);
      }
      for (int i = 0; i < types.paramCount(type); i++) {
        type(types.param(type, i));
      }
      for (int i = 0; i < types.resultCount(type); i++) {
        type(types.result(type, i));
      }
    }
    for (int table = 0; table < module.tables().size(); table++) {
      if (table > 0) {
        use(FeatureLevel.V2_0, "several tables");
      }
      if (module.tables().get(table).type() != ValType.FUNCREF) {
        type(module.tables().get(table).type());
      }
    }
    for (int memory = 0; memory < module.memories().size(); memory++) {
      if (memory > 0) {
        use(FeatureLevel.V3_0, "several memories");
      }
      if (module.memories().get(memory).address() == Address.I64) {
        use(FeatureLevel.V3_0, "64-bit memory");
      }
    }
    module.globals().forEach(global -> type(global.type()));
  }

  private void type(int type) {
    if (ValType.isRef(type)) {
      boolean plain = type == ValType.FUNCREF || type == ValType.EXTERNREF;
      use(plain ? FeatureLevel.V2_0 : FeatureLevel.V3_0, plain ? "reference" : "typed reference");
    } else if (type == ValType.V128) {
      use(FeatureLevel.V2_0, "v128");
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
      use(since(Opcodes.prefix(opcode), Opcodes.suffix(opcode)), Opcodes.name(opcode));
      Immediate immediate = code.immediate();
      if (immediate == Immediate.BLOCKTYPE || immediate == Immediate.TRY_TABLE) {
        block(code.blockTypeIndex(), code.type());
      } else if (immediate == Immediate.CALL_INDIRECT && code.index2() > 0) {
        use(FeatureLevel.V2_0, "call_indirect in a further table");
      } else if (immediate == Immediate.MEMARG && code.index() > 0) {
        use(FeatureLevel.V3_0, "access to a further memory");
      }
    }
  }

  private void block(int type, int valueType) {
    if (type >= 0) {
      use(FeatureLevel.V2_0, SEVERAL_RESULTS);
    } else if (valueType != 0) {
      type(valueType);
    }
  }

  /**
   * The version an instruction came with (specification, appendix A.8 and index of instructions).
   */
  private static FeatureLevel since(int prefix, int code) {
    return switch (prefix) {
      case 0 ->
          switch (code) {
            case 0x0A, 0x12, 0x13, 0x14, 0x15, 0x1F, 0xD3, 0xD4, 0xD5, 0xD6 -> FeatureLevel.V3_0;
            case 0x1C, 0x25, 0x26, 0xC0, 0xC1, 0xC2, 0xC3, 0xC4, 0xD0, 0xD1, 0xD2 ->
                FeatureLevel.V2_0;
            default -> FeatureLevel.V1_0;
          };
      case 0xFC -> FeatureLevel.V2_0;
      case 0xFD -> code < 0x100 ? FeatureLevel.V2_0 : FeatureLevel.V3_0;
      case 0xFB -> FeatureLevel.V3_0;
      default -> FeatureLevel.V1_0;
    };
  }
}
