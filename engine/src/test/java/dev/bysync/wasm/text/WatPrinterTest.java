package dev.bysync.wasm.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bysync.wasm.binary.WasmException;
import org.junit.jupiter.api.Test;

final class WatPrinterTest {
  private static final String TEXT =
      """
      (module $sample
        (type $binary (func (param i32 i32) (result i32)))
        (rec
          (type $node (sub (struct (field $next (mut (ref null $node))) (field (mut i8)))))
          (type $leaf (sub final $node (struct (field (mut (ref null $node))) (field (mut i8))))))
        (type (;3;) (func))
        (import "env" "log\\00" (func $log (type 3)))
        (func $"two words" (type $binary) (param $a i32) (param $b i32) (result i32)
          (local $sum i64)
          (local f32 f32)
          block  ;; @1
            local.get $a
            if (result i32)  ;; @2
              i32.const -5
              br 2 (;@0;)
            else
              local.get $b
              br_if 1 (;@1;)
              f64.const 0.1
              drop
              i32.const 0
            end
            drop
            v128.const i32x4 0x1 0x2 0x3 0xffffffff
            drop
          end
          local.get $a
          i32.load offset=8 align=1)
        (table (;0;) 2 funcref)
        (memory (;0;) 1 2)
        (tag (;0;) (type 3))
        (global $g (mut i32) (i32.const 1))
        (export "two" (func $"two words"))
        (start $log)
        (elem (;0;) (i32.const 0) func $log $"two words")
        (data (;0;) (i32.const 16) "a\\"\\ff"))
      """;

  @Test
  void printsWhatWasAssembled() {
    byte[] module = WatReader.assemble(TEXT, DebugNames.WRITE);
    assertThat(WatPrinter.print(module)).isEqualTo(TEXT);
  }

  @Test
  void equalNamesGetTheirIndex() {
    String text = "(func $f) (func $\"f#2\") (func $g)";
    byte[] module = WatReader.assemble(text, DebugNames.WRITE);
    for (int i = 0; i < module.length; i++) {
      if (module[i] == 'g') {
        module[i] = 'f';
      }
    }
    assertThat(WatPrinter.print(module))
        .contains("(func $f (type 0)", "(func $f#2 (type 0)", "(func $f#2#2 (type 0)");
  }

  @Test
  void nestingCostsNoStack() {
    int depth = 100_000;
    byte[] module =
        WatReader.assemble("(func " + "block ".repeat(depth) + "end ".repeat(depth) + ")");
    assertThat(WatReader.assemble(WatPrinter.print(module))).isEqualTo(module);
  }

  @Test
  void manyLocalsAreRefused() {
    byte[] module = WatReader.assemble("(func (local i32))");
    byte[] hostile = new byte[module.length + 4];
    System.arraycopy(module, 0, hostile, 0, module.length);
    // Code section: one body with one run of 2^32-1 locals.
    byte[] code = {0x0A, 0x0A, 0x01, 0x08, 0x01, -1, -1, -1, -1, 0x0F, 0x7F, 0x0B};
    System.arraycopy(code, 0, hostile, hostile.length - code.length, code.length);
    assertThatThrownBy(() -> WatPrinter.print(hostile))
        .isInstanceOf(WasmException.class)
        .hasMessageContaining("more than 50000 locals")
        .hasMessageContaining("in function 0");
  }
}
