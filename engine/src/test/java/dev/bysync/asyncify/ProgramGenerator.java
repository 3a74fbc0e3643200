package dev.bysync.asyncify;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Draws a valid module from a seed: a few functions that call each other, imports and a table, and
 * exports that call the functions.
 *
 * <p>Every run of a program ends: each loop and function takes from the global {@code $fuel} at its
 * head and returns at once when there is none left. Every value that is computed ends up in a
 * result, in the exported globals or in memory, so that a lost one shows; floats only as integers,
 * since a NaN's bits are not the same everywhere. Blocks take no parameters and give no vectors:
 * the second interpreter, Endive 1.2.0, loses operands around those that do.
 *
 * <p>The seed also decides what a program has beside numbers: nothing, locals of references that
 * can't be null, or legacy exceptions (instead of {@code try_table}) with references to exceptions.
 */
public final class ProgramGenerator {
  private static final ValueType[] TYPES = ValueType.values();
  private static final int TABLE = 16;

  private static final String HEAD =
      """
      (module
        (import "env" "a" (func $a (param i32) (result i32)))
        (import "env" "b" (func $b (param i32 i64 f64) (result i64)))
        (import "env" "c" (func $c (param f32) (result f64)))
        (import "env" "d" (func $d (result i32 i64)))
        (import "env" "e" (func $e (param v128 i32)))
        (memory (export "memory") 1)
        (data (i32.const 0) "asyncify every stack, prove it")
        (tag $t (param i32))
        (global $fuel (mut i32) (i32.const 0))
        (global $x (export "x") (mut i32) (i32.const 0))
        (global $y (export "y") (mut i64) (i64.const 0))
      """;

  private static final String RECORDS = "(type $s (struct (field (mut i32))))\n";

  private static final String EXCEPTIONS =
      """
        (global $e (mut exnref) (ref.null exn))
        (global $e2 (mut exnref) (ref.null exn))
        (table $et 4 exnref)
        (func $keep (param exnref i32) (result exnref i32) local.get 0 local.get 1 call $a)
      """;

  /** What a program has beside numbers. */
  private enum Extra {
    NONE,
    RECORDS,
    EXCEPTIONS
  }

  /** A function's name, parameters and results. */
  private record Function(String name, List<ValueType> params, List<ValueType> results) {}

  private final SplittableRandom random;

  /** Draws what concerns {@link #extra}, so that programs without are what they were. */
  private final SplittableRandom extraRandom;

  private final Extra extra;
  private final StringBuilder out = new StringBuilder(HEAD);
  private final List<Function> functions = new ArrayList<>();
  private final List<Function> table = new ArrayList<>();

  // the function in hand
  private final List<ValueType> locals = new ArrayList<>();
  private final List<ValueType> results = new ArrayList<>();
  private final List<List<ValueType>> labels = new ArrayList<>();
  private final List<ValueType> stack = new ArrayList<>();
  private int base;
  private int budget;
  private boolean dead;

  /** How many locals of records there are, and which of them validation knows to be written. */
  private int records;

  /** The first of them that nothing has used yet. */
  private int unused;

  private final BitSet written = new BitSet();

  private ProgramGenerator(long seed, Extra extra) {
    random = new SplittableRandom(seed);
    extraRandom = new SplittableRandom(~seed);
    this.extra = extra;
    out.append(extra == Extra.RECORDS ? RECORDS : "");
  }

  /** The module of a seed, in the text format. */
  public static String generate(long seed) {
    Extra[] extras = Extra.values();
    return new ProgramGenerator(seed, extras[(int) Long.remainderUnsigned(seed, extras.length)])
        .module();
  }

  /** The module of a seed with numbers and vectors only. */
  static String generateNumbers(long seed) {
    return new ProgramGenerator(seed, Extra.NONE).module();
  }

  private String module() {
    functions.add(new Function("a", List.of(ValueType.I32), List.of(ValueType.I32)));
    functions.add(
        new Function(
            "b", List.of(ValueType.I32, ValueType.I64, ValueType.F64), List.of(ValueType.I64)));
    functions.add(new Function("c", List.of(ValueType.F32), List.of(ValueType.F64)));
    functions.add(new Function("d", List.of(), List.of(ValueType.I32, ValueType.I64)));
    functions.add(new Function("e", List.of(ValueType.V128, ValueType.I32), List.of()));
    int imports = functions.size();
    int count = 1 + random.nextInt(4);
    for (int i = 0; i < count; i++) {
      functions.add(new Function("f" + i, types(3), types(2)));
    }
    out.append("(table ").append(chance(3) ? "(export \"table\") " : "");
    out.append(TABLE).append(" funcref) (elem (i32.const 0)");
    for (int i = 0; i < TABLE; i++) {
      table.add(
          functions.get(chance(3) ? random.nextInt(imports) : random.nextInt(functions.size())));
      out.append(" $").append(table.get(i).name());
    }
    out.append(")\n");
    out.append(extra == Extra.EXCEPTIONS ? EXCEPTIONS : ""); // behind the table of indirect calls
    for (Function function : functions.subList(imports, functions.size())) {
      define(function);
      export(function);
    }
    return out.append(")\n").toString();
  }

  private boolean chance(int oneIn) {
    return random.nextInt(oneIn) == 0;
  }

  private ValueType type() {
    return TYPES[chance(2) ? random.nextInt(2) : random.nextInt(TYPES.length)];
  }

  private List<ValueType> types(int atMost) {
    List<ValueType> types = new ArrayList<>();
    for (int i = random.nextInt(atMost + 1); i > 0; i--) {
      types.add(type());
    }
    return List.copyOf(types);
  }

  private static String list(String word, List<ValueType> types) {
    StringBuilder text = new StringBuilder();
    for (ValueType type : types) {
      text.append(" (").append(word).append(' ').append(type.text()).append(')');
    }
    return text.toString();
  }

  private static String signature(List<ValueType> params, List<ValueType> results) {
    return list("param", params) + list("result", results);
  }

  private void line(String instruction) {
    out.append("  ".repeat(labels.size())).append(instruction).append('\n');
  }

  // ---- functions ----

  private void define(Function function) {
    out.append("(func $").append(function.name());
    out.append(signature(function.params(), function.results()));
    locals.clear();
    locals.addAll(function.params());
    List<ValueType> own = types(6);
    locals.addAll(own);
    out.append(list("local", own));
    records = extra == Extra.RECORDS ? 2 + extraRandom.nextInt(6) : 0;
    unused = 1;
    out.append(" (local (ref $s))".repeat(records)).append('\n');
    written.clear();
    results.clear();
    results.addAll(function.results());
    labels.add(function.results());
    budget = 20 + random.nextInt(150);
    burnFuel();
    body(function.results());
    stack.clear();
    labels.clear();
    out.append(")\n");
  }

  private void export(Function function) {
    out.append("(func (export \"run-").append(function.name()).append("\")");
    out.append(signature(function.params(), function.results()));
    out.append(" (global.set $fuel (i32.const 25))");
    for (int i = 0; i < function.params().size(); i++) {
      out.append(" local.get ").append(i);
    }
    out.append(" call $").append(function.name()).append(")\n");
  }

  private void burnFuel() {
    StringBuilder leave = new StringBuilder("global.get $fuel i32.eqz if ");
    for (ValueType type : results) {
      leave.append(type.constant(0)).append(' ');
    }
    line(leave + "return end (global.set $fuel (i32.sub (global.get $fuel) (i32.const 1)))");
  }

  /** Statements, then exactly these values above the base. */
  private void body(List<ValueType> wanted) {
    for (int i = 1 + random.nextInt(7); i > 0 && !dead && budget > 0; i--) {
      statement();
    }
    if (dead) {
      dead = false;
      stack.subList(base, stack.size()).clear();
      if (chance(3)) {
        push(type());
        sink();
        if (chance(2)) {
          line("drop i32.add drop");
        }
      }
      if (chance(2)) {
        line("unreachable");
        stack.addAll(wanted);
        return;
      }
    }
    while (!isPrefix(wanted)) {
      sink();
    }
    for (int i = stack.size() - base; i < wanted.size(); i++) {
      push(wanted.get(i));
    }
  }

  private boolean isPrefix(List<ValueType> wanted) {
    List<ValueType> above = stack.subList(base, stack.size());
    return above.size() <= wanted.size() && above.equals(wanted.subList(0, above.size()));
  }

  // ---- statements ----

  private void statement() {
    budget--;
    if (extra != Extra.NONE && extraRandom.nextInt(4) == 0) {
      if (extra == Extra.RECORDS) {
        record();
      } else {
        exception();
      }
      return;
    }
    switch (random.nextInt(16)) {
      case 0, 1, 2 -> push(type());
      case 3 -> combine();
      case 4, 5 -> assign();
      case 6, 7 -> call(functions.get(random.nextInt(functions.size())), false);
      case 8 -> indirect(random.nextInt(TABLE));
      case 9, 10, 11 -> construct(types(2));
      case 12 -> branchIf();
      case 13 -> store();
      case 14 -> sink();
      default -> leave();
    }
  }

  private void pop() {
    stack.remove(stack.size() - 1);
  }

  /** Takes the topmost value into a global. */
  private void sink() {
    if (stack.size() == base) {
      return;
    }
    ValueType type = stack.get(stack.size() - 1);
    pop();
    if (type == ValueType.I32 || type == ValueType.F32) {
      line(
          (type == ValueType.F32 ? ValueType.I32.from(type) + " " : "")
              + "global.get $x i32.const 31 i32.mul i32.add global.set $x");
    } else {
      line(
          (type == ValueType.I64 ? "" : ValueType.I64.from(type) + " ")
              + "global.get $y i64.const 31 i64.mul i64.add global.set $y");
    }
  }

  private void combine() {
    int size = stack.size();
    if (size - base >= 2 && stack.get(size - 1) == stack.get(size - 2)) {
      line(stack.get(size - 1).binary(random.nextInt(8)));
      pop();
    } else if (size > base) {
      ValueType type = type();
      line(type.from(stack.get(size - 1)));
      stack.set(size - 1, type);
    }
  }

  private void assign() {
    if (locals.isEmpty()) {
      return;
    }
    int local = random.nextInt(locals.size());
    ValueType type = locals.get(local);
    if (stack.size() == base || stack.get(stack.size() - 1) != type) {
      push(type);
    }
    if (chance(4)) {
      line("local.tee " + local);
    } else {
      line("local.set " + local);
      pop();
    }
  }

  private void store() {
    line("i32.const " + 4 * random.nextInt(16));
    stack.add(ValueType.I32);
    push(ValueType.I32);
    line(chance(2) ? "i32.store" : "i32.store8 offset=3");
    pop();
    pop();
  }

  /** Writes a local of a record, or its field with the record below the value. */
  private void record() {
    if (unused < records && extraRandom.nextBoolean()) {
      operand(locals.size() + unused++);
      return;
    }
    int local = extraRandom.nextInt(unused);
    if (!written.get(local) || extraRandom.nextInt(3) == 0) {
      push(ValueType.I32);
      line("struct.new $s local.set " + (locals.size() + local));
      pop();
      written.set(local);
      return;
    }
    String get = "local.get " + (locals.size() + local);
    boolean readsBack = extraRandom.nextBoolean();
    line(readsBack ? get + " " + get : get);
    push(ValueType.I32);
    line("struct.set $s 0");
    pop();
    if (readsBack) {
      line("struct.get $s 0");
      stack.add(ValueType.I32);
    }
  }

  /** A local that nothing else uses is the operand below a call of an import. */
  private void operand(int local) {
    line("i32.const 1 struct.new $s local.set " + local);
    line("local.get " + local);
    push(ValueType.I32);
    line("call $a struct.set $s 0");
    pop();
  }

  /** Keeps a reference to an exception below what may suspend. */
  private void exception() {
    String[] uses = {"global.set $e2", "ref.is_null", "table.set $et"};
    int use = extraRandom.nextInt(uses.length);
    if (use == 2) {
      push(ValueType.I32);
      line("i32.const 3 i32.and");
      pop();
    }
    line(extraRandom.nextBoolean() ? "global.get $e" : "i32.const 1 table.get $et");
    push(ValueType.I32);
    line(extraRandom.nextBoolean() ? "call $keep" : "nop");
    sink();
    line(uses[use]);
    if (use == 1) {
      stack.add(ValueType.I32);
    }
  }

  private void call(Function function, boolean tableIndex) {
    for (ValueType param : function.params()) {
      push(param);
    }
    if (!tableIndex) {
      line("call $" + function.name());
      finishCall(function);
    }
  }

  private void finishCall(Function function) {
    for (int i = 0; i < function.params().size(); i++) {
      pop();
    }
    stack.addAll(function.results());
  }

  private void indirect(int index) {
    Function function = table.get(index);
    call(function, true);
    push(ValueType.I32);
    line("i32.const 0 i32.and i32.const " + index + " i32.or");
    pop();
    line("call_indirect" + signature(function.params(), function.results()));
    finishCall(function);
  }

  private void branchIf() {
    int label = random.nextInt(labels.size());
    int from = stack.size();
    for (ValueType type : labels.get(label)) {
      push(type);
    }
    push(ValueType.I32);
    pop();
    line("br_if " + (labels.size() - 1 - label));
    if (chance(2)) {
      while (stack.size() > from) {
        sink();
      }
    }
  }

  /** Something behind which nothing can be reached. */
  private void leave() {
    if (!chance(3)) {
      return;
    }
    int label = random.nextInt(labels.size());
    int depth = labels.size() - 1 - label;
    switch (random.nextInt(8)) {
      case 0 -> {
        results.forEach(this::push);
        line("return");
      }
      case 1 -> {
        push(ValueType.I32);
        line("throw $t");
      }
      case 2, 3 -> {
        labels.get(label).forEach(this::push);
        line("br " + depth);
      }
      default -> {
        labels.get(label).forEach(this::push);
        push(ValueType.I32);
        StringBuilder targets = new StringBuilder("i32.const 3 i32.and br_table");
        for (int i = 0; i < labels.size(); i++) {
          if (labels.get(i).equals(labels.get(label)) && chance(2)) {
            targets.append(' ').append(labels.size() - 1 - i);
          }
        }
        line(targets + " " + depth);
      }
    }
    dead = true;
  }

  // ---- constructs ----

  private void construct(List<ValueType> wanted) {
    List<ValueType> gives = wanted.stream().filter(type -> type != ValueType.V128).toList();
    if (labels.size() > 6) {
      gives.forEach(type -> line(type.constant(random.nextLong(9))));
      stack.addAll(gives);
      return;
    }
    int kind = random.nextInt(9);
    if (kind == 8) {
      if (extra == Extra.EXCEPTIONS) {
        legacyTry(gives);
      } else {
        tryTable(gives);
      }
      return;
    }
    if (kind < 3) {
      push(ValueType.I32);
      pop();
      line(ValueType.I32.from(ValueType.I32));
    }
    List<ValueType> ifGives = kind == 0 ? List.of() : gives;
    if (kind < 3) {
      open("if", ifGives, ifGives);
      nested(ifGives);
      if (kind > 0) {
        out.append("  ".repeat(labels.size() - 1)).append("else\n");
        stack.subList(stack.size() - ifGives.size(), stack.size()).clear();
        nested(ifGives);
      }
    } else if (kind < 6) {
      open("block", gives, gives);
      nested(gives);
    } else {
      open("loop", gives, List.of());
      burnFuel();
      nested(gives);
    }
    labels.remove(labels.size() - 1);
    line("end");
    if (kind == 0) {
      gives.forEach(this::push);
    }
  }

  private void open(String word, List<ValueType> gives, List<ValueType> label) {
    line(word + list("result", gives));
    labels.add(label);
  }

  /** A construct's body on its own part of the stack. */
  private void nested(List<ValueType> gives) {
    int outer = base;
    base = stack.size();
    scoped(gives);
    base = outer;
  }

  /** What is written in a construct counts up to its end. */
  private void scoped(List<ValueType> gives) {
    BitSet before = (BitSet) written.clone();
    body(gives);
    written.clear();
    written.or(before);
  }

  /** A body in which {@code $t} is caught, and all else perhaps, to be thrown on perhaps. */
  private void legacyTry(List<ValueType> gives) {
    open("try", gives, gives);
    nested(gives);
    out.append("  ".repeat(labels.size() - 1)).append("catch $t\n");
    stack.subList(stack.size() - gives.size(), stack.size()).clear();
    int outer = base;
    base = stack.size();
    stack.add(ValueType.I32);
    body(gives);
    base = outer;
    if (extraRandom.nextBoolean()) {
      out.append("  ".repeat(labels.size() - 1)).append("catch_all\n");
      stack.subList(stack.size() - gives.size(), stack.size()).clear();
      nested(gives);
      if (extraRandom.nextInt(3) == 0) {
        line("rethrow 0");
      }
    }
    labels.remove(labels.size() - 1);
    line("end");
  }

  /** A body in which {@code $t} is caught, within two blocks: for what was caught, and around. */
  private void tryTable(List<ValueType> gives) {
    open("block", gives, gives);
    open("block", List.of(ValueType.I32), List.of(ValueType.I32));
    line("try_table (catch $t 0)");
    labels.add(List.of());
    nested(List.of());
    labels.remove(labels.size() - 1);
    line("end");
    int outer = base;
    base = stack.size();
    scoped(gives);
    line("br 1");
    stack.subList(base, stack.size()).clear();
    labels.remove(labels.size() - 1);
    line("end");
    stack.add(ValueType.I32);
    scoped(gives);
    base = outer;
    labels.remove(labels.size() - 1);
    line("end");
  }

  // ---- expressions ----

  /** Instructions that push one value of the type. */
  private void push(ValueType type) {
    budget--;
    switch (budget <= 0 ? random.nextInt(3) : random.nextInt(14)) {
      case 0 -> leaf(type, type.constant(random.nextLong(-20, 20)));
      case 1, 2, 3, 4 -> local(type);
      case 5 -> load(type);
      case 6, 7 -> {
        push(type);
        push(type);
        line(type.binary(random.nextInt(8)));
        pop();
      }
      case 8 -> {
        push(type);
        line(type.unary(random.nextInt(3)));
      }
      case 9 -> {
        ValueType source = type();
        push(source);
        line(type.from(source));
        stack.set(stack.size() - 1, type);
      }
      case 10 -> {
        if (type == ValueType.V128) {
          local(type);
        } else {
          construct(List.of(type));
        }
      }
      case 11 -> {
        push(type);
        push(type);
        push(ValueType.I32);
        line("select");
        pop();
        pop();
      }
      default -> callFor(type);
    }
  }

  private void leaf(ValueType type, String instruction) {
    line(instruction);
    stack.add(type);
  }

  private void local(ValueType type) {
    List<Integer> fitting = new ArrayList<>();
    for (int i = 0; i < locals.size(); i++) {
      if (locals.get(i) == type) {
        fitting.add(i);
      }
    }
    if (fitting.isEmpty()) {
      leaf(type, type.constant(random.nextLong(5)));
    } else {
      leaf(type, "local.get " + fitting.get(random.nextInt(fitting.size())));
    }
  }

  private void load(ValueType type) {
    if (type == ValueType.I32 && chance(2)) {
      leaf(type, "global.get $x");
    } else {
      leaf(type, "i32.const " + 4 * random.nextInt(16) + " " + type.text() + ".load");
    }
  }

  /** A call that gives just the type, or a constant if the function drawn gives another. */
  private void callFor(ValueType type) {
    Function function = functions.get(random.nextInt(functions.size()));
    int index = random.nextInt(TABLE);
    if (function.results().equals(List.of(type))) {
      call(function, false);
    } else if (table.get(index).results().equals(List.of(type))) {
      indirect(index);
    } else {
      local(type);
    }
  }
}
