package dev.bysync.bench.faults;

import dev.bysync.bench.faults.Difference.Mode;
import dev.bysync.wasm.code.CodeReader;
import dev.bysync.wasm.code.Opcodes;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Follows a {@link Difference} through a body's control flow graph until nothing differs any more,
 * or something that differs is used: then the two are not known to be equal. Both run the same
 * instructions, so as long as no condition differs they take the same way.
 *
 * <p>A forward data flow analysis: at joins differences are united, so it is repeated for an
 * instruction at most as often as there are locals and operands.
 */
final class Flow {
  /** What happens where a differing value leaves the function; gives whether that is harmless. */
  interface Escapes {
    /**
     * A local is pushed.
     *
     * @param sites numbers of which the frame's is one; null if that is not known
     */
    boolean saved(Body body, int local, @Nullable Set<Long> sites);

    /** A site's number is pushed. */
    boolean numbered(Body body);

    /** An argument of a call that is made to rewind. */
    boolean ignored(int function, int parameter);
  }

  /** What is never joined: modes, and while unwinding, sites. */
  private record Key(Mode mode, String sites) {
    static Key of(Difference difference) {
      boolean unwinds = difference.mode() == Mode.UNWINDING;
      return new Key(difference.mode(), unwinds ? difference.allSites() : "");
    }
  }

  private record Step(int place, Key key) {}

  private final Subject subject;
  private final Body body;
  private final Typing typing;
  private final Escapes escapes;

  /** By instruction, for each mode in which it is reached. */
  private final Map<Integer, Map<Key, Difference>> before = new HashMap<>();

  private final Deque<Step> work = new ArrayDeque<>();
  private final Conditions conditions;
  private final boolean all;

  /** Whether any call may lead to a catch, with all locals as they are: that is not followed. */
  private final boolean catches;

  private boolean harmless = true;

  /** The local that holds something else once it is restored, or -1. */
  private int restored = -1;

  private @Nullable Set<Long> frame;
  private int avoided = -1;
  private BitSet readThere = new BitSet();

  /**
   * @param all whether to follow paths on which nothing differs, too
   */
  Flow(Subject subject, Body body, Typing typing, Escapes escapes, boolean all) {
    this.subject = subject;
    this.body = body;
    this.typing = typing;
    this.escapes = escapes;
    this.all = all;
    conditions = new Conditions(subject, body);
    boolean found = false;
    for (int i = 0; i < body.size(); i++) {
      found |= body.at(i).is(Opcodes.TRY) || body.at(i).is(Opcodes.TRY_TABLE);
    }
    catches = found;
  }

  /**
   * Has a local differ from where it is restored on.
   *
   * @param sites numbers of which the one on top of the frame is one; null if that is not known
   */
  Flow restoring(int local, @Nullable Set<Long> sites) {
    restored = local;
    frame = sites;
    return this;
  }

  /** Has nothing differ at a place but locals that are not read there. */
  Flow avoiding(int place, BitSet read) {
    avoided = place;
    readThere = read;
    return this;
  }

  /** Adds what differs before an instruction. */
  void add(int place, Difference difference) {
    if (place >= body.size()) {
      leave(difference, typing.height(body.size() - 1));
      return;
    }
    if (difference.isEmpty() && !all) {
      return;
    }
    harmless &= difference.isEmpty() || !catches;
    harmless &= place != avoided || !difference.touches(readThere);
    Map<Key, Difference> here = before.computeIfAbsent(place, any -> new LinkedHashMap<>());
    Key key = Key.of(difference);
    Difference known = here.get(key);
    Difference joined = known == null ? difference : known.join(difference);
    if (known == null || !known.isSame(joined)) {
      here.put(key, joined);
      work.add(new Step(place, key));
    }
  }

  /** What was found before an instruction, for each mode in which a path leads there. */
  Collection<Difference> at(int place) {
    return before.getOrDefault(place, Map.of()).values();
  }

  /**
   * A difference before an instruction, with what is known there on all paths that were followed:
   * one for each mode in which they lead there, if the difference may be in any.
   */
  List<Difference> with(Difference difference, int place) {
    List<Difference> found =
        at(place).stream()
            .filter(facts -> difference.mode() == Mode.ANY || facts.mode() == difference.mode())
            .map(difference::withFacts)
            .toList();
    return found.isEmpty() ? List.of(difference) : found;
  }

  /** Whether nothing that differs is used. */
  boolean run() {
    while (harmless && !work.isEmpty()) {
      Step step = work.poll();
      Difference difference = before.getOrDefault(step.place(), Map.of()).get(step.key());
      if (difference != null) {
        step(step.place(), difference.copy());
      }
    }
    return harmless;
  }

  private void fail() {
    harmless = false;
  }

  private void step(int i, Difference now) {
    Instruction at = body.at(i);
    int height = typing.height(i);
    switch (at.opcode()) {
      case Opcodes.UNREACHABLE -> {}
      case Opcodes.NOP, Opcodes.BLOCK, Opcodes.LOOP -> add(i + 1, now);
      case Opcodes.END -> {
        if (i == body.size() - 1) {
          leave(now, height);
        } else {
          add(i + 1, now);
        }
      }
      case Opcodes.ELSE -> add(body.partner(body.opener(i)) + 1, now);
      case Opcodes.IF -> {
        Set<Long> numbers = now.numbers(height - 1);
        condition(i, now, height);
        if (mayBe(i, now, numbers, true)) {
          add(i + 1, conditions.when(i, now, true));
        }
        if (mayBe(i, now, numbers, false)) {
          add(typing.otherwise(i), conditions.when(i, now, false));
        }
      }
      case Opcodes.BR -> branch(i, at.index(), height, now);
      case Opcodes.BR_IF -> {
        Set<Long> numbers = now.numbers(height - 1);
        condition(i, now, height);
        if (mayBe(i, now, numbers, true)) {
          branch(i, at.index(), height - 1, conditions.when(i, now, true));
        }
        if (mayBe(i, now, numbers, false)) {
          add(i + 1, conditions.when(i, now, false));
        }
      }
      case Opcodes.BR_TABLE -> table(i, height, now);
      case Opcodes.RETURN -> leave(now, height);
      case Opcodes.LOCAL_GET -> {
        if (now.hasLocal(at.index())) {
          now.addOperand(height, at.index());
        }
        now.setNumbers(height, now.localNumbers(at.index()));
        add(i + 1, now);
      }
      case Opcodes.LOCAL_SET, Opcodes.LOCAL_TEE -> {
        boolean isRestored = at.index() == restored && subject.isRestored(body, i);
        now.setLocal(at.index(), isRestored || now.hasOperand(height - 1));
        now.setLocalNumbers(at.index(), now.numbers(height - 1));
        if (isRestored && at.is(Opcodes.LOCAL_TEE)) {
          now.addOperand(height - 1, Difference.NO_LOCAL);
        }
        now.know(at.index(), conditions.isZero(i - 1), subject.isRestored(body, i));
        if (at.is(Opcodes.LOCAL_SET)) {
          now.cut(height - 1);
        }
        add(i + 1, now);
      }
      case Opcodes.DROP -> {
        now.cut(height - 1);
        add(i + 1, now);
      }
      case Opcodes.CALL -> call(i, height, now);
      case Opcodes.RETURN_CALL -> arguments(at, height, now);
      case Opcodes.TRY, Opcodes.TRY_TABLE, Opcodes.DELEGATE -> exceptional(i, now);
      case Opcodes.CATCH, Opcodes.CATCH_ALL -> add(body.partner(body.opener(i)) + 1, now);
      default -> other(i, height, now);
    }
  }

  /** Anything in a try may lead to its catches: that is enough where nothing differs. */
  private void exceptional(int i, Difference now) {
    add(i + 1, now.in(Mode.ANY));
    for (int next = i + 1; next < body.partner(i); next++) {
      Instruction at = body.at(next);
      if (body.opener(next) == i && (at.is(Opcodes.CATCH) || at.is(Opcodes.CATCH_ALL))) {
        add(next + 1, Difference.none(Mode.ANY));
      }
    }
    if (body.at(i).is(Opcodes.TRY_TABLE)) {
      CodeReader code = new CodeReader(subject.bytes(), body.at(i).start(), body.at(i).end());
      code.next();
      for (int clause = 0; clause < code.listSize(); clause += 3) {
        add(typing.target(body.label(i, code.list(clause + 2))), Difference.none(Mode.ANY));
      }
    }
  }

  /** Takes a condition off the stack; it may differ only where it decides on nothing. */
  private void condition(int i, Difference now, int height) {
    boolean decides = body.at(i).is(Opcodes.BR_TABLE) || !typing.leadsOn(i);
    if (now.hasOperand(height - 1) && decides) {
      fail();
    }
    now.cut(height - 1);
  }

  private void branch(int i, int depth, int height, Difference now) {
    int opener = body.label(i, depth);
    if (opener == Body.WHOLE) {
      leave(now, height);
      return;
    }
    add(typing.target(opener), now.branch(height, typing.floor(opener), typing.arity(opener)));
  }

  private boolean mayBe(int i, Difference now, @Nullable Set<Long> numbers, boolean isTrue) {
    boolean isPossible =
        numbers == null || numbers.stream().anyMatch(number -> (number.intValue() != 0) == isTrue);
    return isPossible && conditions.mayBe(i, now, isTrue);
  }

  private void table(int i, int height, Difference now) {
    Set<Long> numbers = now.numbers(height - 1);
    condition(i, now, height);
    CodeReader code = new CodeReader(subject.bytes(), body.at(i).start(), body.at(i).end());
    code.next();
    int last = code.listSize() - 1;
    for (int k = 0; k <= last; k++) {
      if (numbers == null || selects(numbers, k, last)) {
        branch(i, code.list(k), height - 1, now.copy());
      }
    }
  }

  /**
   * The function returns. Results count while unwinding, too: nobody reads them there, but zeros
   * are promised.
   */
  private void leave(Difference now, int height) {
    if (now.hasOperandFrom(height - subject.results(body.function()))) {
      fail();
    }
  }

  private static boolean selects(Set<Long> numbers, int entry, int last) {
    return numbers.stream()
        .anyMatch(number -> Math.min(Integer.toUnsignedLong(number.intValue()), last) == entry);
  }

  private void call(int i, int height, Difference now) {
    Instruction at = body.at(i);
    arguments(at, height, now);
    now.cut(height - subject.params(at.index()));
    boolean keeps =
        subject.isPush(at)
            || subject.isPop(at)
            || (subject.isAddedCall(at)
                && subject.params(at.index()) == 1
                && subject.results(at.index()) == 1);
    if (subject.isPop(at) && now.pops()) {
      now.setNumbers(height, frame);
    }
    add(i + 1, keeps ? now : now.in(Mode.ANY));
  }

  private void arguments(Instruction at, int height, Difference now) {
    int count = subject.params(at.index());
    for (int k = 0; k < count; k++) {
      int place = height - count + k;
      if (now.hasOperand(place)) {
        boolean isNumber = now.origin(place) == Difference.SITE;
        boolean fine =
            (subject.isPush(at) && !subject.isRoomCheck(at))
                ? (isNumber && escapes.numbered(body))
                    || (now.origin(place) >= 0
                        && escapes.saved(body, now.origin(place), now.sites(0)))
                : now.mode() == Mode.REWINDING && escapes.ignored(at.index(), k);
        harmless &= fine;
      }
    }
  }

  private void other(int i, int height, Difference now) {
    Instruction at = body.at(i);
    if (stops(at.opcode())) {
      harmless &= !now.hasOperandFrom(0);
      return;
    }
    int next = i + 1 < body.size() ? typing.height(i + 1) : 0;
    if (at.is(Opcodes.SELECT)) {
      pass(i, 3, height, now);
    } else if (at.is(Opcodes.GLOBAL_GET) || at.is(Opcodes.REF_NULL) || at.is(Opcodes.REF_FUNC)) {
      add(i + 1, now);
    } else if (Opcodes.stack(at.opcode()).equals("*")) {
      harmless &= !now.hasOperandFrom(0); // how many operands it takes is not looked up
      now.cut(Math.min(next, height));
      add(i + 1, isCall(at.opcode()) ? now.in(Mode.ANY) : now);
    } else {
      pass(i, Opcodes.stack(at.opcode()).indexOf(':'), height, now);
    }
  }

  /** An instruction that takes operands, and leaves at most one result. */
  private void pass(int i, int taken, int height, Difference now) {
    boolean differs = now.hasOperandFrom(height - taken);
    Set<Long> numbers = numbers(i, taken, height, now);
    now.cut(height - taken);
    now.setNumbers(height - taken, numbers);
    if (body.at(i).is(Opcodes.I32_CONST) && subject.sites().siteAtCheck(body.at(i).start()) >= 0) {
      now.setSite(height, body.at(i).literal());
    }
    if (differs && !isPure(body.at(i).opcode())) {
      fail();
    } else if (differs) {
      now.addOperand(height - taken, Difference.NO_LOCAL);
    }
    add(i + 1, now);
  }

  /** Numbers of which the result is one; null if that is not known. */
  private @Nullable Set<Long> numbers(int i, int taken, int height, Difference now) {
    Instruction at = body.at(i);
    if (!at.isAdded()) {
      return null; // only of the transform's code, so that sets are small
    }
    if (at.is(Opcodes.I32_CONST)) {
      return Set.of(at.literal());
    }
    Set<Long> one = taken == 0 ? null : now.numbers(height - taken);
    Set<Long> two = taken == 2 ? now.numbers(height - 1) : Set.of(0L);
    if (one == null || two == null || taken > 2) {
      return null;
    }
    Set<Long> results = new HashSet<>();
    for (long a : one) {
      for (long b : two) {
        Long result = Symbols.numberOf(at.opcode(), taken == 1 ? List.of(a) : List.of(a, b));
        if (result == null) {
          return null;
        }
        results.add(result);
      }
    }
    return results;
  }

  private static boolean isCall(int opcode) {
    return opcode == Opcodes.CALL_INDIRECT || opcode == Opcodes.CALL_REF;
  }

  private static boolean stops(int opcode) {
    return switch (opcode) {
      case Opcodes.THROW,
          Opcodes.RETHROW,
          Opcodes.THROW_REF,
          Opcodes.RETURN_CALL_INDIRECT,
          Opcodes.RETURN_CALL_REF ->
          true;
      default -> false;
    };
  }

  /** Whether an instruction leaves a result that depends on its operands alone, and can't trap. */
  static boolean isPure(int opcode) {
    boolean numeric = opcode >= Opcodes.I32_CONST && opcode <= 0xC4;
    boolean divides = (opcode >= 0x6D && opcode <= 0x70) || (opcode >= 0x7F && opcode <= 0x82);
    boolean truncates = (opcode >= 0xA8 && opcode <= 0xAB) || (opcode >= 0xAE && opcode <= 0xB1);
    return opcode == Opcodes.SELECT || (numeric && !divides && !truncates);
  }
}
