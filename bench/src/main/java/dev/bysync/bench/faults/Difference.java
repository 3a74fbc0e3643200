package dev.bysync.bench.faults;

import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What of a frame may differ between good output and mutant, at one place, for one mode; and what
 * is known there of both.
 */
final class Difference {
  /** What is known of the state. */
  enum Mode {
    ANY,
    NORMAL,
    /** The function was called to rewind, and has not arrived at its call yet. */
    REWINDING,
    /** A call has returned unwinding. */
    UNWINDING
  }

  /** Of an operand that is no plain read of a local. */
  static final int NO_LOCAL = -1;

  /** Of an operand that is a site's number. */
  static final int SITE = -2;

  private final Mode mode;
  private final BitSet locals;

  /** By height of the operand: the local that it was read from. */
  private final NavigableMap<Integer, Integer> operands;

  /** Locals that are zero for certain. */
  private final BitSet zeros;

  /** Locals that hold what was popped from the frame for certain. */
  private final BitSet popped;

  /** By local and by height of the operand: numbers of which it is one, where that is known. */
  private final Map<Integer, Set<Long>> localNumbers = new HashMap<>();

  private final NavigableMap<Integer, Set<Long>> numbers = new TreeMap<>();

  /** By height: of an operand that is a site's number, the numbers that it may be. */
  private final NavigableMap<Integer, Set<Long>> sites = new TreeMap<>();

  /** Whether nothing was popped from the frame yet. */
  private boolean isFresh;

  private Difference(
      Mode mode,
      BitSet locals,
      NavigableMap<Integer, Integer> operands,
      BitSet zeros,
      BitSet popped) {
    this.mode = mode;
    this.locals = locals;
    this.operands = operands;
    this.zeros = zeros;
    this.popped = popped;
  }

  private Difference like(Difference other) {
    localNumbers.putAll(other.localNumbers);
    numbers.putAll(other.numbers);
    sites.putAll(other.sites);
    isFresh = other.isFresh;
    return this;
  }

  /** Nothing differs, and nothing is known. */
  static Difference none(Mode mode) {
    return new Difference(mode, new BitSet(), new TreeMap<>(), new BitSet(), new BitSet());
  }

  /** Nothing differs where a function is entered, whose locals are zero. */
  static Difference entry(Mode mode, Body body) {
    Difference entry = none(mode);
    entry.zeros.set(body.paramCount(), body.localCount());
    entry.isFresh = true;
    return entry;
  }

  Difference copy() {
    return new Difference(
            mode,
            (BitSet) locals.clone(),
            new TreeMap<>(operands),
            (BitSet) zeros.clone(),
            (BitSet) popped.clone())
        .like(this);
  }

  Difference in(Mode other) {
    return new Difference(other, locals, operands, zeros, popped).like(this);
  }

  /** The same difference where all that another knows is the case, but of what differs. */
  Difference withFacts(Difference facts) {
    Difference known = copy().in(facts.mode);
    known.zeros.or(facts.zeros);
    known.popped.or(facts.popped);
    known.zeros.andNot(locals);
    known.popped.andNot(locals);
    known.localNumbers.putAll(facts.localNumbers);
    known.localNumbers.keySet().removeIf(locals::get);
    known.numbers.putAll(facts.numbers);
    known.numbers.keySet().removeAll(operands.keySet());
    known.sites.putAll(facts.sites);
    known.sites.keySet().removeAll(operands.keySet());
    known.isFresh = facts.isFresh;
    return known;
  }

  Mode mode() {
    return mode;
  }

  boolean isEmpty() {
    return locals.isEmpty() && operands.isEmpty();
  }

  /** Whether an operand differs, or one of some locals. */
  boolean touches(BitSet some) {
    return !operands.isEmpty() || locals.intersects(some);
  }

  boolean hasLocal(int local) {
    return locals.get(local);
  }

  void setLocal(int local, boolean differs) {
    locals.set(local, differs);
  }

  boolean isZero(int local) {
    return zeros.get(local);
  }

  boolean isPopped(int local) {
    return popped.get(local);
  }

  /** Notes what is known of a local that is written, or has been looked at. */
  void know(int local, boolean isZero, boolean isPopped) {
    zeros.set(local, isZero);
    popped.set(local, isPopped);
  }

  /** Whether nothing was popped from the frame yet; from now on something was. */
  boolean pops() {
    boolean before = isFresh;
    isFresh = false;
    return before;
  }

  /** Numbers of which a local is one; null if that is not known. */
  @Nullable Set<Long> localNumbers(int local) {
    return localNumbers.get(local);
  }

  void setLocalNumbers(int local, @Nullable Set<Long> known) {
    set(localNumbers, local, known);
  }

  /** Numbers of which an operand is one; null if that is not known. */
  @Nullable Set<Long> numbers(int height) {
    return numbers.get(height);
  }

  void setNumbers(int height, @Nullable Set<Long> known) {
    set(numbers, height, known);
  }

  /** The site's numbers of which an operand is one; null if it is no such number for certain. */
  @Nullable Set<Long> sites(int height) {
    return sites.get(height);
  }

  /** All that is known of numbers of sites among the operands. */
  String allSites() {
    return sites.toString();
  }

  void setSite(int height, long number) {
    sites.put(height, Set.of(number));
  }

  private static void set(Map<Integer, Set<Long>> map, int key, @Nullable Set<Long> known) {
    if (known == null) {
      map.remove(key);
    } else {
      map.put(key, known);
    }
  }

  boolean hasOperand(int height) {
    return operands.containsKey(height);
  }

  boolean hasOperandFrom(int height) {
    return operands.ceilingKey(height) != null;
  }

  /** The local that a differing operand was read from, or {@link #NO_LOCAL}. */
  int origin(int height) {
    return operands.getOrDefault(height, NO_LOCAL);
  }

  void addOperand(int height, int origin) {
    operands.put(height, origin);
  }

  /** Forgets the operands from a height on. */
  void cut(int height) {
    operands.tailMap(height, true).clear();
    numbers.tailMap(height, true).clear();
    sites.tailMap(height, true).clear();
  }

  /** What is left behind a branch that takes the topmost operands down to a lower height. */
  Difference branch(int height, int floor, int arity) {
    Difference moved = copy();
    moved.cut(floor);
    for (Map.Entry<Integer, Integer> entry : operands.tailMap(height - arity, true).entrySet()) {
      moved.addOperand(entry.getKey() - (height - arity) + floor, entry.getValue());
    }
    int down = height - arity - floor;
    numbers
        .subMap(height - arity, height)
        .forEach((place, known) -> moved.numbers.put(place - down, known));
    sites
        .subMap(height - arity, height)
        .forEach((place, known) -> moved.sites.put(place - down, known));
    return moved;
  }

  /** This and another that comes by another way, in the same mode. */
  Difference join(Difference other) {
    Difference joined = copy();
    joined.locals.or(other.locals);
    joined.zeros.and(other.zeros);
    joined.popped.and(other.popped);
    other.operands.forEach(
        (height, origin) ->
            joined.operands.merge(height, origin, (a, b) -> a.equals(b) ? a : NO_LOCAL));
    join(joined.localNumbers, other.localNumbers);
    join(joined.numbers, other.numbers);
    join(joined.sites, other.sites);
    joined.isFresh &= other.isFresh;
    return joined;
  }

  private static void join(Map<Integer, Set<Long>> one, Map<Integer, Set<Long>> two) {
    one.keySet().retainAll(two.keySet());
    one.replaceAll(
        (key, known) -> {
          Set<Long> both = new HashSet<>(known);
          both.addAll(two.getOrDefault(key, Set.of()));
          return both;
        });
  }

  boolean isSame(Difference other) {
    return locals.equals(other.locals)
        && operands.equals(other.operands)
        && zeros.equals(other.zeros)
        && popped.equals(other.popped)
        && localNumbers.equals(other.localNumbers)
        && numbers.equals(other.numbers)
        && sites.equals(other.sites)
        && isFresh == other.isFresh;
  }
}
