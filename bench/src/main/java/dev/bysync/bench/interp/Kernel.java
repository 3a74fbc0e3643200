package dev.bysync.bench.interp;

import dev.bysync.wasm.text.WatReader;

/** Small programs that each do one kind of thing, all of them exports of one module. */
public enum Kernel {
  /** Calls. */
  FIB(25),
  /** Loads, stores and branches on bytes. */
  SIEVE(200_000),
  /** Words from one place to another. */
  COPY(500_000),
  /** Bytes into a hash of 32 bits. */
  HASH(500_000),
  /** Numbers of 64 bits. */
  XORSHIFT(500_000),
  /** Numbers of 64 bits with a point; no integer kernel. */
  DOUBLES(500_000);

  private static final String MODULE =
      """
      (module (memory 16)
        (func $fib (export "fib") (param i32) (result i32)
          (if (result i32) (i32.lt_s (local.get 0) (i32.const 2))
            (then (local.get 0))
            (else
              (i32.add (call $fib (i32.sub (local.get 0) (i32.const 1)))
                (call $fib (i32.sub (local.get 0) (i32.const 2)))))))
        (func (export "sieve") (param $n i32) (result i32)
          (local $i i32) (local $j i32) (local $found i32)
          (memory.fill (i32.const 0) (i32.const 1) (local.get $n))
          (local.set $i (i32.const 2))
          (loop $next
            (if (i32.load8_u (local.get $i))
              (then
                (local.set $found (i32.add (local.get $found) (i32.const 1)))
                (local.set $j (i32.shl (local.get $i) (i32.const 1)))
                (block $done
                  (loop $multiple
                    (br_if $done (i32.ge_u (local.get $j) (local.get $n)))
                    (i32.store8 (local.get $j) (i32.const 0))
                    (local.set $j (i32.add (local.get $j) (local.get $i)))
                    (br $multiple)))))
            (local.set $i (i32.add (local.get $i) (i32.const 1)))
            (br_if $next (i32.lt_u (local.get $i) (local.get $n))))
          (local.get $found))
        (func (export "copy") (param $n i32) (result i32) (local $i i32)
          (loop $next
            (i32.store (i32.add (local.get $i) (i32.const 524288)) (i32.load (local.get $i)))
            (local.set $i
              (i32.and (i32.add (local.get $i) (i32.const 4)) (i32.const 262143)))
            (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
          (local.get $i))
        (func (export "hash") (param $n i32) (result i32) (local $h i32) (local $i i32)
          (local.set $h (i32.const -2128831035))
          (loop $next
            (local.set $h
              (i32.mul
                (i32.xor (local.get $h)
                  (i32.load8_u (i32.and (local.get $i) (i32.const 65535))))
                (i32.const 16777619)))
            (local.set $h
              (i32.xor (local.get $h) (i32.shr_u (local.get $h) (i32.const 13))))
            (local.set $h (i32.rotl (local.get $h) (i32.const 7)))
            (local.set $i (i32.add (local.get $i) (i32.const 1)))
            (br_if $next (i32.lt_u (local.get $i) (local.get $n))))
          (local.get $h))
        (func (export "xorshift") (param $n i32) (result i32) (local $x i64)
          (local.set $x (i64.const 88172645463325252))
          (loop $next
            (local.set $x (i64.xor (local.get $x) (i64.shl (local.get $x) (i64.const 13))))
            (local.set $x (i64.xor (local.get $x) (i64.shr_u (local.get $x) (i64.const 7))))
            (local.set $x (i64.xor (local.get $x) (i64.shl (local.get $x) (i64.const 17))))
            (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
          (i32.wrap_i64 (local.get $x)))
        (func (export "doubles") (param $n i32) (result i32) (local $x f64) (local $y f64)
          (local.set $x (f64.const 1))
          (local.set $y (f64.const 0.5))
          (loop $next
            (local.set $x
              (f64.add (f64.mul (local.get $x) (f64.const 0.99)) (local.get $y)))
            (local.set $y (f64.sub (local.get $x) (f64.div (local.get $y) (f64.const 3))))
            (br_if $next (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
          (i32.trunc_sat_f64_s (local.get $x))))
      """;

  private final int argument;

  Kernel(int argument) {
    this.argument = argument;
  }

  static byte[] module() {
    return WatReader.assemble(MODULE);
  }

  String export() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  /** How often it goes around, or what else makes it take its time. */
  int argument() {
    return argument;
  }
}
