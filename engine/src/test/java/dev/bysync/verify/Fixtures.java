package dev.bysync.verify;

import dev.bysync.wasm.text.WatReader;

/** Modules for the tests: one with its transform written by hand, from which faults are made. */
final class Fixtures {
  /** The control functions, as both transforms and modules that only compute can have them. */
  static final String CONTROLS =
      """
      (global $state (mut i32) (i32.const 0))
      (global $data (mut i32) (i32.const 0))
      (func (export "asyncify_start_unwind") (param i32)
        (global.set $state (i32.const 1)) (global.set $data (local.get 0)) (call $check))
      (func (export "asyncify_stop_unwind") (global.set $state (i32.const 0)) (call $check))
      (func (export "asyncify_start_rewind") (param i32)
        (global.set $state (i32.const 2)) (global.set $data (local.get 0)) (call $check))
      (func (export "asyncify_stop_rewind") (global.set $state (i32.const 0)) (call $check))
      (func (export "asyncify_get_state") (result i32) (global.get $state))
      (func $check
        (if (i32.gt_u (i32.load (global.get $data)) (i32.load offset=4 (global.get $data)))
          (then (unreachable))))
      """;

  static final String ORIGINAL =
      """
      (module
        (import "env" "get" (func $get (param i32) (result i32)))
        (memory (export "memory") 1)
        (global (export "count") (mut i32) (i32.const 0))
        (func (export "work") (param $n i32) (result i32)
          (local $a i32)
          (local.set $a (i32.add (local.get $n) (i32.const 10)))
          (i32.store (i32.const 64) (local.get $a))
          (global.set 0 (i32.add (global.get 0) (i32.const 1)))
          (i32.add (local.get $a) (call $get (local.get $a)))))
      """;

  /** The same with {@code work} made resumable. */
  static final String TRANSFORMED =
      """
      (module
        (import "env" "get" (func $get (param i32) (result i32)))
        (memory (export "memory") 1)
        (global $count (export "count") (mut i32) (i32.const 0))
        (func (export "work") (param $n i32) (result i32)
          (local $a i32) (local $r i32)
          (if (i32.eq (global.get $state) (i32.const 2))
            (then
              (i32.store (global.get $data)
                (i32.sub (i32.load (global.get $data)) (i32.const 4)))
              (local.set $a (i32.load (i32.load (global.get $data)))))
            (else
              (local.set $a (i32.add (local.get $n) (i32.const 10)))
              (i32.store (i32.const 64) (local.get $a))
              (global.set $count (i32.add (global.get $count) (i32.const 1)))))
          (local.set $r (call $get (local.get $a)))
          (if (i32.eq (global.get $state) (i32.const 1))
            (then
              (i32.store (i32.load (global.get $data)) (local.get $a))
              (i32.store (global.get $data)
                (i32.add (i32.load (global.get $data)) (i32.const 4)))
              (return (i32.const 0))))
          (i32.add (local.get $a) (local.get $r)))
      """
          + CONTROLS
          + ")";

  /** The fixtures check their stacks in the control functions only. */
  static final VerifyOptions OPTIONS =
      new VerifyOptions(1, 500_000).withOverflow(VerifyOptions.Overflow.WHEN_STOPPED);

  private Fixtures() {}

  static byte[] assemble(String text) {
    return WatReader.assemble(text);
  }

  /** The transformed module with one thing changed, which must be in it. */
  static byte[] faulty(String from, String to) {
    if (!TRANSFORMED.contains(from)) {
      throw new IllegalArgumentException("not in the fixture: " + from);
    }
    return assemble(TRANSFORMED.replace(from, to));
  }

  /** A module that has the control functions and a memory, so that it passes for its transform. */
  static byte[] inert(String fields) {
    return assemble("(module " + fields + CONTROLS + ")");
  }

  static Verification verify(byte[] original, byte[] transformed) {
    return Verifier.verify(original, transformed, null, OPTIONS);
  }
}
