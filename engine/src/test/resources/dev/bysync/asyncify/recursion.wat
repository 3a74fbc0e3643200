;; two calls in one expression: the first result lies below the second call
(module
  (import "env" "tick" (func $tick (param i32) (result i32)))
  (memory (export "memory") 1)
  (func $walk (param $n i32) (result i32)
    (if (result i32) (i32.lt_s (local.get $n) (i32.const 2))
      (then (call $tick (local.get $n)))
      (else
        (i32.add
          (i32.mul (call $walk (i32.sub (local.get $n) (i32.const 1))) (i32.const 3))
          (call $walk (i32.sub (local.get $n) (i32.const 2)))))))
  (func (export "run") (result i32) (call $walk (i32.const 5))))
