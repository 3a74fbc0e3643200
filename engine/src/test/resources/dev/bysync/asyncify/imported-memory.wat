;; a memory of the host
(module
  (import "env" "memory" (memory 1))
  (import "env" "get" (func $get (param i32) (result i32)))
  (func $twice (param $x i32) (result i32)
    (i32.sub (call $get (local.get $x)) (call $get (i32.load (local.get $x)))))
  (func (export "run") (param $x i32) (result i32) (local $at i32)
    (local.set $at (i32.and (local.get $x) (i32.const 0xFFC)))
    (i32.store (local.get $at) (call $twice (local.get $at)))
    (i32.add (i32.load (local.get $at)) (call $get (local.get $x)))))
