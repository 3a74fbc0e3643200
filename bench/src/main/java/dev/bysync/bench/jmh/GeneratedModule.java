package dev.bysync.bench.jmh;

import dev.bysync.wasm.text.WatReader;
import java.util.SplittableRandom;

/**
 * A module like those of compilers for C, of a given number of functions, the same every time:
 * loops over arithmetic, memory accesses and calls, some of them indirect, and an interpreter's
 * loop with a {@code br_table} in one function of 64.
 */
final class GeneratedModule {
  private static final int STATEMENTS = 40;

  private final SplittableRandom random = new SplittableRandom(1);
  private final StringBuilder out = new StringBuilder();
  private final int functions;

  private GeneratedModule(int functions) {
    this.functions = functions;
  }

  static byte[] of(int functions) {
    return WatReader.assemble(new GeneratedModule(functions).text());
  }

  private String text() {
    out.append(
        """
        (module
          (type $f (func (param i32 i32) (result i32)))
          (import "env" "host" (func $host (param i32 i32) (result i32)))
          (memory (export "memory") 16)
          (table (export "table") 64 funcref)
        """);
    for (int function = 0; function < functions; function++) {
      function(function);
    }
    out.append("  (elem (i32.const 0) $host");
    for (int function = 0; function < Math.min(63, functions); function++) {
      out.append(" $f").append(function);
    }
    out.append(")\n  (export \"run\" (func $f").append(functions - 1).append(")))\n");
    return out.toString();
  }

  private void function(int number) {
    out.append("(func $f").append(number).append(" (type $f) (local i32 i32 i64 f64 i32)\n");
    if (number % 64 == 63) {
      interpreter(number);
    } else {
      loop(number);
    }
    out.append("local.get 2)\n");
  }

  private void loop(int number) {
    out.append("block loop local.get 3 local.get 0 i32.ge_u br_if 1\n");
    for (int i = 0; i < STATEMENTS; i++) {
      statement(number);
    }
    out.append("local.get 3 i32.const 1 i32.add local.set 3 br 0 end end\n");
  }

  private void interpreter(int number) {
    int cases = 32;
    out.append("loop ");
    out.append("block ".repeat(cases + 1));
    out.append("local.get 1 local.get 3 i32.add i32.load8_u br_table");
    for (int i = 0; i <= cases; i++) {
      out.append(' ').append(i);
    }
    out.append(" end\n");
    for (int i = 0; i < cases; i++) {
      statement(number);
      statement(number);
      out.append("local.get 3 i32.const 1 i32.add local.tee 3 local.get 0 i32.lt_u br_if ");
      out.append(cases - i).append(" end\n");
    }
    out.append("end\n");
  }

  /** One statement over the locals 0 to 6, of types i32 i32 i32 i32 i64 f64 i32. */
  private void statement(int number) {
    switch (random.nextInt(8)) {
      case 0, 1 -> out.append("local.get 2 local.get 3 i32.mul local.get 6 i32.xor local.set 2\n");
      case 2 -> {
        out.append("local.get 1 local.get 2 i32.load offset=").append(random.nextInt(4096));
        out.append(" i32.store offset=").append(random.nextInt(4096)).append('\n');
      }
      case 3 -> out.append("local.get 4 local.get 2 i64.extend_i32_u i64.add local.set 4\n");
      case 4 -> out.append("local.get 5 local.get 4 f64.convert_i64_s f64.add local.set 5\n");
      case 5 -> {
        out.append("local.get 2 local.get 3 i32.lt_s if local.get 6 i32.const ");
        out.append(random.nextInt()).append(" i32.sub local.set 6 end\n");
      }
      case 6 -> {
        int callee = number == 0 ? 0 : random.nextInt(number);
        out.append("local.get 2 local.get 3 local.get 6 call $f").append(callee);
        out.append(" i32.add local.set 2\n");
      }
      default -> {
        out.append("local.get 2 local.get 3 local.get 6 i32.const 63 i32.and ");
        out.append("call_indirect (type $f) local.set 6\n");
      }
    }
  }
}
