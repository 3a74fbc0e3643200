package dev.bysync.bench.jmh;

import dev.bysync.wasm.binary.ByteSink;
import dev.bysync.wasm.code.CodeReader;
import dev.bysync.wasm.code.Immediate;
import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.ValType;

/**
 * Decodes every instruction of every function and encodes it again, and nothing else: the least
 * that a tool does which rewrites code. Rare instructions are copied after decoding.
 */
final class Transcoder {
  private final Module module;
  private final CodeReader code;
  private final ByteSink body = new ByteSink();

  Transcoder(Module module) {
    this.module = module;
    code = new CodeReader(module.bytes(), 0, 0);
  }

  /** All bodies, each behind its size. */
  ByteSink transcode() {
    ByteSink out = new ByteSink(module.bytes().length);
    for (int index = 0; index < module.bodyCount(); index++) {
      body.truncate(0);
      int first = Bodies.firstInstruction(module, index);
      body.bytes(module.bytes(), module.bodyStart(index), first);
      code.reset(first, module.bodyEnd(index));
      while (!code.atEnd()) {
        code.next();
        encode();
      }
      out.sized(body);
    }
    return out;
  }

  private void encode() {
    Immediate immediate = code.immediate();
    switch (immediate) {
      case NONE -> opcode();
      case LABEL, FUNC, TYPE, LOCAL, GLOBAL, TABLE, TAG, MEMORY, DATA, ELEM -> {
        opcode();
        body.u32(code.index());
      }
      case CALL_INDIRECT, DATA_MEMORY, ELEM_TABLE, MEMORY_MEMORY, TABLE_TABLE, TYPE_FIELD -> {
        opcode();
        body.u32(code.index());
        body.u32(code.index2());
      }
      case MEMARG -> memarg();
      case I32, I64 -> {
        opcode();
        body.s64(code.literal());
      }
      case F32 -> {
        opcode();
        body.fixed32((int) code.literal());
      }
      case F64 -> {
        opcode();
        body.fixed64(code.literal());
      }
      case BLOCKTYPE -> blockType();
      case BR_TABLE -> {
        opcode();
        body.u32(code.listSize() - 1);
        for (int i = 0; i < code.listSize(); i++) {
          body.u32(code.list(i));
        }
      }
      default -> body.bytes(module.bytes(), code.start(), code.end());
    }
  }

  private void opcode() {
    int opcode = code.opcode();
    if (opcode < 0x100) {
      body.u8(opcode);
    } else {
      body.u8(Opcodes.prefix(opcode));
      body.u32(Opcodes.suffix(opcode));
    }
  }

  private void memarg() {
    opcode();
    if (code.index() == 0) {
      body.u32(code.align());
    } else {
      body.u32(code.align() | 64);
      body.u32(code.index());
    }
    body.u64(code.literal());
  }

  private void blockType() {
    opcode();
    if (code.blockTypeIndex() >= 0) {
      body.s64(code.blockTypeIndex());
    } else if (code.type() == 0) {
      body.u8(0x40);
    } else {
      ValType.write(body, code.type());
    }
  }
}
