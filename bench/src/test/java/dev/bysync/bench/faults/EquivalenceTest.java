package dev.bysync.bench.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What can be proved equal, and what can't. */
final class EquivalenceTest {
  /** Every valid fault of a kind in a module, and why each is equal. */
  private static List<@Nullable Equal> judge(Subject subject, Kind kind) {
    Places places = new Places(subject);
    Patch patch = new Patch(subject.module());
    Equivalence equivalence = new Equivalence(subject);
    List<@Nullable Equal> found = new ArrayList<>();
    for (int place : places.of(kind)) {
      for (Mutant mutant : places.at(place)) {
        byte[] bytes = mutant.kind() == kind ? patch.apply(mutant) : null;
        if (bytes != null) {
          found.add(equivalence.of(mutant, bytes));
        }
      }
    }
    return found;
  }

  private static final Subject TWICE = Subjects.of("twice", SampleTest.TWICE);

  @Test
  void aResultWhileUnwindingMustBeZero() {
    assertThat(judge(TWICE, Kind.RESULT_NONZERO)).containsExactly((Equal) null);
  }

  @Test
  void aLocalThatIsReadBehindTheCallMustBeSavedAndRestored() {
    assertThat(judge(TWICE, Kind.SAVE_ZEROED)).containsExactly((Equal) null);
    assertThat(judge(TWICE, Kind.RESTORE_DROPPED)).containsExactly((Equal) null);
    assertThat(judge(TWICE, Kind.CHECK_REMOVED)).doesNotContain(Equal.values());
  }

  @Test
  void theStructuresAddressIsSetBeforeItIsRead() {
    assertThat(judge(TWICE, Kind.GLOBAL_INITIAL)).contains(Equal.BEFORE_USE, (Equal) null);
  }

  @Test
  void aFunctionThatNothingCallsIsEqualWhateverItDoes() {
    Subject subject =
        Subjects.of(
            "dead",
            """
            (module
              (import "env" "f" (func $f))
              (memory (export "memory") 1)
              (func $dead (param i32) (result i32) (call $f) (local.get 0)))
            """);
    assertThat(judge(subject, Kind.SAVE_ZEROED)).containsExactly(Equal.NEVER_CALLED);
  }

  /** The call in the middle is made to rewind with a zero in place of what it got. */
  @Test
  void aCalleeThatIsRewoundDoesNotReadItsArguments() {
    Subject subject =
        Subjects.of(
            "argument",
            """
            (module
              (import "env" "f" (func $f (param i32)))
              (memory (export "memory") 1)
              (func $callee (param i32) (result i32)
                (call $f (local.get 0))
                (i32.add (local.get 0) (i32.const 1)))
              (func (export "run") (param i32) (result i32)
                (call $callee (i32.load (local.get 0)))))
            """);
    List<@Nullable Equal> constants = judge(subject, Kind.CONSTANT_OFF);
    assertThat(constants).contains(Equal.IGNORED_ARGUMENT);
    assertThat(judge(subject, Kind.SAVE_ZEROED)).containsExactly((Equal) null);
  }

  /** Its operand is made again behind the label, so there is nothing to do when it is rewound. */
  @Test
  void aConditionThatDecidesOnNothingMayBeAny() {
    Subject subject =
        Subjects.of(
            "empty head",
            """
            (module
              (import "env" "f" (func $f (param i32)))
              (memory (export "memory") 1)
              (func (export "run") (call $f (i32.const 7))))
            """);
    assertThat(judge(subject, Kind.RESUME_SKIPPED)).containsExactly(Equal.DEAD_VALUE);
    assertThat(judge(subject, Kind.EQZ_ADDED)).contains(Equal.SAME_TARGET);
    assertThat(judge(TWICE, Kind.RESUME_SKIPPED)).containsExactly((Equal) null);
  }

  @Test
  void anEndOfAnIfIsMoreThanALabel() {
    assertThat(judge(TWICE, Kind.LABEL_MOVED))
        .contains((Equal) null)
        .doesNotContain(Equal.values());
  }

  /** The local is read where an exception of the second call is caught. */
  @Test
  void aLocalThatACatchReadsIsNotDead() {
    Subject subject =
        Subjects.of(
            "catch",
            """
            (module
              (import "env" "f" (func $f (result i32)))
              (memory (export "memory") 1)
              (func (export "run") (result i32) (local $n i32)
                try (result i32)
                  (local.set $n (call $f))
                  (drop (call $f))
                  (local.set $n (i32.const 7))
                  i32.const 0
                catch_all
                  local.get $n
                end))
            """);
    assertThat(judge(subject, Kind.SAVE_ZEROED)).isNotEmpty().containsOnly((Equal) null);
  }

  /** A sum that wrapped around is less than either operand. */
  @Test
  void bothOperandsTellWhetherASumHasWrapped() {
    assertThat(judge(TWICE, Kind.READ_OF_OTHER)).contains(Equal.SAME_SUM, (Equal) null);
  }

  /** Three sites have numbers 0 to 2, and whatever is more goes where 2 goes. */
  @Test
  void theDefaultOfADispatchTakesTheNextNumber() {
    Subject subject =
        Subjects.of(
            "three",
            """
            (module
              (import "env" "f" (func $f (param i32) (result i32)))
              (memory (export "memory") 1)
              (func (export "run") (param i32) (result i32) (local i32)
                (local.set 1 (call $f (i32.load (local.get 0))))
                (local.set 0 (i32.add (local.get 0) (call $f (i32.load (local.get 1)))))
                (local.set 1 (call $f (i32.load (local.get 0))))
                (i32.add (local.get 0) (local.get 1))))
            """);
    assertThat(judge(subject, Kind.SITE_NUMBER_OFF)).contains(Equal.SAME_SITE, (Equal) null);
    assertThat(judge(subject, Kind.SAVE_ZEROED)).contains((Equal) null);
  }

  /** The number behind the first call goes to a local that only the first call's frame brings. */
  @Test
  void aFrameIsRestoredWhereItsNumberLeads() {
    Subject subject =
        Subjects.of(
            "numbers",
            """
            (module
              (import "env" "f" (func $f (param i32) (result i32)))
              (memory (export "memory") 1)
              (func (export "run") (param i32 i32) (result i32)
                (local.set 0 (i32.add (local.get 1) (call $f (local.get 0))))
                (local.set 0 (i32.add (local.get 0) (call $f (local.get 0))))
                (i32.add (local.get 0) (call $f (local.get 0)))))
            """);
    assertThat(judge(subject, Kind.DROP_TO_LOCAL)).contains(Equal.DEAD_SAVE);
  }
}
