package dev.bysync.interp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bysync.asyncify.Asyncify;
import dev.bysync.asyncify.AsyncifyOptions;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.text.WatReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A transformed program fails at the depth of calls at which the original does. */
final class DepthTest {
  private static final int FRAMES = 300;
  private static final int STACK = 65_536;

  private static final byte[] MODULE =
      WatReader.assemble(
          """
          (module
            (import "env" "sleep" (func $sleep (param i32) (result i32)))
            (memory (export "memory") 16)
            (tag $e (param i32))
            (func $down (export "down") (param $n i32) (result i32)
              (local $a i64) (local $b f64) (local $c i32) (local $r externref)
              (local.set $a (i64.extend_i32_s (local.get $n)))
              (local.set $c (i32.mul (local.get $n) (i32.const 3)))
              (if (i32.eqz (local.get $n)) (then (return (call $sleep (i32.const 7)))))
              (i32.add (i32.wrap_i64 (local.get $a))
                (i32.sub (call $down (i32.sub (local.get $n) (i32.const 1))) (local.get $c))))
            (func $tails (export "tails") (param $n i32) (result i32)
              (if (i32.eqz (local.get $n)) (then (return_call $sleep (i32.const 9))))
              (i32.add (local.get $n)
                (call $through (i32.sub (local.get $n) (i32.const 1)))))
            (func $through (param $n i32) (result i32)
              (return_call $tails (local.get $n)))
            (func $caught (export "caught") (param $n i32) (result i32)
              (if (i32.eqz (local.get $n)) (then (throw $e (call $sleep (i32.const 5)))))
              (block $h (result i32)
                (try_table (catch $e $h)
                  (throw $e (i32.add (local.get $n)
                    (call $caught (i32.sub (local.get $n) (i32.const 1))))))
                unreachable)))
          """);

  /** When the host suspends. */
  private enum Suspended {
    NEVER,
    ONCE
  }

  private int call(byte[] module, int bodies, String export, int n, Suspended suspended) {
    Store store = new Store(StoreLimits.defaults().withFrames(FRAMES));
    int[] state = {0};
    Instance[] self = new Instance[1];
    HostFunction sleep =
        (slots, refs) -> {
          if (suspended == Suspended.NEVER || state[0] == 2) {
            if (state[0] == 2) {
              self[0].call("asyncify_stop_rewind");
              state[0] = 3;
            }
            slots[0] += 1;
            return;
          }
          self[0].call("asyncify_start_unwind", STACK);
          state[0] = 1;
        };
    try {
      Imports imports = Imports.builder().function("env", "sleep", sleep).build();
      Instance instance = Instance.instantiate(store, WasmModule.parse(module, bodies), imports);
      self[0] = instance;
      instance.memory(0).write(STACK, new byte[] {8, 0, 1, 0, 0, 0, 16, 0});
      Object[] results = instance.call(export, n);
      while (state[0] == 1) {
        instance.call("asyncify_stop_unwind");
        instance.call("asyncify_start_rewind", STACK);
        state[0] = 2;
        results = instance.call(export, n);
      }
      assertThat(state[0]).isEqualTo(suspended == Suspended.NEVER ? 0 : 3);
      return (int) results[0];
    } catch (LinkException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"down", "tails", "caught"})
  void theSameDepthIsTheLast(String export) {
    int bodies = Module.read(MODULE).bodyCount();
    byte[] transformed = Asyncify.transform(MODULE, AsyncifyOptions.defaults()).bytes();
    int last = last(export, bodies);
    int result = call(MODULE, bodies, export, last, Suspended.NEVER);

    for (Suspended suspended : Suspended.values()) {
      assertThat(call(transformed, bodies, export, last, suspended)).isEqualTo(result);
      assertThatThrownBy(() -> call(transformed, bodies, export, last + 1, suspended))
          .as("%s", suspended)
          .isInstanceOfSatisfying(
              Trap.class, trap -> assertThat(trap.kind()).isEqualTo(Trap.Kind.DEPTH));
    }
  }

  private int last(String export, int bodies) {
    for (int n = FRAMES / 2; n < FRAMES + 2; n++) {
      try {
        call(MODULE, bodies, export, n, Suspended.NEVER);
      } catch (Trap e) {
        assertThat(e.kind()).isEqualTo(Trap.Kind.DEPTH);
        return n - 1;
      }
    }
    throw new IllegalStateException("it never fails");
  }

  /** Functions that don't count have a limit too, and leave no trace, however they end. */
  @Test
  void framesThatDoNotCountAreLimitedApart() throws LinkException {
    byte[] module =
        WatReader.assemble(
            """
            (module
              (tag $e)
              (func $own (export "own") (param $n i32)
                (if (local.get $n) (then (call $own (i32.sub (local.get $n) (i32.const 1))))))
              (func (export "mixed") (param $n i32)
                (call $added (i32.const 200)) (call $own (local.get $n)))
              (func (export "thrown") (param $n i32)
                (block $h (try_table (catch $e $h) (call $throws (i32.const 100))))
                (call $own (local.get $n)))
              (func (export "tail") (param $n i32) (call $passes (local.get $n)))
              (func $added (export "added") (param $n i32)
                (if (local.get $n) (then (call $added (i32.sub (local.get $n) (i32.const 1))))))
              (func $throws (param $n i32)
                (if (i32.eqz (local.get $n)) (then (throw $e)))
                (call $throws (i32.sub (local.get $n) (i32.const 1))))
              (func $passes (param $n i32) (return_call $own (local.get $n))))
            """);
    Store store = new Store(StoreLimits.defaults().withFrames(FRAMES));
    Instance instance = Instance.instantiate(store, WasmModule.parse(module, 4), Imports.none());
    int last = FRAMES - 2; // own, its calls, and one for the call from outside

    instance.call("own", last);
    assertThatThrownBy(() -> instance.call("own", last + 1)).hasMessageContaining("exhausted");
    instance.call("added", last);
    assertThatThrownBy(() -> instance.call("added", last + 1)).hasMessageContaining("exhausted");
    for (String export : new String[] {"mixed", "thrown", "tail"}) {
      instance.call(export, last - 1);
      assertThatThrownBy(() -> instance.call(export, last)).hasMessageContaining("exhausted");
    }
  }
}
