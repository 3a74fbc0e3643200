package dev.bysync.wasm.code;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.wasm.binary.ByteSink;
import dev.bysync.wasm.module.ValType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Instructions are decoded in several ways by their length and by what is behind them. */
final class CodeReaderTest {
  private static final int I32_LOAD = 0x28;

  /** With nothing behind it, and with bytes behind it that would continue a number. */
  private static CodeReader read(ByteSink instruction, int behind) {
    int end = instruction.size();
    for (int i = 0; i < behind; i++) {
      instruction.u8(0xFF);
    }
    CodeReader code = new CodeReader(instruction.toByteArray(), 0, instruction.size());
    code.next();
    assertThat(code.end()).isEqualTo(end);
    return code;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 63, 64, 127, 128, 8191, 8192, 16_383, 16_384, 2_097_152, 0x7FFFFFFF})
  void indicesAndConstantsOfEveryLength(int value) {
    for (int behind = 0; behind < 4; behind++) {
      ByteSink call = new ByteSink();
      call.u8(Opcodes.CALL);
      call.u32(value);
      assertThat(read(call, behind).index()).isEqualTo(value);
      for (long signed : new long[] {value, -1L - value}) {
        for (int opcode : new int[] {Opcodes.I32_CONST, Opcodes.I64_CONST}) {
          ByteSink constant = new ByteSink();
          constant.u8(opcode);
          constant.s64(signed);
          assertThat(read(constant, behind).literal()).isEqualTo(signed);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 127, 128, 16_383, 16_384, 2_097_152, 0x7FFFFFFF})
  void accessesOfEveryLength(int offset) {
    for (int behind = 0; behind < 4; behind++) {
      for (int memory = 0; memory < 2; memory++) {
        ByteSink load = new ByteSink();
        load.u8(I32_LOAD);
        load.u32(memory == 0 ? 2 : 2 | 64);
        if (memory != 0) {
          load.u32(memory);
        }
        load.u64(offset);
        CodeReader code = read(load, behind);
        assertThat(code.literal()).isEqualTo(offset);
        assertThat(code.align()).isEqualTo(2);
        assertThat(code.index()).isEqualTo(memory);
      }
    }
  }

  @Test
  void blockTypesOfEveryForm() {
    for (int behind = 0; behind < 4; behind++) {
      for (int type : new int[] {0, ValType.I32, ValType.V128, ValType.FUNCREF}) {
        ByteSink block = new ByteSink();
        block.u8(Opcodes.BLOCK);
        if (type == 0) {
          block.u8(0x40);
        } else {
          ValType.write(block, type);
        }
        CodeReader code = read(block, behind);
        assertThat(code.type()).isEqualTo(type);
        assertThat(code.blockTypeIndex()).isEqualTo(-1);
      }
      for (int index : new int[] {0, 63, 64, 200}) {
        ByteSink block = new ByteSink();
        block.u8(Opcodes.LOOP);
        block.s64(index);
        CodeReader code = read(block, behind);
        assertThat(code.blockTypeIndex()).isEqualTo(index);
        assertThat(code.type()).isEqualTo(0);
      }
    }
  }

  @Test
  void whatIsNotWantedIsPassedOver() {
    ByteSink bytes = new ByteSink();
    List<Integer> calls = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      bytes.u8(Opcodes.LOCAL_GET);
      bytes.u32(Opcodes.CALL); // looks like one, and is none
      bytes.u8(Opcodes.I64_CONST);
      bytes.s64((long) i * i * i);
      bytes.u8(Opcodes.BLOCK);
      bytes.u8(0x40);
      bytes.u8(Opcodes.END);
      if (i % 3 == 0) {
        calls.add(i);
        bytes.u8(Opcodes.CALL);
        bytes.u32(i);
      }
    }
    boolean[] wanted = new boolean[Opcodes.COUNT];
    wanted[Opcodes.CALL] = true;
    CodeReader code = new CodeReader(bytes.toByteArray(), 0, bytes.size());

    List<Integer> met = new ArrayList<>();
    while (code.next(wanted) >= 0) {
      met.add(code.index());
    }

    assertThat(met).isEqualTo(calls);
    assertThat(code.atEnd()).isTrue();
  }
}
