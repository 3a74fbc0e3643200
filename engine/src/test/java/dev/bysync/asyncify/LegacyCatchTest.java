package dev.bysync.asyncify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.wasm.code.CodeReader;
import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.Module;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How catches with sites are written; what they do is tested in V8. */
final class LegacyCatchTest {
  /**
   * An inner try, which makes exceptions slower, stands only before a catch_all that rethrows, and
   * a tag of our own is thrown only into one that doesn't.
   */
  @ParameterizedTest
  @CsvSource({
    "(catch_all (call $f)), 1, 1",
    "(catch_all (call $f) (rethrow 0)), 2, 0",
    "(catch $t (call $f)) (catch_all (rethrow 0)), 1, 0",
    "(catch $t (call $f) (rethrow 0)) (catch_all), 1, 0",
    "(catch $t (call $f)) (catch_all (call $f) (rethrow 0)), 2, 0",
    "(catch_all (try (do) (catch_all (call $f) (rethrow 1)))), 3, 1",
  })
  void innerTriesAreWrittenWhereTheyAreNeeded(String catches, int tries, int ownTags) {
    Transformed transformed =
        Pairs.transform(
            Pairs.assemble(
                "(import \"env\" \"f\" (func $f)) (import \"env\" \"g\" (func $g)) (memory 1) (tag $t)"
                    + " (func (export \"run\") (try (do (call $g)) "
                    + catches
                    + "))"));

    Module module = Pairs.assertValid(transformed.bytes());
    assertThat(module.tagCount()).isEqualTo(1 + ownTags);
    assertThat(count(module, Opcodes.TRY)).isEqualTo(tries);
  }

  /**
   * What a catch calls throws past the other catches of its try: a frame of a call in one holds
   * nothing that only another reads.
   */
  @Test
  void whatACatchThrowsDoesNotArriveAtItsOwnTry() {
    Transformed transformed =
        Pairs.transform(
            Pairs.assemble(
                """
                (import "env" "f" (func $f)) (import "env" "v" (func $v (result i32)))
                (memory 1) (tag $t)
                (func (export "run") (local i32 i32 i32)
                  loop
                    call $v local.set 0 call $v local.set 1 call $v local.set 2
                    try
                      call $n
                    catch $t
                      call $f
                    catch_all
                      local.get 0 local.get 1 local.get 2 drop drop drop
                    end
                    call $v
                    br_if 0
                  end)
                (func $n)
                """));

    Module module = Pairs.assertValid(transformed.bytes());
    CodeReader code = new CodeReader(module.bytes(), module.bodyStart(0) + 3, module.bodyEnd(0));
    int reads = 0;
    while (!code.atEnd()) {
      reads += code.next() == Opcodes.LOCAL_GET && code.index() == 2 ? 1 : 0;
    }
    assertThat(reads).isEqualTo(1);
  }

  private static int count(Module module, int opcode) {
    CodeReader code = new CodeReader(module.bytes(), module.bodyStart(0) + 3, module.bodyEnd(0));
    int count = 0;
    while (!code.atEnd()) {
      count += code.next() == opcode ? 1 : 0;
    }
    return count;
  }
}
