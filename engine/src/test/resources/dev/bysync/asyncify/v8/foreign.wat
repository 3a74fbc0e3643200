;; A host exception passes a cleanup that isn't suspended in: only throw... imports are called there.
(module
  (import "env" "get" (func $get (param i32) (result i32)))
  (import "env" "throws" (func $throws))
  (memory (export "memory") 1)
  (tag $t (export "t") (param i32))
  (func $cleanup (param $x i32) (result i32)
    (try (result i32)
      (do
        (if (i32.eq (local.get $x) (i32.const 1)) (then (throw $t (i32.const 5))))
        (if (i32.eq (local.get $x) (i32.const 2)) (then (call $throws)))
        (call $get (i32.const 1)))
      (catch_all
        (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 1)))
        (if (i32.eq (local.get $x) (i32.const 1)) (then (drop (call $get (i32.const 2)))))
        (rethrow 0))))
  (func (export "run") (param $x i32) (result i32)
    (i32.add (call $cleanup (local.get $x)) (call $get (i32.const 3))))
  (func (export "run-kept") (param $x i32) (result i32)
    (try (result i32)
      (do (call $cleanup (local.get $x)))
      (catch $t (i32.add (call $get (i32.const 4))))
      (catch_all (call $get (i32.const 5))))))
