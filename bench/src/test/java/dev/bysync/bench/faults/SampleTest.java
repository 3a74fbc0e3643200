package dev.bysync.bench.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.asyncify.OffsetMap;
import dev.bysync.asyncify.SiteMap;
import dev.bysync.bench.faults.Instruction.Origin;
import dev.bysync.wasm.code.Validator;
import dev.bysync.wasm.module.Module;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class SampleTest {
  private static final List<Subject> GENERATED = Subjects.generated(4);

  @Test
  void aSeedDrawsTheSameMutantsAgainAndAnotherSeedOthers() {
    Subject subject = GENERATED.get(0);
    List<Mutant> first = mutants(new Sample(subject, 1).draw(20, 0));
    List<Mutant> again = mutants(new Sample(subject, 1).draw(20, 0));
    List<Mutant> other = mutants(new Sample(subject, 2).draw(20, 0));

    assertThat(first).hasSize(20);
    assertThat(isSame(first, again)).isTrue();
    assertThat(isSame(first, other)).isFalse();
  }

  private static List<Mutant> mutants(List<Planted> planted) {
    return planted.stream().map(Planted::mutant).toList();
  }

  private static boolean isSame(List<Mutant> first, List<Mutant> other) {
    boolean same = first.size() == other.size();
    for (int i = 0; same && i < first.size(); i++) {
      same = first.get(i).isSame(other.get(i));
    }
    return same;
  }

  @Test
  void everyKindCanBePlantedSomewhere() {
    Set<Kind> kinds = EnumSet.noneOf(Kind.class);
    List<Subject> subjects = new ArrayList<>(Subjects.fixtures());
    subjects.add(Subjects.of("two tags", TWO_TAGS));
    for (Subject subject : subjects) {
      new Sample(subject, 1).draw(0, 1).forEach(one -> kinds.add(one.mutant().kind()));
    }
    assertThat(kinds).isEqualTo(EnumSet.allOf(Kind.class));
  }

  private static final String TWO_TAGS =
      """
      (module
        (import "env" "f" (func $f))
        (memory (export "memory") 1)
        (tag $a (param i32))
        (tag $b (param i32))
        (func (export "run") (param i32)
          try
            local.get 0
            throw $a
          catch_all
            call $f
            rethrow 0
          end))
      """;

  @Test
  void allThatIsNotCopiedIsAPlace() {
    Subject subject = Subjects.of("twice", TWICE);
    int added = 0;
    for (int body = 0; body < subject.module().bodyCount(); body++) {
      Body decoded = subject.bodyAt(body);
      for (int i = 0; i < decoded.size(); i++) {
        added += decoded.at(i).origin() == Origin.COPIED ? 0 : 1;
      }
    }
    Body twice = subject.bodyAt(0);
    int outside = new ModuleFaults(subject).places().size();

    assertThat(new Places(subject).size()).isEqualTo(added + outside);
    assertThat(copied(twice)).isEqualTo(9); // all but the body's end
    assertThat(outside).isGreaterThan(2);
  }

  private static long copied(Body body) {
    long copied = 0;
    for (int i = 0; i < body.size(); i++) {
      copied += body.at(i).origin() == Origin.COPIED ? 1 : 0;
    }
    return copied;
  }

  static final String TWICE =
      """
      (module
        (import "env" "sleep" (func $sleep (param i32)))
        (memory (export "memory") 1)
        (func (export "twice") (param $n i32) (result i32)
          (local.set $n (i32.add (local.get $n) (i32.const 1)))
          (call $sleep (local.get $n))
          (i32.mul (local.get $n) (i32.const 2))))
      """;

  @Test
  void aMutantIsValidAndDiffersAtItsPlaceAlone() {
    for (Subject subject : GENERATED) {
      byte[] good = subject.bytes();
      for (Planted planted : new Sample(subject, 1).draw(40, 1)) {
        Mutant mutant = planted.mutant();
        byte[] bytes = planted.bytes();
        Validator.validate(Module.read(bytes));

        assertThat(bytes).isNotEqualTo(good).hasSize(good.length + mutant.growth());
        assertThat(Arrays.copyOfRange(bytes, mutant.to() + mutant.growth(), bytes.length))
            .isEqualTo(Arrays.copyOfRange(good, mutant.to(), good.length));
        assertThat(Arrays.copyOfRange(bytes, mutant.from(), mutant.to() + mutant.growth()))
            .isEqualTo(mutant.with());
      }
    }
  }

  @Test
  void theMapsOfAMutantTellWhereItsInstructionsAre() {
    for (Subject subject : GENERATED) {
      for (Planted planted : new Sample(subject, 3).draw(40, 1)) {
        Mutant mutant = planted.mutant();
        OffsetMap moved = subject.offsets().moved(mutant.cuts(), mutant::place);
        for (int run = 0; run < moved.size(); run++) {
          byte[] original = subject.original();
          int from = moved.original(run);
          int to = moved.output(run);
          // the opcode of a branch that was left out is no more
          if (moved.length(run) > 1) {
            assertThat(Arrays.copyOfRange(planted.bytes(), to, to + moved.length(run)))
                .as(mutant.kind() + " at " + mutant.from())
                .isEqualTo(Arrays.copyOfRange(original, from, from + moved.length(run)));
          }
        }
        assertSitesMoved(subject, mutant);
      }
    }
  }

  private static void assertSitesMoved(Subject subject, Mutant mutant) {
    SiteMap moved = subject.sites().moved(mutant::place);
    for (int body = 0; body < subject.module().bodyCount(); body++) {
      Body decoded = subject.bodyAt(body);
      for (int i = 0; i < decoded.size(); i++) {
        int start = decoded.at(i).start();
        if (start < mutant.from() || start >= mutant.to()) {
          assertThat(moved.siteAtCheck(mutant.place(start)))
              .isEqualTo(subject.sites().siteAtCheck(start));
        }
      }
    }
  }
}
