package dev.bysync.bench.faults;

import dev.bysync.verify.Verdict;
import dev.bysync.verify.Verification;
import java.util.List;

/** The mutants of one module, verified and judged one by one. */
final class Planting {
  private final Subject subject;
  private final List<Planted> planted;
  private final int places;
  private final Verifying verifying;
  private final Equivalence equivalence;

  /**
   * @param count mutants drawn evenly
   * @param each how many of a kind there shall be at least
   * @param fuel instructions that the original may execute
   */
  Planting(Subject subject, long seed, int count, int each, long fuel) {
    this.subject = subject;
    Sample sample = new Sample(subject, seed);
    planted = sample.draw(count, each);
    places = sample.places();
    verifying = new Verifying(subject, fuel);
    equivalence = new Equivalence(subject);
  }

  int size() {
    return planted.size();
  }

  /** Number of places of which the mutants were drawn. */
  int places() {
    return places;
  }

  Planted planted(int number) {
    return planted.get(number);
  }

  Verification verifyGood() {
    return verifying.good();
  }

  /** What is known of a mutant before it is verified; the verdict is none. */
  synchronized Outcome describe(int number) {
    Mutant mutant = planted.get(number).mutant();
    Body body = subject.bodyAround(mutant.from());
    boolean inBody = body.indexOf(mutant.from()) >= 0;
    byte[] after = planted.get(number).bytes();
    return new Outcome(
        subject.name(),
        number,
        mutant.kind(),
        planted.get(number).draw(),
        inBody ? body.function() : -1,
        mutant.from(),
        inBody ? site(body, body.indexOf(mutant.from())) : -1,
        inBody ? Text.of(subject.bytes(), mutant.from(), mutant.to()) : "",
        inBody
            ? Text.of(after, mutant.from(), mutant.to() + mutant.growth())
            : mutant.kind().words(),
        Verdict.ERROR,
        "",
        "");
  }

  private int site(Body body, int i) {
    for (int at = i; at >= 0; at--) {
      int site = subject.sites().siteAtCheck(body.at(at).start());
      if (site >= 0) {
        return site;
      }
    }
    return -1;
  }

  /** Verifies a mutant. */
  Outcome verify(int number) {
    Verification verification = verifying.of(planted.get(number));
    return describe(number).with(verification.verdict(), verification.reason());
  }

  /**
   * Says why a mutant is equal for all inputs, if that can be proved: of those that were found,
   * too, of which none can be, so that a wrong proof shows.
   */
  synchronized Outcome judge(Outcome outcome) {
    Planted one = planted.get(outcome.number());
    Equal why = equivalence.of(one.mutant(), one.bytes());
    return why == null ? outcome : outcome.withEqual(why.words());
  }
}
