;; no memory: one is added and exported
(module
  (import "env" "get" (func $get (param i32) (result f64)))
  (global $g (export "count") (mut i32) (i32.const 0))
  (func (export "run") (param $x f64) (result f64)
    (global.set $g (i32.add (global.get $g) (i32.const 1)))
    (f64.add (call $get (global.get $g)) (f64.mul (local.get $x) (call $get (i32.const 1))))))
