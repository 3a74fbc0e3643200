package dev.bysync.bench.faults;

import dev.bysync.bench.faults.Difference.Mode;
import dev.bysync.bench.faults.Walk.State;
import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.ValType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Follows good output and mutant from a fault on, on symbols, until they are at the same place
 * again: on each way that conditions leave open, with every number that the dispatch can have. What
 * differs there must be harmless. A label that was moved is a fault at every branch to it.
 *
 * <p>From where they meet on, both run the same code, and whenever they come to the fault again
 * they meet again.
 */
final class WalkEquivalence {
  private static final int MOST_SPLITS = 8;

  private final Subject subject;
  private final Equivalence equivalence;
  private final Body body;
  private final Typing typing;
  private final Flow paths;
  private final byte[] bytes;
  private final Mutant mutant;
  private final Body other;
  private final Typing otherTyping;
  private final Map<Integer, Integer> otherPlaces = new HashMap<>();
  private final PushLayout pushes;
  private final PushLayout otherPushes;
  private final Set<Long> numbers;
  private Equal why = Equal.SAME_WAY;

  /**
   * @param paths all paths from the body's entry
   * @param bytes the mutant
   */
  WalkEquivalence(
      Subject subject,
      Equivalence equivalence,
      Body body,
      Flow paths,
      Mutant mutant,
      byte[] bytes) {
    this.subject = subject;
    this.equivalence = equivalence;
    this.body = body;
    this.paths = paths;
    this.mutant = mutant;
    this.bytes = bytes;
    typing = equivalence.typing(body);
    Module module = Module.read(bytes);
    other = subject.decodeMutant(module, body.function());
    otherTyping = new Typing(module, other);
    StackHelpers helpers = equivalence.helpers();
    pushes = new PushLayout(helpers, new Room(subject.bytes(), body, typing, helpers));
    otherPushes = new PushLayout(helpers, new Room(bytes, other, otherTyping, helpers));
    numbers = new Selector(subject, body, paths).numbers();
    for (int i = 0; i < body.size(); i++) {
      Instruction at = body.at(i);
      if (at.start() < mutant.from() || at.start() >= mutant.to()) {
        otherPlaces.put(other.indexOf(mutant.place(at.start())), i);
      }
    }
  }

  /** Why the mutant is equal; null if that is not known. */
  @Nullable Equal of(int first) {
    boolean isLabel = mutant.kind() == Kind.LABEL_MOVED || mutant.kind() == Kind.LABEL_TURNED;
    List<Integer> starts = new ArrayList<>(List.of(first));
    if (isLabel && (body.hasTry() || !addBranches(first, starts))) {
      return null;
    }
    for (int start : starts) {
      int from = before(start);
      for (Difference difference : paths.at(from)) {
        if (!meets(from, start, difference, Map.of(), symbols -> {}, Set.of())) {
          return null;
        }
      }
    }
    return why;
  }

  /** Adds all branches to the label; gives false if not all are known. */
  private boolean addBranches(int first, List<Integer> starts) {
    boolean isEnd = body.at(first).is(Opcodes.END);
    int opener =
        mutant.kind() == Kind.LABEL_TURNED ? first : body.partner(isEnd ? first : first + 1);
    if (opener < 0 || body.at(opener).is(Opcodes.LOOP)) {
      return false;
    }
    if (body.at(opener).is(Opcodes.IF)) {
      starts.add(opener);
    }
    for (int i = opener + 1; i < body.partner(opener); i++) {
      Instruction at = body.at(i);
      switch (Opcodes.immediate(at.opcode())) {
        case LABEL -> {
          if (body.label(i, at.index()) == opener) {
            starts.add(i);
          }
        }
        case BR_TABLE -> {
          if (ControlEquivalence.names(subject.bytes(), body, i, opener)) {
            starts.add(i);
          }
        }
        case TRY_TABLE, BR_ON_CAST -> {
          return false;
        }
        default -> {}
      }
    }
    return true;
  }

  /** Goes back over what makes operands, so that they are known. */
  private int before(int start) {
    int from = start;
    if (start > 0 && body.at(start - 1).is(Opcodes.CALL) && subject.isStateRead(body.at(start))) {
      from--; // its results are zeros when it returns unwinding
    }
    while (from > 0 && isMaker(from - 1)) {
      from--;
    }
    return from;
  }

  private boolean isMaker(int i) {
    Instruction at = body.at(i);
    return at.is(Opcodes.LOCAL_GET)
        || (at.is(Opcodes.LOCAL_SET) && !subject.isRestored(body, i))
        || at.is(Opcodes.LOCAL_TEE)
        || Room.isConstant(at)
        || (Flow.isPure(at.opcode()) && !Opcodes.stack(at.opcode()).equals("*"));
  }

  /**
   * Whether both meet, and what differs is harmless.
   *
   * @param from where to start
   * @param start the first instruction that may be done otherwise
   */
  private boolean meets(
      int from,
      int start,
      Difference before,
      Map<Integer, Long> known,
      Consumer<Symbols> assumptions,
      Set<String> decided) {
    Symbols symbols = new Symbols(List.of());
    assumptions.accept(symbols);
    Map<Integer, Long> values = known(before, known);
    Walk good = new Walk(subject, subject.bytes(), body, typing, symbols, pushes);
    Walk bad =
        new Walk(subject, bytes, other, otherTyping, symbols, otherPushes)
            .like(body, place -> otherPlaces.getOrDefault(place, body.indexOf(mutant.from())));
    good.from(from, values);
    int offset = body.at(from).start();
    bad.from(other.indexOf(offset <= mutant.from() ? offset : mutant.place(offset)), values);
    if (compare(good, bad, start - from + 1, before)) {
      return true;
    }
    Walk open = good.undecided() != null ? good : bad;
    String symbol = open.undecided();
    if (symbol == null || decided.size() == MOST_SPLITS) {
      return false;
    }
    if (!open.isGood() && !decided.contains(symbol)) {
      return false; // what the good output doesn't look at may not decide on anything
    }
    int number = number(open, symbol, before);
    if (number >= 0 && !known.containsKey(number)) {
      return numbers.stream()
          .allMatch(
              value -> {
                Map<Integer, Long> more = new HashMap<>(known);
                more.put(number, value);
                return meets(from, start, before, more, assumptions, decided);
              });
    }
    for (int entry = 0; entry < open.entries(); entry++) {
      int way = entry;
      Consumer<Symbols> more = assumptions.andThen(each -> open.assume(each, way));
      if (!meets(from, start, before, known, more, plus(decided, symbol))) {
        return false;
      }
    }
    return true;
  }

  private static Set<String> plus(Set<String> decided, String symbol) {
    Set<String> more = new HashSet<>(decided);
    more.add(symbol);
    return more;
  }

  private Map<Integer, Long> known(Difference before, Map<Integer, Long> numbersKnown) {
    Map<Integer, Long> values = new TreeMap<>(numbersKnown);
    for (int local = 0; local < body.localCount(); local++) {
      if (before.isZero(local) && body.local(local) == ValType.I32) {
        values.put(local, 0L);
      }
    }
    return values;
  }

  /**
   * The local with the number that a dispatch decides by, or -1: of what was popped nothing else
   * decides on anything before the call.
   */
  private int number(Walk open, String symbol, Difference before) {
    State last = open.states().get(open.states().size() - 1);
    boolean isAdded = open.isGood() && body.at(last.place()).isAdded();
    if (before.mode() != Mode.REWINDING || !isAdded) {
      return -1;
    }
    int found = -1;
    for (int local = 0; local < body.localCount(); local++) {
      if (before.isPopped(local) && Symbols.mentions(symbol, local)) {
        found = local;
      }
    }
    return found;
  }

  /** Whether they meet behind the first instructions. */
  private boolean compare(Walk good, Walk bad, int least, Difference before) {
    Difference best = null;
    int place = 0;
    for (int g = 1; g < good.states().size(); g++) {
      State one = good.states().get(g);
      for (int b = 1; b < bad.states().size(); b++) {
        State two = bad.states().get(b);
        boolean isEnd = one.place() < 0 || one.place() >= body.size();
        if (isSamePlace(one, two) && (isEnd || (g >= least && b >= least)) && isSame(one, two)) {
          Difference difference = difference(one, two, before);
          if (difference.isEmpty()) {
            return true;
          }
          if (best == null && !isEnd) {
            best = difference;
            place = one.place();
          }
        }
      }
    }
    return best != null && isHarmless(place, best);
  }

  private boolean isHarmless(int place, Difference difference) {
    Proof proof = new Proof(subject, equivalence);
    proof.add(body, place, paths.with(difference, place));
    Equal reason = proof.why();
    why = reason == null ? why : reason;
    return reason != null;
  }

  private boolean isSamePlace(State one, State two) {
    if (one.place() < 0 || one.place() >= body.size()) {
      return one.place() < 0 ? two.place() < 0 : two.place() >= other.size();
    }
    Integer place = two.place() < 0 ? null : otherPlaces.get(two.place());
    return place != null && place == one.place();
  }

  private static boolean isSame(State one, State two) {
    return one.effects().equals(two.effects()) && one.stack().size() == two.stack().size();
  }

  private Difference difference(State one, State two, Difference before) {
    boolean calls = one.effects().stream().anyMatch(effect -> effect.startsWith("call"));
    Difference difference = Difference.none(calls ? Mode.ANY : before.mode());
    for (int i = 0; i < one.stack().size(); i++) {
      if (!one.stack().get(i).equals(two.stack().get(i))) {
        difference.addOperand(i, Difference.NO_LOCAL);
      }
    }
    for (int local = 0; local < body.localCount(); local++) {
      difference.setLocal(local, !one.local(local).equals(two.local(local)));
    }
    return difference;
  }
}
