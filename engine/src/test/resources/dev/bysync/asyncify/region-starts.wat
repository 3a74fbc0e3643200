;; Sites and inner regions right where their region starts, which need no label; and those that are a region's only way on.
(module
  (import "env" "get" (func $get (param i32) (result i32)))
  (import "env" "tick" (func $tick))
  (tag $e (param i32))
  (global $stack (mut i32) (i32.const 100))
  (memory (export "memory") 1)

  (func $helper (param $x i32) (result i32)
    (i32.add (call $get (local.get $x)) (i32.const 1)))

  (func $body-starts (export "body-starts") (param $x i32) (result i32)
    (call $tick)
    (local.set $x (i32.add (local.get $x) (call $helper (local.get $x))))
    (call $tick)
    (local.get $x))

  (func (export "loop-starts") (param $x i32) (result i32) (local $i i32)
    loop $again
      call $tick
      (local.set $x (i32.add (local.get $x) (i32.mul (local.get $i) (i32.const 3))))
      (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 3)))
    end
    (local.get $x))

  (func (export "nested-starts") (param $x i32) (result i32) (local $i i32) (local $j i32)
    loop $outer
      block $out
        loop $inner
          call $tick
          (local.set $x (i32.rotl (i32.add (local.get $x) (local.get $j)) (i32.const 1)))
          (br_if $out (i32.gt_u (local.tee $j (i32.add (local.get $j) (i32.const 1))) (i32.const 2)))
          br $inner
        end
      end
      (local.set $j (i32.const 0))
      (br_if $outer (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 2)))
    end
    (local.get $x))

  ;; the site at the start is left by another one of the same loop, and by a loop in it
  (func (export "starts-and-others") (param $x i32) (result i32) (local $i i32) (local $j i32)
    loop $again
      call $tick
      (local.set $x (i32.add (local.get $x) (call $helper (local.get $i))))
      (local.set $j (i32.const 0))
      loop $inner
        (local.set $x (i32.mul (local.get $x) (i32.const 5)))
        (local.set $x (i32.xor (local.get $x) (call $helper (local.get $j))))
        (br_if $inner (i32.lt_u (local.tee $j (i32.add (local.get $j) (i32.const 1))) (i32.const 2)))
      end
      (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 2)))
    end
    (local.get $x))

  ;; what is behind a catch that goes on meets the head of a loop; what is behind one that rethrows does not
  (func $cleanup (param $x i32) (result i32) (local $old i32) (local $r i32) (local $i i32)
    (local.set $old (global.get $stack))
    try
      (global.set $stack (i32.sub (local.get $old) (i32.const 16)))
      try
        (local.set $r (call $helper (local.get $x)))
        (if (i32.and (local.get $x) (i32.const 1)) (then (throw $e (i32.add (local.get $r) (local.get $x)))))
      catch_all
        (global.set $stack (local.get $old))
        (drop (call $helper (i32.const 7)))
        rethrow 0
      end
    catch $e
      local.set $r
      (local.set $r (i32.add (local.get $r) (call $helper (local.get $r))))
    end
    loop $again
      (local.set $r (i32.add (i32.mul (local.get $r) (i32.const 3)) (call $helper (local.get $i))))
      (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 2)))
    end
    (i32.add (local.get $r) (global.get $stack)))

  (func (export "cleanups") (param $x i32) (result i32)
    (i32.sub (call $cleanup (i32.const 2)) (call $cleanup (i32.or (local.get $x) (i32.const 1)))))

  ;; a frame of one push, and of several, with the same tail; a result that is long to push
  (func (export "tails") (param $x i32) (result f64)
    (local $a i32) (local $b i32) (local $c i32) (local $d i32) (local $f f64) (local $i i32)
    (local.set $a (call $helper (local.get $x)))
    (local.set $b (i32.add (local.get $a) (i32.const 1)))
    (local.set $c (i32.mul (local.get $b) (i32.const 3)))
    (local.set $d (i32.sub (local.get $c) (local.get $a)))
    loop $again
      (local.set $f (f64.add (local.get $f) (f64.convert_i32_s (call $helper (local.get $d)))))
      (if (i32.and (local.get $i) (i32.const 1))
        (then
          loop $inner
            (local.set $b (i32.add (local.get $b) (call $helper (local.get $c))))
            (br_if $inner (i32.lt_u (local.tee $c (i32.add (local.get $c) (i32.const 40))) (i32.const 60)))
          end))
      (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 3)))
    end
    (f64.add (local.get $f) (f64.convert_i32_s
      (i32.add (i32.add (local.get $a) (local.get $b)) (i32.add (local.get $c) (local.get $d)))))))
