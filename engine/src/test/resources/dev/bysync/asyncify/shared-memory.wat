;; a shared memory and atomic accesses, their operands below calls
(module
  (import "env" "get" (func $get (param i32) (result i32)))
  (memory (export "memory") 1 1 shared)
  (func $add (param $at i32) (result i32)
    (i32.atomic.rmw.add (local.get $at) (call $get (i32.atomic.load (local.get $at)))))
  (func (export "run") (param $x i32) (result i32) (local $at i32)
    (local.set $at (i32.and (local.get $x) (i32.const 0xFFC)))
    (i32.sub
      (i32.atomic.rmw.cmpxchg (local.get $at) (call $add (local.get $at)) (call $get (local.get $x)))
      (call $add (local.get $at)))))
