;; Imports in the table, which the host sees: an indirect tail call may end in the host.
(module
  (type $step (func (param i32) (result i32)))
  (type $wide (func (param i64 f32) (result i64)))
  (import "env" "get" (func $get (type $step)))
  (import "env" "other" (func $other (type $step)))
  (import "env" "wide" (func $wide (type $wide)))
  (memory (export "memory") 1)
  (table (export "table") funcref (elem $get $leaf $hop $wide $other $hop-on $flat))
  (func $leaf (type $step) (i32.add (call $get (local.get 0)) (local.get 0)))
  ;; nothing alive across its site, so no locals in its frame
  (func $flat (type $step) (call $get (i32.const 77)))
  (func $hop (type $step) (return_call_indirect (type $step) (i32.add (local.get 0) (i32.const 10)) (i32.and (local.get 0) (i32.const 1))))
  (func $hop-on (type $step)
    (return_call_indirect (type $step)
      (i32.mul (local.get 0) (i32.const 3))
      (i32.load8_u (i32.add (i32.const 8) (i32.rem_u (local.get 0) (i32.const 4))))))
  (data (i32.const 8) "\00\02\04\06")
  ;; the host calls what ends in the host
  (func (export "run-host-to-host") (param $x i32) (result i32)
    (return_call_indirect (type $step) (local.get $x) (i32.const 0)))
  (func (export "run-host-to-any") (param $x i32) (result i32)
    (return_call_indirect (type $step) (local.get $x) (i32.rem_u (local.get $x) (i32.const 3))))
  ;; called directly
  (func (export "run-direct") (param $x i32) (result i32) (local $y i32)
    (local.set $y (call $hop (local.get $x)))
    (i32.sub (call $hop-on (local.get $x)) (i32.mul (local.get $y) (call $get (local.get $y)))))
  ;; called through the table: the host itself, what ends in the host, and what does not
  (func (export "run-indirect") (param $x i32) (result i32) (local $i i32) (local $sum i32)
    (loop $l
      (if (i32.ne (local.get $i) (i32.const 3))
        (then
          (local.set $sum
            (i32.add
              (call_indirect (type $step) (i32.add (local.get $x) (local.get $i)) (local.get $i))
              (i32.mul (local.get $sum) (i32.const 3))))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $l (i32.lt_u (local.get $i) (i32.const 7))))
    (local.get $sum))
  ;; after a noted call that did not suspend, others
  (func (export "run-stale") (param $x i32) (result i32) (local $y i32)
    (local.set $y (call $hop (i32.const 0)))
    (local.set $y (i32.add (call $get (i32.const 5)) (local.get $y)))
    (local.set $y (i32.sub (call $leaf (i32.const 6)) (local.get $y)))
    (i32.sub (call $flat (i32.const 6)) (local.get $y)))
  (func (export "run-leaf") (param $x i32) (result i32) (return_call $leaf (local.get $x)))
  (func (export "run-flat") (param $x i32) (result i32)
    (drop (call $hop (i32.const 0)))
    (call $flat (i32.const 1)))
  (func $to-wide (param $x i32) (result i64)
    (return_call_indirect (type $wide) (i64.extend_i32_s (local.get $x)) (f32.const 0.5) (i32.const 3)))
  (func (export "run-wide") (param $x i32) (result i64)
    (i64.add (call $to-wide (local.get $x)) (i64.extend_i32_s (local.get $x))))
  (func (export "run-recursion") (param $x i32) (result i32)
    (if (i32.eqz (local.get $x)) (then (return_call $hop-on (i32.const 0))))
    (i32.add
      (call $recursion (i32.sub (local.get $x) (i32.const 1)))
      (call_indirect (type $step) (local.get $x) (i32.const 5))))
  (func $recursion (param $x i32) (result i32)
    (if (i32.eqz (local.get $x)) (then (return_call_indirect (type $step) (i32.const 1) (i32.const 2))))
    (i32.add
      (call $recursion (i32.sub (local.get $x) (i32.const 1)))
      (call_indirect (type $step) (local.get $x) (i32.const 5)))))
