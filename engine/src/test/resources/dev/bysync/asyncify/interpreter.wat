;; an interpreter's loop: a site in each case behind a br_table
(module
  (import "env" "get" (func $get (param i32) (result i32)))
  (import "env" "put" (func $put (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\00\01\02\01\03\00\04")
  (func (export "run") (result i32)
    (local $pc i32) (local $acc i32) (local $op i32)
    (block $halt
      (loop $next
        (block $c3
          (block $c2
            (block $c1
              (block $c0
                (local.set $op (i32.load8_u (local.get $pc)))
                (local.set $pc (i32.add (local.get $pc) (i32.const 1)))
                (br_table $c0 $c1 $c2 $c3 $halt (local.get $op)))
              (local.set $acc (i32.add (local.get $acc) (call $get (local.get $pc))))
              (br $next))
            (call $put (local.get $acc))
            (br $next))
          (local.set $acc (i32.mul (call $get (local.get $acc)) (call $get (local.get $op))))
          (br $next))
        (call $put (i32.add (local.get $acc) (call $get (i32.const 3))))
        (br $next)))
    local.get $acc))
