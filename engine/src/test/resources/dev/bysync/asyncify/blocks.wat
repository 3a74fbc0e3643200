;; nested blocks with sites, parameters and results
(module
  (import "env" "get" (func $get (param i32) (result i32)))
  (import "env" "two" (func $two (result i32 i64)))
  (memory (export "memory") 1)
  (func (export "nested") (param $x i32) (result i32)
    (i32.load (i32.const 0))
    (block $a (result i32)
      (i32.const 2)
      (block $b (result i32)
        (local.get $x)
        (block $c (result i32)
          (call $get (i32.const 1)))
        i32.add)
      (call $get (i32.const 2))
      i32.mul
      i32.add)
    i32.sub)
  (func (export "params") (param $x i32) (result i64)
    (i64.load (i32.const 8))
    (i64.const 5)
    (block (param i64) (result i64 i32)
      (block (param i64) (result i64)
        (i64.extend_i32_s (call $get (i32.const 3)))
        i64.add)
      (i64.extend_i32_s (call $get (i32.const 4)))
      i64.xor
      (call $two)
      (drop)
      i64.extend_i32_s
      i64.sub
      (call $get (local.get $x)))
    i64.extend_i32_s
    i64.add
    i64.add)
  (func (export "behind") (param $x i32) (result i32)
    ;; an operand that lies below several constructs in a row
    (i32.load (i32.const 0))
    (f64.const 1.5)
    (block (drop (call $get (i32.const 6))))
    (block (result i32) (call $get (i32.const 7)))
    (local.set $x)
    (block (drop (call $get (i32.const 8))))
    i32.trunc_f64_s
    i32.add
    local.get $x
    i32.add))
