;; sites in the body of a legacy try, and behind it; what the catches read must be there when the resumed body throws
(module
  (import "env" "get" (func $get (param i32) (result i32)))
  (memory (export "memory") 1)
  (tag $wrong (param i32))
  (func $check (param $x i32) (result i32)
    (if (i32.and (call $get (local.get $x)) (i32.const 1)) (then (throw $wrong (local.get $x))))
    (i32.shl (local.get $x) (i32.const 1)))
  (func (export "run") (param $x i32) (result i32) (local $kept i32) (local $i i32)
    (local.set $kept (i32.xor (local.get $x) (i32.const 0x55)))
    (loop $again
      (try
        (do
          (local.set $x (i32.add (call $check (local.get $x)) (call $get (local.get $kept)))))
        (catch $wrong
          (local.set $x (i32.sub (local.get $kept)))
          (local.set $kept (i32.mul (local.get $kept) (i32.const 5))))
        (catch_all
          (local.set $x (local.get $kept))))
      (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 3))))
    (i32.add (local.get $x) (call $get (local.get $kept))))
  (func (export "delegated") (param $x i32) (result i32)
    (try $outer (result i32)
      (do
        (try (result i32)
          (do (i32.add (local.get $x) (call $check (local.get $x))))
          (delegate $outer)))
      (catch $wrong (i32.add (local.get $x))))))
