;; indirect calls through a table that the host can fill
(module
  (import "env" "get" (func $get (param i32) (result i32)))
  (memory (export "memory") 1)
  (table (export "table") 2 funcref)
  (elem (i32.const 0) $ask $pair)
  (func $ask (param i32) (result i32) (call $get (i32.add (local.get 0) (i32.const 1))))
  (func $pair (param i64 i64) (result i64)
    (i64.add (local.get 0) (i64.extend_i32_s (call $get (i32.wrap_i64 (local.get 1))))))
  (func (export "run") (param $x i32) (result i64)
    (i64.load (i32.const 0))
    (call_indirect (param i64 i64) (result i64)
      (i64.load (i32.const 8)) (i64.const 3) (i32.const 1))
    (i64.extend_i32_s
      (call_indirect (param i32) (result i32)
        (i32.load (local.get $x)) (i32.load8_u (i32.const 77))))
    i64.sub
    i64.add))
