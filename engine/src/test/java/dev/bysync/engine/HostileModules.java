package dev.bysync.engine;

import dev.bysync.wasm.binary.ByteSink;
import dev.bysync.wasm.text.WatReader;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** Modules made to cost whoever reads or runs them dearly, by what they do. */
final class HostileModules {
  private static final String HOST =
      "(import \"e\" \"f\" (func $f)) (memory (export \"memory\") 1)";

  /** Each of the operands must be saved at each of the calls that follow. */
  static final String QUADRATIC = "operands of 10,000 calls on the stack";

  private final Map<String, Supplier<byte[]>> kinds = new LinkedHashMap<>();

  private HostileModules() {}

  static Map<String, Supplier<byte[]>> all() {
    HostileModules modules = new HostileModules();
    modules.running();
    modules.growing();
    modules.counting();
    modules.nesting();
    modules.naming();
    return modules.kinds;
  }

  /** A small valid module with all kinds of sections. */
  static byte[] ofAllSections() {
    return WatReader.assemble(
        """
        (module
          (type $t (func (param i32) (result i32)))
          (import "env" "f" (func $f (type $t)))
          (memory (export "memory") 1 2) (table $tab 2 funcref) (global $g (mut i32) (i32.const 1))
          (tag $e (param i32))
          (elem (i32.const 0) $f $h) (data (i32.const 8) "abc") (data $p "passive")
          (func $h (type $t) (call $f (local.get 0)))
          (func $s (global.set $g (i32.const 2))) (start $s)
          (func (export "run") (param i32) (result i32)
            (memory.init $p (i32.const 0) (i32.const 0) (i32.const 1))
            (call_indirect (type $t) (local.get 0) (i32.const 1))))
        """);
  }

  private void wat(String kind, String fields) {
    kinds.put(kind, () -> WatReader.assemble("(module " + fields + ")"));
  }

  private void hex(String kind, String sections) {
    kinds.put(
        kind, () -> HexFormat.of().parseHex("0061736d01000000" + sections.replaceAll("\\s", "")));
  }

  private static String export(String body) {
    return "(func (export \"run\") " + body + ")";
  }

  /** Programs that never end, or that go deep. */
  private void running() {
    wat("infinite loop", HOST + export("(loop $l (br $l)) (call $f)"));
    wat("host call, then an infinite loop", HOST + export("(call $f) (loop $l (br $l))"));
    wat("infinite loop of host calls", HOST + export("(loop $l (call $f) (br $l))"));
    wat("start function that never ends", HOST + "(func $s (loop $l (br $l))) (start $s)");
    wat("infinite recursion", HOST + "(func $r (export \"run\") (call $f) (call $r) (call $f))");
    wat(
        "infinite recursion of two",
        HOST + "(func $a (export \"a\") (call $b)) (func $b (call $a) (call $f))");
    wat(
        "infinite recursion through a table",
        HOST
            + "(type $v (func)) (table funcref (elem $r))"
            + "(func $r (export \"run\") (call_indirect (type $v) (i32.const 0)) (call $f))");
    wat(
        "infinite recursion by call_ref",
        HOST
            + "(type $v (func)) (elem declare func $r)"
            + "(func $r (type $v) (call_ref $v (ref.func $r)) (call $f))"
            + export("(call $r)"));
    wat("infinite tail calls", HOST + "(func $r (export \"run\") (call $f) (return_call $r))");
    wat(
        "recursion with 1,000 locals",
        HOST
            + "(func $r (export \"run\")"
            + " (local i64)".repeat(1000)
            + " (call $f) (call $r) (call $f))");
    wat(
        "exceptions thrown in a loop",
        HOST
            + "(tag $e (param i64))"
            + export(
                "(loop $l (block $c (result i64) (try_table (catch $e $c)"
                    + " (call $f) (throw $e (i64.const 1))) (unreachable)) (drop) (br $l))"));
    wat(
        "legacy exceptions rethrown in a loop",
        HOST
            + "(tag $e)"
            + export(
                "(loop $l (try (do (try (do (throw $e)) (catch $e (call $f) (rethrow 0))))"
                    + " (catch_all)) (br $l))"));
    wat(
        "exception that nothing catches, from deep down",
        HOST
            + "(tag $e) (func $r (export \"run\") (call $f) (if (i32.const 1) (then (call $r)))"
            + " (throw $e))");
    wat(
        "host that is called with what it returned",
        "(import \"e\" \"f\" (func $f (param i64) (result i64))) (memory 1)"
            + export("(local i64) (loop $l (local.set 0 (call $f (local.get 0))) (br $l))"));
    wat(
        "exports that call each other while suspended",
        HOST + export("(call $f) (call $g) (call $f)") + "(func $g (export \"g\") (call $f))");
    wat("traps before any host call", HOST + export("(unreachable) (call $f)"));
    wat(
        "v128 in an endless loop",
        HOST
            + export(
                "(local v128) (loop $l (local.set 0 (i8x16.swizzle (local.get 0)"
                    + " (i64x2.splat (i64.const -1)))) (br $l)) (call $f)"));
    wat(
        "waits for another thread",
        "(import \"e\" \"f\" (func $f)) (memory (export \"memory\") 1 1 shared)"
            + export("(drop (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1)))"));
  }

  /** Programs that ask for room. */
  private void growing() {
    wat(
        "memory.grow in a loop",
        HOST + export("(loop $l (drop (memory.grow (i32.const 1))) (call $f) (br $l))"));
    wat("memory.grow to 4 GiB", HOST + export("(drop (memory.grow (i32.const 65535))) (call $f)"));
    wat("memory of 4 GiB", "(import \"e\" \"f\" (func $f)) (memory 65536)" + export("(call $f)"));
    wat(
        "64-bit memory of 2^48 pages",
        "(import \"e\" \"f\" (func $f)) (memory i64 0x1000000000000)" + export("(call $f)"));
    wat(
        "100 memories of 4 GiB",
        "(import \"e\" \"f\" (func $f))" + " (memory 65536)".repeat(100) + export("(call $f)"));
    wat(
        "memory.fill of 4 GiB in a loop",
        HOST
            + export(
                "(call $f) (loop $l (memory.fill (i32.const 0) (i32.const 1) (i32.const -1))"
                    + " (br $l))"));
    wat(
        "memory.copy of a page in a loop",
        HOST
            + export(
                "(call $f) (loop $l (memory.copy (i32.const 0) (i32.const 1) (i32.const 65535))"
                    + " (br $l))"));
    wat(
        "table.grow in a loop",
        HOST
            + "(table 1 funcref)"
            + export(
                "(loop $l (drop (table.grow (ref.null func) (i32.const 100000))) (call $f)"
                    + " (br $l))"));
    wat("table of 2^32-1", HOST + "(table 4294967295 funcref)" + export("(call $f)"));
    wat(
        "1,000 tables of 10 million",
        HOST + " (table 10000000 funcref)".repeat(1000) + export("(call $f)"));
    wat(
        "table.fill of 10 million in a loop",
        HOST
            + "(table 10000000 funcref)"
            + export(
                "(call $f) (loop $l (table.fill (i32.const 0) (ref.null func)"
                    + " (i32.const 10000000)) (br $l))"));
    wat(
        "array of 2^32-1",
        HOST
            + "(type $a (array (mut i64)))"
            + export("(call $f) (drop (array.new_default $a (i32.const -1)))"));
    wat(
        "arrays in a loop, all kept",
        HOST
            + "(type $a (array (mut anyref)))"
            + export(
                "(local anyref) (call $f) (loop $l (local.set 0 (array.new $a (local.get 0)"
                    + " (i32.const 1000))) (br $l))"));
    wat(
        "a list of structs without end",
        HOST
            + "(type $s (struct (field (ref null $s))))"
            + export(
                "(local (ref null $s)) (call $f)"
                    + "(loop $l (local.set 0 (struct.new $s (local.get 0))) (br $l))"));
    wat(
        "globals of structs of structs",
        HOST
            + "(type $s (struct (field (ref null $s))))"
            + "(global (ref null $s) "
            + "(struct.new $s ".repeat(500)
            + "(ref.null $s)"
            + ")".repeat(500)
            + ")"
            + export("(call $f)"));
  }

  /** Small numbers in the bytes that stand for large things. */
  private void counting() {
    hex("2^32-1 types", "0105 FFFFFFFF0F");
    hex("2^32-1 parameters", "0106 01 60 FFFFFFFF0F");
    hex("2^32-1 imports", "0205 FFFFFFFF0F");
    hex("2^32-1 functions", "01040160 0000 0305 FFFFFFFF0F");
    hex("2^32-1 bodies", "0A05 FFFFFFFF0F");
    hex("2^32-1 data segments announced", "0C05 FFFFFFFF0F");
    hex("2^32-1 locals", "01040160 0000 03020100 0A0A 01 08 01 FFFFFFFF0F 7F 0B");
    hex("2^32-1 labels of br_table", "01040160 0000 03020100 0A0C 01 0A 00 4100 0E FFFFFFFF0F 0B");
    hex("2^32-1 elements", "0905 FFFFFFFF0F");
    hex("section of 4 GiB", "00 FFFFFFFF0F");
    hex("recursive group of 2^32-1", "0106 01 4E FFFFFFFF0F");
    kinds.put("2,000 functions with 50,000 locals", HostileModules::manyLocals);
    kinds.put("50,000 locals live across calls", HostileModules::liveLocals);
    wat(
        "types with 1,000 parameters and results",
        "(type $t (func (param"
            + " i64".repeat(1000)
            + ") (result"
            + " i64".repeat(1000)
            + ")))"
            + "(import \"e\" \"f\" (func $f (type $t))) (memory 1)"
            + "(func (export \"run\") (type $t) "
            + localGets(1000)
            + "(call $f))");
    kinds.put(
        "100,000 imports",
        () ->
            WatReader.assemble(
                "(module"
                    + "(import \"e\" \"f\" (func))".repeat(100_000)
                    + "(memory 1) (func (export \"run\") (call 0)))"));
    kinds.put("100,000 exports", () -> exports(100_000, false));
    kinds.put("100,000 exports of one name", () -> exports(1000, true));
    wat(
        "self-referential recursive group",
        HOST
            + "(rec (type $a (struct (field (ref null $b)))) (type $b (struct (field (ref null $a)))))"
            + export("(call $f)"));
    wat(
        "10,000 types that each need the one before",
        HOST + chainOfTypes(10_000) + export("(call $f)"));
    wat(
        "data segments of a large total",
        HOST
            + ("(data (i32.const 0) \"" + "x".repeat(60_000) + "\")").repeat(100)
            + export("(call $f)"));
    wat(
        "passive segments, initialised in a loop",
        HOST
            + "(data $d \""
            + "y".repeat(1000)
            + "\")"
            + export(
                "(call $f) (loop $l (memory.init $d (i32.const 0) (i32.const 0) (i32.const 1000))"
                    + " (br $l))"));
  }

  /** Deep and wide code. */
  private void nesting() {
    kinds.put("100,000 nested blocks", () -> nested(100_000));
    kinds.put("br_table of 100,000 labels", HostileModules::wideTable);
    kinds.put("100,000 sites in one function", () -> repeated("(call $f)", 50_000));
    wat(
        "1,000 nested loops, each calling the host",
        HOST + export("(loop (call $f) ".repeat(1000) + ")".repeat(1000)));
    wat(
        QUADRATIC,
        "(import \"e\" \"f\" (func $f (result i64))) (memory 1)"
            + "(func (export \"run\") (result i64) "
            + "(call $f) ".repeat(10_000)
            + "i64.add ".repeat(9_999)
            + ")");
    kinds.put("a chain of 20,000 functions", HostileModules::chain);
  }

  /** Names and what else nobody runs. */
  private void naming() {
    wat(
        "export name of 1 MB",
        HOST + "(func (export \"" + "n".repeat(1_000_000) + "\") (call $f))");
    wat(
        "import name of 1 MB",
        "(import \""
            + "m".repeat(500_000)
            + "\" \""
            + "n".repeat(500_000)
            + "\" (func $f)) (memory 1)"
            + export("(call $f)"));
    hex(
        "name section that lies",
        "01040160 0000 03020100 0A040102000B 000B 04 6e616d65 01 FFFFFFFF0F");
    hex("custom section whose name is longer than it", "0003 7F 61 61");
    hex("export whose name is no UTF-8", "0705 01 01 FF 00 00");
    hex("integers written with too many bytes", "0106 80 80 80 80 80 00");
    wat(
        "imports what looks like ours",
        "(import \"asyncify\" \"start_unwind\" (func $u (param i32)))"
            + "(memory (export \"memory\") 1)"
            + export("(call $u (i32.const 16))"));
    wat(
        "exports what looks like ours",
        HOST + "(func (export \"asyncify_get_state\") (result i32) (i32.const 1))");
    wat(
        "writes over all of its memory",
        HOST
            + export(
                "(call $f) (memory.fill (i32.const 0) (i32.const 255) (i32.const 65536))"
                    + " (call $f)"));
  }

  private static String localGets(int count) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append("(local.get ").append(i).append(')');
    }
    return text.toString();
  }

  private static String chainOfTypes(int count) {
    StringBuilder text = new StringBuilder("(type $t0 (sub (struct)))");
    for (int i = 1; i < count; i++) {
      text.append("(type $t%d (sub (struct (field (ref null $t%d)))))".formatted(i, i - 1));
    }
    return text.toString();
  }

  private static byte[] exports(int count, boolean same) {
    StringBuilder text = new StringBuilder("(module " + HOST + "(func $r (call $f))");
    for (int i = 0; i < count; i++) {
      text.append("(export \"run").append(same ? 0 : i).append("\" (func $r))");
    }
    return WatReader.assemble(text.append(')').toString());
  }

  private static byte[] repeated(String code, int times) {
    return WatReader.assemble("(module " + HOST + export(code.repeat(times)) + ")");
  }

  private static byte[] nested(int depth) {
    return code(body(1, "0240".repeat(depth) + "1000" + "0B".repeat(depth)));
  }

  private static byte[] wideTable() {
    ByteSink hex = new ByteSink();
    hex.u8(0x02);
    hex.u8(0x40);
    hex.u8(0x41);
    hex.u8(0x00);
    hex.u8(0x0E);
    hex.u32(100_000);
    for (int i = 0; i <= 100_000; i++) {
      hex.u8(0);
    }
    hex.u8(0x0B);
    hex.u8(0x10);
    hex.u8(0x00);
    return code(body(0, HexFormat.of().formatHex(hex.toByteArray())));
  }

  private static byte[] chain() {
    StringBuilder text = new StringBuilder("(module " + HOST + "(func $c0 (call $f))");
    for (int i = 1; i < 20_000; i++) {
      text.append("(func $c%d (call $c%d))".formatted(i, i - 1));
    }
    return WatReader.assemble(text.append("(export \"run\" (func $c19999)))").toString());
  }

  /** 16 KB that declare 100 million locals. */
  private static byte[] manyLocals() {
    ByteSink functions = new ByteSink();
    ByteSink bodies = new ByteSink();
    functions.u32(2000);
    bodies.u32(2000);
    for (int i = 0; i < 2000; i++) {
      functions.u8(0);
      bodies.bytes(HexFormat.of().parseHex("0801d086037e10000b"));
    }
    return module(functions, bodies);
  }

  private static byte[] liveLocals() {
    StringBuilder text =
        new StringBuilder("(module " + HOST + "(func (export \"run\") (result i64)");
    text.append(" (local").append(" i64".repeat(20_000)).append(") (call $f) (i64.const 0)");
    for (int i = 0; i < 20_000; i++) {
      text.append("(local.get ").append(i).append(")(i64.add)");
    }
    return WatReader.assemble(text.append("))").toString().replace("(i64.add)", " i64.add "));
  }

  private static ByteSink body(int locals, String hex) {
    ByteSink body = new ByteSink();
    body.u32(locals == 0 ? 0 : 1);
    if (locals > 0) {
      body.u32(locals);
      body.u8(0x7F);
    }
    body.bytes(HexFormat.of().parseHex(hex));
    body.u8(0x0B);
    return body;
  }

  /** A module with one function, exported, beside the imported one. */
  private static byte[] code(ByteSink body) {
    ByteSink functions = new ByteSink();
    functions.u32(1);
    functions.u8(0);
    ByteSink bodies = new ByteSink();
    bodies.u32(1);
    bodies.sized(body);
    return module(functions, bodies);
  }

  /** Type 0 is {@code (func)}; function 0 is imported, function 1 exported as {@code run}. */
  private static byte[] module(ByteSink functions, ByteSink bodies) {
    ByteSink out = new ByteSink();
    out.bytes(
        HexFormat.of().parseHex("0061736d01000000" + "010401600000" + "02070101650166" + "0000"));
    out.u8(3);
    out.sized(functions);
    out.bytes(HexFormat.of().parseHex("0503010001" + "0707010372756e0001"));
    out.u8(10);
    out.sized(bodies);
    return out.toByteArray();
  }
}
