package dev.bysync.bench.faults;

import dev.bysync.wasm.code.CodeReader;
import dev.bysync.wasm.code.Immediate;
import dev.bysync.wasm.code.Opcodes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Goes through a body on symbols, from one place on, until it isn't clear which way it goes on, or
 * the function ends. Good output and mutant, started alike, do the same if they are anywhere at the
 * same place with equal symbols, having had equal effects.
 */
final class Walk {
  private static final int MOST = 400;

  /** Of a function that traps. */
  static final int TRAPPED = -1;

  /** What is the case before an instruction; of places behind the body: when it has returned. */
  record State(int place, List<String> stack, Map<Integer, String> locals, List<String> effects) {
    String local(int local) {
      return locals.getOrDefault(local, "L" + local);
    }
  }

  private final Subject subject;
  private final byte[] bytes;
  private final Body body;
  private final Typing typing;
  private final Symbols symbols;
  private final PushLayout pushes;
  private final boolean catches;
  private final List<State> states = new ArrayList<>();
  private final List<String> stack = new ArrayList<>();
  private final Map<Integer, String> locals = new HashMap<>();
  private final List<String> effects = new ArrayList<>();
  private @Nullable String undecided;
  private int entries;
  private boolean isTable;
  private int ignored = -1;
  private @Nullable String popped;
  private IntUnaryOperator traps = place -> place;
  private boolean goesOn = true;
  private int place;

  /**
   * @param bytes the module that the body is of
   * @param pushes what is known of calls that push
   */
  Walk(
      Subject subject, byte[] bytes, Body body, Typing typing, Symbols symbols, PushLayout pushes) {
    this.subject = subject;
    this.bytes = bytes;
    this.body = body;
    this.typing = typing;
    this.symbols = symbols;
    this.pushes = pushes;
    catches = body.hasTry();
  }

  /** Has it take calls of a function without results for ones that do nothing. */
  Walk ignoring(int function) {
    ignored = function;
    return this;
  }

  /** Has it know the number on top of the frame. */
  Walk popping(long number) {
    popped = Symbols.number(number);
    return this;
  }

  /** Has it know which instruction of the good output one is that traps. */
  Walk trapping(IntUnaryOperator places) {
    traps = places;
    return this;
  }

  /**
   * Goes on from a place.
   *
   * @param known numbers that locals are known to hold there
   */
  Walk from(int start, Map<Integer, Long> known) {
    for (int i = 0; i < typing.height(start); i++) {
      stack.add("S" + i);
    }
    known.forEach((local, value) -> locals.put(local, Symbols.number(value)));
    place = start;
    note();
    while (goesOn && states.size() < MOST) {
      step(body.at(place));
      if (goesOn) {
        note();
        goesOn = place >= 0 && place < body.size();
      }
    }
    return this;
  }

  private void note() {
    states.add(
        new State(
            place,
            stack.stream().map(symbols::settled).toList(),
            new HashMap<>(locals),
            List.copyOf(effects)));
  }

  /** All that it came through, the start first. */
  List<State> states() {
    return states;
  }

  /** The symbol that decides on how to go on; null if that is not why it ended. */
  @Nullable String undecided() {
    return undecided;
  }

  /** In how many ways it can go on where it is {@link #undecided}. */
  int entries() {
    return entries;
  }

  /** Has symbols know that it goes on in one of the ways. */
  void assume(Symbols known, int way) {
    String symbol = Objects.requireNonNull(undecided);
    if (isTable) {
      known.assumeEntry(symbol, entries, way);
    } else {
      known.assumeTruth(symbol, way > 0);
    }
  }

  /** Whether the body is the good output's. */
  boolean isGood() {
    return bytes == subject.bytes();
  }

  private void stop() {
    goesOn = false;
  }

  private String pop() {
    return stack.remove(stack.size() - 1);
  }

  private List<String> pop(int count) {
    List<String> top = stack.subList(stack.size() - count, stack.size());
    List<String> operands = List.copyOf(top);
    top.clear();
    return operands;
  }

  private void step(Instruction at) {
    int next = place + 1;
    switch (at.opcode()) {
      case Opcodes.NOP, Opcodes.BLOCK, Opcodes.LOOP -> place = next;
      case Opcodes.END -> {
        if (next == body.size()) {
          leave();
        }
        place = next;
      }
      case Opcodes.ELSE -> place = body.partner(body.opener(place)) + 1;
      case Opcodes.UNREACHABLE -> trap();
      case Opcodes.RETURN -> leave();
      case Opcodes.BR -> branch(at.index());
      case Opcodes.BR_IF, Opcodes.IF -> condition(at);
      case Opcodes.BR_TABLE -> table(at);
      case Opcodes.LOCAL_GET -> push(locals.getOrDefault(at.index(), "L" + at.index()));
      case Opcodes.LOCAL_SET -> {
        locals.put(at.index(), pop());
        place = next;
      }
      case Opcodes.LOCAL_TEE -> {
        locals.put(at.index(), stack.get(stack.size() - 1));
        place = next;
      }
      case Opcodes.DROP -> {
        pop();
        place = next;
      }
      case Opcodes.I32_CONST, Opcodes.I64_CONST -> push(Symbols.number(at.literal()));
      case Opcodes.GLOBAL_GET -> push("G" + at.index() + "@" + effects.size());
      case Opcodes.GLOBAL_SET -> {
        effects.add("global " + at.index() + " " + pop());
        place = next;
      }
      case Opcodes.CALL -> call(at);
      default -> plain(at);
    }
  }

  private void push(String symbol) {
    stack.add(symbol);
    place++;
  }

  private void trap() {
    stack.clear();
    locals.clear(); // nobody sees them
    effects.add("trap " + traps.applyAsInt(place));
    place = TRAPPED;
    if (catches) {
      stop();
    }
  }

  private void leave() {
    int results = subject.results(body.function());
    List<String> returned = pop(results);
    stack.clear();
    stack.addAll(returned);
    locals.clear(); // nobody sees them
    place = body.size();
  }

  private void branch(int depth) {
    int opener = body.label(place, depth);
    if (opener == Body.WHOLE) {
      leave();
      return;
    }
    List<String> taken = pop(typing.arity(opener));
    stack.subList(typing.floor(opener), stack.size()).clear();
    stack.addAll(taken);
    place = typing.target(opener);
  }

  private void condition(Instruction at) {
    String symbol = stack.get(stack.size() - 1);
    Boolean truth = symbols.truth(symbol);
    if (truth == null) {
      undecided(symbol, 2);
      return;
    }
    pop();
    if (at.is(Opcodes.IF)) {
      place = truth ? place + 1 : typing.otherwise(place);
    } else if (truth) {
      branch(at.index());
    } else {
      place++;
    }
  }

  private void undecided(String symbol, int ways) {
    undecided = symbol;
    entries = ways;
    stop();
  }

  private void table(Instruction at) {
    CodeReader code = new CodeReader(bytes, at.start(), at.end());
    code.next();
    String symbol = stack.get(stack.size() - 1);
    int entry = symbols.entry(symbol, code.listSize());
    if (entry < 0) {
      isTable = true;
      undecided(symbol, code.listSize());
      return;
    }
    pop();
    branch(code.list(entry));
  }

  private void call(Instruction at) {
    if (at.index() == ignored) {
      pop(subject.params(at.index()));
      place++;
      return;
    }
    List<String> stored = pushes.stored(place, at, stack);
    if (stored != null) {
      pop(subject.params(at.index()));
      effects.addAll(stored);
      place++;
      return;
    }
    if (catches) {
      stop();
      return;
    }
    String state = "G" + subject.state() + "@" + (effects.size() + 1);
    List<String> arguments = pop(subject.params(at.index()));
    effects.add("call " + at.index() + arguments + (isSite() ? " over " + stack.size() : ""));
    if (at.index() >= subject.module().importedFunctionCount() && !subject.isAdded(at.index())) {
      symbols.promiseZeros("R" + effects.size(), state);
    }
    for (int i = 0; i < subject.results(at.index()); i++) {
      boolean isNumber = popped != null && i == 0 && subject.isPop(at);
      stack.add(isNumber ? Objects.requireNonNull(popped) : "R" + effects.size() + "." + i);
      popped = isNumber ? null : popped;
    }
    place++;
  }

  private void plain(Instruction at) {
    String effect = Opcodes.stack(at.opcode());
    Immediate kind = Opcodes.immediate(at.opcode());
    boolean isConstant = kind == Immediate.F32 || kind == Immediate.F64;
    boolean isPlain = isConstant || kind == Immediate.NONE || kind == Immediate.MEMARG;
    if (effect.equals("*") || !isPlain) {
      stop();
      return;
    }
    List<String> operands = pop(effect.indexOf(':'));
    boolean makes = effect.indexOf(':') + 1 < effect.length();
    if (isConstant) {
      stack.add("F" + at.opcode() + " " + at.literal());
    } else if (kind == Immediate.NONE && Flow.isPure(at.opcode())) {
      stack.add(symbols.of(at.opcode(), operands));
    } else {
      effects.add(at.opcode() + " " + at.literal() + "/" + memory(at) + operands);
      if (makes) {
        stack.add("E" + effects.size());
      }
      if (catches) {
        stop();
      }
    }
    place++;
  }

  /** Whether the state is looked at behind a call: operands below it may matter, then. */
  private boolean isSite() {
    return subject.isStateRead(body.near(place + 1)) || subject.isStateRead(body.near(place + 2));
  }

  private int memory(Instruction at) {
    CodeReader code = new CodeReader(bytes, at.start(), at.end());
    code.next();
    return Opcodes.immediate(at.opcode()) == Immediate.MEMARG ? code.index() : 0;
  }
}
