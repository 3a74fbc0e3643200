;; constants, and locals that are or are not written meanwhile, below a call
(module
  (import "env" "get" (func $get (param i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "constants") (result i32)
    (i32.sub (i32.const 100) (call $get (i32.const 1))))
  (func (export "kept") (param $x i32) (result i32)
    (i32.sub (local.get $x) (call $get (local.get $x))))
  (func (export "written") (param $x i32) (result i32)
    local.get $x
    (local.set $x (i32.add (local.get $x) (i32.const 7)))
    (call $get (local.get $x))
    i32.sub
    local.get $x
    i32.add)
  (func (export "written-by-tee") (param $x i32) (result i32)
    local.get $x
    (call $get (local.tee $x (i32.mul (local.get $x) (i32.const 3))))
    local.get $x
    (call $get (i32.const 0))
    i32.add
    i32.add
    i32.add)
  (func (export "written-later") (param $x i32) (result i32)
    local.get $x
    (call $get (local.get $x))
    (local.set $x (i32.const 5))
    (call $get (local.get $x))
    local.get $x
    i32.add
    i32.add
    i32.add)
  (func (export "wide") (param $x i64) (result i64)
    local.get $x
    i64.const -1
    f64.const 0.5
    f32.const 1.5
    (call $get (i32.const 2))
    f32.convert_i32_s
    f32.add
    f64.promote_f32
    f64.add
    i64.trunc_sat_f64_s
    i64.xor
    i64.add))
