;; loops with several sites, nested loops, loops with parameters and results
(module
  (import "env" "get" (func $get (param i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "several") (param $x i32) (result i32)
    (local $i i32) (local $sum i32)
    (loop $next
      (local.set $sum
        (i32.add (call $get (local.get $i)) (i32.mul (local.get $sum) (call $get (local.get $x)))))
      (if (i32.and (local.get $i) (i32.const 1))
        (then (local.set $sum (i32.add (local.get $sum) (call $get (i32.const 3))))))
      (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 3))))
    local.get $sum)
  (func (export "nested") (param $x i32) (result i32)
    (local $i i32) (local $j i32) (local $sum i32)
    (i32.load (i32.const 0))
    (loop $outer (result i32)
      (local.set $j (i32.const 0))
      (i64.load (i32.const 8))
      (loop $inner
        (local.set $sum (i32.add (local.get $sum) (call $get (local.get $j))))
        (br_if $inner
          (i32.lt_u (local.tee $j (i32.add (local.get $j) (i32.const 1))) (i32.const 2))))
      i32.wrap_i64
      (call $get (local.get $i))
      i32.add
      (br_if $outer (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 2)))
      (i32.mul (call $get (i32.const 4))))
    i32.add
    local.get $sum
    i32.add)
  (func (export "params") (param $x i32) (result i64)
    (local $n i32)
    (f64.load (i32.const 8))
    (i64.const 1)
    (loop $next (param i64) (result i64)
      (i64.extend_i32_s (call $get (i32.const 5)))
      i64.add
      (br_if $next (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 3)))
      (i64.extend_i32_u (call $get (local.get $n)))
      i64.xor)
    (call $mix))
  (func $mix (param f64 i64) (result i64)
    (i64.xor (i64.reinterpret_f64 (local.get 0)) (local.get 1)))
  (func (export "cold-loop-inside") (param $x i32) (result i32)
    (local $i i32)
    (local.get $x)
    (loop $cold (result i32)
      (br_if $cold (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 9)))
      (i32.const 2))
    (call $get (local.get $i))
    i32.add
    i32.mul)
  (func (export "while") (param $x i32) (result i32)
    (local $i i32)
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $i) (i32.const 3)))
        (local.set $x (i32.add (local.get $x) (call $get (local.get $i))))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $next)))
    (i32.add (local.get $x) (local.get $i))))
