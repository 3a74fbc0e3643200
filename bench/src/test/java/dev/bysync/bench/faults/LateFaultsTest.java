package dev.bysync.bench.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.verify.Verdict;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Faults on a way that is gone for the first time when all else was compared on others. */
final class LateFaultsTest {
  /** Each arm calls the host; what comes behind them was come to by others before the last. */
  private static final String ARMS =
      """
      (module
        (import "env" "f" (func $f (param i32) (result i32)))
        (memory (export "memory") 1)
        (func (export "run") (param $a i32) (param $b i32) (result i32)
          block $out
            block $4 block $3 block $2 block $1 block $0
              (br_table $0 $1 $2 $3 $4 (local.get $a))
            end
              (drop (call $f (i32.const 10))) (br $out)
            end
              (drop (call $f (i32.const 11))) (br $out)
            end
              (drop (call $f (i32.const 12))) (br $out)
            end
              (drop (call $f (i32.const 13))) (br $out)
            end
            (drop (call $f (i32.const 14)))
          end
          (if (i32.load (local.get $a)) (then (local.set $b (i32.const 5))))
          (local.get $b)))
      """;

  private static List<Verdict> verdicts(Subject subject, Kind kind) {
    Places places = new Places(subject);
    Patch patch = new Patch(subject.module());
    Verifying verifying = new Verifying(subject, Verifying.defaultFuel());
    List<Verdict> verdicts = new ArrayList<>();
    for (int place : places.of(kind)) {
      for (Mutant mutant : places.at(place)) {
        byte[] bytes = mutant.kind() == kind ? patch.apply(mutant) : null;
        if (bytes != null && new Equivalence(subject).of(mutant, bytes) == null) {
          Planted planted = new Planted(mutant, bytes, Planted.Draw.EVENLY);
          verdicts.add(verifying.of(planted).verdict());
        }
      }
    }
    return verdicts;
  }

  @Test
  void aNumberThatGoesToALiveLocalIsFoundBehindEachCall() {
    List<Verdict> verdicts = verdicts(Subjects.of("arms", ARMS), Kind.DROP_TO_LOCAL);
    assertThat(verdicts).hasSizeGreaterThan(4).containsOnly(Verdict.MISMATCH);
  }
}
