;; a 64-bit memory: addresses of eight bytes in the asyncify structure too
(module
  (import "env" "get" (func $get (param i64) (result i64)))
  (memory (export "memory") i64 1 4)
  (func $sum (param $from i64) (param $n i32) (result i64) (local $sum i64)
    (loop $next
      (local.set $sum
        (i64.add
          (i64.mul (local.get $sum) (i64.const 3))
          (i64.add (i64.load (local.get $from)) (call $get (local.get $sum)))))
      (i64.store (local.get $from) (local.get $sum))
      (local.set $from (i64.add (local.get $from) (i64.const 8)))
      (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $sum))
  (func (export "run") (param $x i32) (result i64)
    (i64.sub
      (call $sum (i64.const 0x1000) (i32.add (i32.and (local.get $x) (i32.const 3)) (i32.const 1)))
      (i64.load offset=0x1000 (i64.extend_i32_u (i32.and (local.get $x) (i32.const 7)))))))
