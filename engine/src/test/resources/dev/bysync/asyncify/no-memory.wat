;; no memory: one is added and exported
(module
  (import "env" "get" (func $get (param i32) (result i32)))
  (global $g (export "count") (mut i32) (i32.const 0))
  (func (export "run") (param $x i32) (result i32)
    (global.set $g (i32.add (global.get $g) (i32.const 1)))
    (i32.add (call $get (local.get $x)) (i32.mul (local.get $x) (call $get (i32.const 1))))))
