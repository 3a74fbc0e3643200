;; calls with several results, and a function that gives several
(module
  (import "env" "get" (func $get (param i32) (result i32)))
  (import "env" "three" (func $three (param i64) (result i32 f64 i64)))
  (memory (export "memory") 1)
  (func $pair (param $x i32) (result i32 i32)
    (call $get (local.get $x))
    (i32.mul (call $get (i32.const 1)) (local.get $x)))
  (func (export "pairs") (param $x i32) (result i32 i32)
    (call $pair (local.get $x))
    (call $pair (i32.const 3))
    i32.sub
    i32.add
    i32.mul
    (call $get (local.get $x)))
  (func (export "triple") (param $x i64) (result i64 f64 i32 v128)
    (local $i i32) (local $d f64) (local $l i64)
    (i64.load (i32.const 0))
    (call $three (local.get $x))
    local.set $l
    local.set $d
    local.set $i
    local.get $l
    i64.add
    (f64.sub (local.get $d) (f64.convert_i32_s (call $get (local.get $i))))
    (local.get $i)
    (i32x4.splat (call $get (i32.const 2))))
  (func (export "below") (result i64)
    ;; results of a call lie below the next one
    (call $three (i64.const 4))
    (drop (call $get (i32.const 5)))
    (i64.extend_i32_s (call $get (i32.const 6)))
    i64.add
    (call $fold))
  (func $fold (param i32 f64 i64) (result i64)
    (i64.add (i64.extend_i32_s (local.get 0))
      (i64.xor (i64.reinterpret_f64 (local.get 1)) (local.get 2)))))
