package dev.bysync.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.asyncify.Asyncify;
import dev.bysync.asyncify.AsyncifyOptions;
import dev.bysync.asyncify.Transformed;
import dev.bysync.verify.interp.InterpreterFactory;
import dev.bysync.verify.machine.LoadException;
import dev.bysync.verify.machine.Outcome;
import dev.bysync.verify.machine.TrapKind;
import org.junit.jupiter.api.Test;

/** Modules in the style of known runtimes start up, and are suspended while they do. */
final class RuntimesTest {
  /** As Go 1.21 and later: arguments and results are above the stack pointer, here 1024. */
  private static final byte[] GO =
      Fixtures.assemble(
          """
          (module
            (import "gojs" "runtime.nanotime1" (func $now (param i32)))
            (import "gojs" "syscall/js.valueGet" (func $get (param i32)))
            (import "gojs" "runtime.wasmExit" (func $exit (param i32)))
            (memory (export "mem") 1)
            (data (i32.const 512) "O_WRONLYconstants_pendingEvent")
            (func $property (param $at i64) (param $length i64) (result i64)
              (i64.store offset=16 (i32.const 1024) (local.get $at))
              (i64.store offset=24 (i32.const 1024) (local.get $length))
              (call $get (i32.const 1024))
              (i64.load offset=32 (i32.const 1024)))
            (func $expect (param i32) (if (i32.eqz (local.get 0)) (then (unreachable))))
            (func (export "run") (param $argc i32) (param $argv i32)
              ;; one argument, which is empty, and no environment
              (call $expect (i32.eq (local.get $argc) (i32.const 1)))
              (call $expect (i64.eqz (i64.load (local.get $argv))))
              ;; a number, an object, null
              (call $expect
                (f64.gt (f64.reinterpret_i64 (call $property (i64.const 512) (i64.const 8)))
                  (f64.const 0)))
              (call $expect
                (i64.eq (i64.shr_u (call $property (i64.const 520) (i64.const 9)) (i64.const 32))
                  (i64.const 0x7FF80001)))
              (call $expect
                (i64.eq (call $property (i64.const 529) (i64.const 13))
                  (i64.const 0x7FF8000000000002)))
              (call $now (i32.const 1024))
              (call $expect (i64.gt_s (i64.load offset=8 (i32.const 1024)) (i64.const 0)))
              (call $exit (i32.const 1024)))
            (func (export "resume"))
            (func (export "getsp") (result i32) (i32.const 1024)))
          """);

  @Test
  void goStartsUpToItsExit() throws LoadException {
    Session session =
        Baseline.record(new InterpreterFactory().load(GO), new VerifyOptions(1, 100_000))
            .sessions()
            .get(0);

    Session.Step run = session.steps().get(0);
    assertThat(run.show()).isEqualTo("run(1, 4104)");
    assertThat(run.to()).isEqualTo(5);
    assertThat(run.outcome())
        .isInstanceOfSatisfying(
            Outcome.Trapped.class, trap -> assertThat(trap.kind()).isEqualTo(TrapKind.EXIT));
  }

  private static Session first(String module) throws LoadException {
    return Baseline.record(
            new InterpreterFactory().load(Fixtures.assemble(module)), new VerifyOptions(1, 100_000))
        .sessions()
        .get(0);
  }

  private static boolean allReturn(Session session) {
    return session.steps().stream().allMatch(step -> step.outcome() instanceof Outcome.Returned);
  }

  /** Its names are shortened: only its place tells what makes the program ready. */
  @Test
  void emscriptensConstructorsComeFirst() throws LoadException {
    Session session =
        first(
            """
            (module (import "a" "a" (func $a (param i32)))
              (memory (export "b") 1) (global $ready (mut i32) (i32.const 0))
              (func (export "c") (call $a (i32.const 1)) (global.set $ready (i32.const 1)))
              (func $work (export "d") (result i32)
                (if (i32.eqz (global.get $ready)) (then (unreachable))) (i32.const 0))
              (func (export "e") (result i32) (call $work)))
            """);

    assertThat(session.steps().get(0).show()).isEqualTo("c()");
    assertThat(session.steps().stream().filter(step -> step.show().equals("c()"))).hasSize(1);
    assertThat(session.steps()).hasSizeGreaterThan(4);
    assertThat(allReturn(session)).isTrue();
  }

  @Test
  void wasmBindgenStartsBeforeItsExports() throws LoadException {
    Session session =
        first(
            """
            (module (import "wbg" "__wbindgen_init_externref_table" (func $init))
              (table (export "__wbindgen_externrefs") 4 externref)
              (global $ready (mut i32) (i32.const 0))
              (func (export "go")
                (if (i32.eqz (global.get $ready)) (then (unreachable))))
              (func (export "__wbindgen_start") (call $init)
                (global.set $ready (i32.const 1))))
            """);

    assertThat(session.steps().get(0).show()).isEqualTo("__wbindgen_start()");
    assertThat(session.trace().show(0)).isEqualTo("wbg.__wbindgen_init_externref_table()");
    assertThat(allReturn(session)).isTrue();
  }

  /** Its {@code abort} does not return, and its top-level code may be an export. */
  @Test
  void assemblyScriptStartsAndAborts() throws LoadException {
    Session session =
        first(
            """
            (module (import "env" "abort" (func $abort (param i32 i32 i32 i32)))
              (import "env" "seed" (func $seed (result f64)))
              (memory (export "memory") 1) (global $ready (mut i32) (i32.const 0))
              (func (export "fail") (result i32)
                (call $abort (i32.const 32) (i32.const 64) (global.get $ready) (i32.const 5))
                (unreachable))
              (func (export "_start") (drop (call $seed)) (global.set $ready (i32.const 1))))
            """);

    assertThat(session.steps().get(0).show()).isEqualTo("_start()");
    Session.Step fails = session.steps().get(1);
    assertThat(session.trace().show(fails.from())).isEqualTo("env.abort(32, 64, 1, 5)");
    assertThat(fails.outcome())
        .isInstanceOfSatisfying(
            Outcome.Trapped.class, trap -> assertThat(trap.kind()).isEqualTo(TrapKind.ABORT));
  }

  @Test
  void goIsSuspendedAtAllItsCalls() {
    Transformed transformed = Asyncify.transform(GO, AsyncifyOptions.defaults());

    Verification verification =
        Verifier.verify(
            GO, transformed.bytes(), transformed.sites(), new VerifyOptions(1, 100_000));

    assertThat(verification.verdict()).as(verification.reason()).isEqualTo(Verdict.VERIFIED);
    // but the one that ends the program
    assertThat(verification.coverage().sitesSuspended()).isGreaterThanOrEqualTo(5);
  }
}
