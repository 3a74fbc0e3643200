(module
  (import "env" "get" (func $get (param i32) (result i32)))
  (memory (export "memory") 1)
  (tag $t (export "t") (param i32))
  (tag $u (export "u") (param i32 i64))
  (tag $w (export "w") (param i32 f32))
  (func $fail (param $x i32)
    (if (i32.eq (local.get $x) (i32.const 1)) (then (throw $t (i32.const 11))))
    (if (i32.eq (local.get $x) (i32.const 2)) (then (throw $u (i32.const 12) (i64.const 13))))
    (if (i32.ge_s (local.get $x) (i32.const 3)) (then (throw $w (local.get $x) (f32.const 2)))))
  ;; a catch in a catch; rethrow of the inner and of the outer exception
  (func $deep (param $x i32) (param $y i32) (result i32) (local $n i32)
    (try $outer (result i32)
      (do (call $fail (local.get $x)) (call $get (i32.const 1)))
      (catch_all
        (local.set $n (call $get (i32.const 2)))
        (try $inner (result i32)
          (do (call $fail (local.get $y)) (drop (call $get (i32.const 3))) (i32.const 4))
          (catch $t
            (if (i32.eqz (i32.rem_u (call $get (local.get $n)) (i32.const 3))) (then (rethrow $outer)))
            (i32.add (call $get (i32.const 5))))
          (catch_all
            (try
              (do
                (call $fail (i32.sub (local.get $y) (i32.const 1)))
                (drop (call $get (i32.const 6))))
              (catch $u
                (drop (call $get (i32.const 7)))
                (drop) (drop)
                (if (i32.and (call $get (i32.const 9)) (i32.const 1)) (then (rethrow $inner)))
                (rethrow $outer)))
            (if (i32.and (call $get (i32.const 8)) (i32.const 1)) (then (rethrow $inner)))
            (rethrow $outer))))))
  (func (export "run-0") (param $x i32) (result i32) (call $deep (local.get $x) (i32.const 0)))
  (func (export "run-1") (param $x i32) (result i32) (call $deep (local.get $x) (i32.const 1)))
  (func (export "run-2") (param $x i32) (result i32) (call $deep (local.get $x) (i32.const 2)))
  (func (export "run-3") (param $x i32) (result i32) (call $deep (local.get $x) (i32.const 3)))
  ;; delegate past a catch, and to a try whose exception is noted
  (func $delegated (param $x i32) (result i32)
    (try $l1 (result i32)
      (do
        (try $l2 (result i32)
          (do
            (try (result i32)
              (do (call $fail (local.get $x)) (call $get (i32.const 1)))
              (delegate $l1)))
          (catch_all (drop (call $get (i32.const 2))) (i32.const 77))))
      (catch_all (drop (call $get (i32.const 3))) (rethrow $l1))))
  (func (export "run-delegate") (param $x i32) (result i32) (call $delegated (local.get $x)))
  (func (export "run-delegate-out") (param $x i32) (result i32) (local $n i32)
    (block $b (result i32)
      (try (result i32)
        (do
          (local.set $n (call $get (i32.const 4)))
          (try (result i32)
            (do (call $delegated (local.get $x)))
            (delegate $b)))
        (catch_all (call $get (i32.const 5))))
      (i32.add (local.get $n))))
  (func (export "run-delegate-caught") (param $x i32) (result i32)
    (try (result i32)
      (do
        (try (result i32)
          (do (call $delegated (local.get $x)))
          (delegate 0)))
      (catch $w (drop) (i32.add (call $get (i32.const 6))))
      (catch_all (call $get (i32.const 5)))))
  ;; a recursion through catches
  (func $down (param $n i32) (result i32)
    (if (result i32) (local.get $n)
      (then
        (try (result i32)
          (do (call $down (i32.sub (local.get $n) (i32.const 1))))
          (catch $t
            (i32.add (local.get $n))
            (i32.add (call $get (local.get $n)))
            (throw $t))
          (catch_all (drop (call $get (i32.const 40))) (rethrow 0))))
      (else (call $fail (call $get (i32.const 30))) (throw $t (i32.const 5)))))
  (func (export "run-recursion") (param $x i32) (result i32)
    (try (result i32)
      (do (call $down (local.get $x)))
      (catch $t (i32.add (call $down (i32.const 1))))))
  ;; at each site some of the exceptions around it can still be thrown again, and some can't
  (func (export "run-some") (param $x i32)
    (try $a
      (do (throw $t (i32.const 1)))
      (catch_all
        (drop (call $get (i32.const 1)))
        (try $b
          (do (throw $t (i32.const 2)))
          (catch $t
            (drop (call $get))
            (try $c
              (do (throw $t (i32.const 3)))
              (catch_all
                (drop (call $get (i32.const 3)))
                (try $d
                  (do (throw $t (i32.const 4)))
                  (catch_all
                    (drop (call $get (i32.const 4)))
                    (if (i32.eq (local.get $x) (i32.const 1)) (then (rethrow $a)))
                    (if (i32.eq (call $get (local.get $x)) (i32.const 7)) (then (rethrow $b)))
                    (rethrow $d)))
                (rethrow $c)))
            (if (call $get (i32.const 5)) (then (rethrow $b)))))
        (rethrow $a)))))
