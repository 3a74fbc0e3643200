package dev.bysync.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bysync.asyncify.Asyncify;
import dev.bysync.asyncify.AsyncifyOptions;
import dev.bysync.asyncify.Transformed;
import dev.bysync.verify.machine.LoadException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ReproductionTest {
  private static final VerifyOptions OPTIONS = Fixtures.OPTIONS;
  private static final byte[] ORIGINAL = Fixtures.assemble(Fixtures.ORIGINAL);

  private static Reproducer find(byte[] original, byte[] transformed) throws LoadException {
    return Reproduction.of(Subject.foreign(original, transformed)).find(OPTIONS).orElseThrow();
  }

  private static String replay(byte[] transformed, Reproducer reproducer) throws LoadException {
    return Reproduction.of(Subject.foreign(ORIGINAL, transformed)).replay(reproducer, event -> {});
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          (local.set $a (i32.load (i32.load  | (local.set $n (i32.load (i32.load  | 1
          (i32.eq (global.get $state) (i32.const 1)) | (i32.const 0) | 1
          (return (i32.const 0)) | (i32.store (i32.const 128) (i32.const 9)) (return (i32.const 0)) | 1
          (return (i32.const 0)) | (unreachable) | 1
          (i32.add (local.get $a) (local.get $r)) | (i32.add (local.get $a) (i32.const 77)) | 0
          (local.set $r (call $get (local.get $a))) | (local.set $r (i32.const 0)) | 0
          """)
  void oneCallAndOneSuspensionAreLeft(String from, String to, int suspensions)
      throws LoadException {
    byte[] faulty = Fixtures.faulty(from, to);

    Reproducer found = find(ORIGINAL, faulty);

    assertThat(found.calls()).hasSize(1);
    assertThat(found.suspensions()).hasSize(suspensions);
    assertThat(found.difference()).startsWith("work(");
    assertThat(replay(faulty, found)).isEqualTo(found.difference());
    assertThat(replay(Fixtures.assemble(Fixtures.TRANSFORMED), found)).isEmpty();
  }

  /** Globals that only differ in the end need no call that returns something else. */
  @Test
  void differenceInWhatIsLeftBehindNeedsItsCall() throws LoadException {
    byte[] faulty =
        Fixtures.faulty("(global.set $count (i32.add (global.get $count) (i32.const 1)))", "(nop)");

    Reproducer found = find(ORIGINAL, faulty);

    assertThat(found.calls()).hasSize(1);
    assertThat(found.difference()).contains("global count");
  }

  /** The fault shows in the third call that follows a suspended one. */
  @Test
  void callsThatAreNeededTogetherAreKept() throws LoadException {
    byte[] faulty =
        Fixtures.faulty(
            "(i32.add (local.get $a) (local.get $r))",
            """
            (i32.add (local.get $a) (i32.add (local.get $r)
              (i32.and (i32.gt_u (global.get $count) (i32.const 2)) (i32.ne (global.get $data) (i32.const 0)))))
            """);

    Reproducer found = find(ORIGINAL, faulty);

    assertThat(found.calls()).hasSize(3);
    assertThat(found.suspensions()).hasSize(1);
  }

  @Test
  void sameInputGivesTheSameReproducer() throws LoadException {
    byte[] faulty = Fixtures.faulty("(i32.const 4)))\n        (local", "(i32.const 8)))\n (local");

    assertThat(find(ORIGINAL, faulty)).isEqualTo(find(ORIGINAL, faulty));
  }

  @Test
  void whatDoesNotDifferHasNone() throws LoadException {
    byte[] transformed = Fixtures.assemble(Fixtures.TRANSFORMED);

    assertThat(Reproduction.of(Subject.foreign(ORIGINAL, transformed)).find(OPTIONS)).isEmpty();
  }

  /** Of our own output the sites are known: the one whose check does nothing is named. */
  @Test
  void siteOfTheSuspensionIsNamed() throws LoadException {
    Transformed transformed = Asyncify.transform(ORIGINAL, AsyncifyOptions.defaults());
    byte[] faulty = transformed.bytes().clone();
    int check = 0;
    while (transformed.sites().siteAtCheck(check) < 0) {
      check++;
    }
    assertThat(faulty[check]).isEqualTo((byte) 0x23); // global.get of the state
    faulty[check] = 0x41; // i32.const
    faulty[check + 1] = 0;

    Reproducer found =
        Reproduction.of(new Subject(ORIGINAL, faulty, transformed.sites(), null))
            .find(OPTIONS)
            .orElseThrow();

    assertThat(found.calls()).hasSize(1);
    assertThat(found.suspensions()).containsExactly(new Reproducer.Suspension(0, 0, 1));
    assertThat(found.sites())
        .containsExactly(
            new Reproducer.Site(
                transformed.sites().function(0), transformed.sites().originalOffset(0)));
  }

  @Test
  void replayTellsWhatHappensInOrder() throws LoadException {
    byte[] faulty = Fixtures.faulty("(i32.const 4)))\n        (local", "(i32.const 8)))\n (local");
    Reproducer found = find(ORIGINAL, faulty);
    List<String> events = new ArrayList<>();
    List<ReplayEvent> all = new ArrayList<>();

    Reproduction.of(Subject.foreign(ORIGINAL, faulty)).replay(found, all::add);
    all.forEach(event -> events.add(event.getClass().getSimpleName()));

    assertThat(events)
        .startsWith("Called", "Ended", "Called", "HostCalled", "Unwinding", "Unwound", "Rewinding");
    ReplayEvent.Unwinding unwinding = (ReplayEvent.Unwinding) all.get(4);
    ReplayEvent.Unwound unwound = (ReplayEvent.Unwound) all.get(5);
    assertThat(unwinding.function()).isEqualTo("env.get");
    assertThat(unwound.bytes()).isEqualTo(4); // one local of one frame
    assertThat(unwound.pos()).isEqualTo(unwinding.pos() + 4);
  }

  @Test
  void exportsThatAreNotThereAreRefused() {
    Reproducer strange =
        new Reproducer(
            1,
            1,
            "",
            1,
            VerifyOptions.Overflow.AT_ONCE,
            "",
            List.of(new Reproducer.Call("other", List.of(), 1)),
            List.of(),
            List.of(),
            Reproducer.Stack.AMPLE,
            0,
            List.of(),
            "",
            List.of(),
            0);

    assertThatThrownBy(() -> replay(Fixtures.assemble(Fixtures.TRANSFORMED), strange))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("other");
  }
}
