package dev.bysync.bench.faults;

import dev.bysync.bench.faults.Difference.Mode;
import dev.bysync.wasm.code.Opcodes;
import org.jspecify.annotations.Nullable;

/** Compares the two forms of a few instructions, and follows what they leave differently. */
final class StraightEquivalence {
  private final Subject subject;
  private final Equivalence equivalence;
  private final Body body;
  private final int first;
  private final Flow paths;

  /**
   * @param first the first instruction that differs
   * @param paths all paths from the body's entry
   */
  StraightEquivalence(Subject subject, Equivalence equivalence, Body body, int first, Flow paths) {
    this.subject = subject;
    this.equivalence = equivalence;
    this.body = body;
    this.first = first;
    this.paths = paths;
  }

  /** Why the mutant is equal; null if that is not known. */
  @Nullable Equal of(Mutant mutant, byte[] bytes) {
    int behind = first;
    while (behind < body.size() && body.at(behind).start() < mutant.to()) {
      behind++;
    }
    int to = mutant.to();
    if (behind < body.size()
        && (body.at(behind).is(Opcodes.BR) || body.at(behind).is(Opcodes.RETURN))) {
      to = body.at(behind++).end(); // what it doesn't take along doesn't matter
    }
    Straight good = new Straight(subject, subject.bytes(), mutant.from(), to);
    Straight other = new Straight(subject, bytes, mutant.from(), to + mutant.growth());
    if (!good.isKnown()
        || !other.isKnown()
        || !good.effects().equals(other.effects())
        || good.exit() != other.exit()) {
      return null;
    }
    return switch (good.exit()) {
      case Straight.FALLS_THROUGH -> fallsThrough(good, other, behind);
      case Straight.RETURNS -> returns(good, other);
      default -> branches(good, other);
    };
  }

  private @Nullable Equal fallsThrough(Straight good, Straight other, int behind) {
    if (behind >= body.size() || good.left() - good.taken() != other.left() - other.taken()) {
      return null;
    }
    int compared = Math.max(good.left(), other.left());
    Difference difference =
        difference(good, other, equivalence.typing(body).height(behind), compared);
    Long one = number(good);
    Long two = number(other);
    if (one == null || two == null || !isSiteNumber() || !difference.hasOperandFrom(0)) {
      return follow(difference, good, behind, new Proof(subject, equivalence));
    }
    difference.addOperand(equivalence.typing(body).height(behind) - 1, Difference.SITE);
    Proof proof = new Proof(subject, equivalence).between(one, two);
    return follow(difference, good, behind, proof);
  }

  private @Nullable Equal returns(Straight good, Straight other) {
    int results = subject.results(body.function());
    return difference(good, other, results, results).hasOperandFrom(0) ? null : Equal.SAME_EFFECT;
  }

  private @Nullable Equal branches(Straight good, Straight other) {
    Typing typing = equivalence.typing(body);
    int opener = body.label(first, good.exit());
    if (opener == Body.WHOLE) {
      return returns(good, other);
    }
    int arity = typing.arity(opener);
    Difference difference = difference(good, other, typing.floor(opener) + arity, arity);
    return follow(difference, good, typing.target(opener), new Proof(subject, equivalence));
  }

  private @Nullable Equal follow(Difference difference, Straight good, int place, Proof proof) {
    if (difference.isEmpty()) {
      return Equal.SAME_EFFECT;
    }
    boolean calls = good.effects().stream().anyMatch(effect -> effect.startsWith("call"));
    for (Difference before : paths.at(first)) {
      Difference here = difference.in(calls ? Mode.ANY : before.mode());
      proof.add(body, place, paths.with(here, place));
    }
    return proof.why();
  }

  /** The number that is all there is. */
  private static @Nullable Long number(Straight form) {
    String number = Opcodes.I32_CONST + " ";
    boolean isOne = form.left() == 1 && form.taken() == 0 && form.operand(0).startsWith(number);
    return isOne
        ? Long.valueOf(form.operand(0).substring(number.length()).replace("[]", ""))
        : null;
  }

  private boolean isSiteNumber() {
    return subject.sites().siteAtCheck(body.at(first).start()) >= 0
        || new Selector(subject, body, paths).isNumber(first);
  }

  /**
   * What two forms leave differently.
   *
   * @param height operands in the end
   * @param compared how many of them are compared, from the top
   */
  private Difference difference(Straight good, Straight other, int height, int compared) {
    Difference difference = Difference.none(Mode.ANY);
    for (int i = 0; i < compared; i++) {
      if (!good.operand(i).equals(other.operand(i))) {
        difference.addOperand(height - 1 - i, origin(good, good.operand(i)));
      }
    }
    for (int local = 0; local < body.localCount(); local++) {
      difference.setLocal(local, !good.local(local).equals(other.local(local)));
    }
    return difference;
  }

  /** The local whose value a symbol is, or none. */
  private static int origin(Straight good, String symbol) {
    if (!symbol.startsWith("L")) {
      return Difference.NO_LOCAL;
    }
    int local = Integer.parseInt(symbol.substring(1));
    return good.writes(local) ? Difference.NO_LOCAL : local;
  }
}
