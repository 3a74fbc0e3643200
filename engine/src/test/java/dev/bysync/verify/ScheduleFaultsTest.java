package dev.bysync.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.verify.interp.InterpreterFactory;
import dev.bysync.verify.machine.LoadException;
import dev.bysync.verify.machine.Program;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Each schedule finds a fault that none of the others finds: a transform written by hand, which
 * goes wrong only after a certain history of calls that did and did not suspend.
 */
final class ScheduleFaultsTest {
  private static final String ORIGINAL =
      Fixtures.ORIGINAL.strip().replaceAll("\\)$", "")
          + "(func (export \"quick\") (param i32) (result i32) (local.get 0)))";

  private static final String POP =
      """
      (i32.store (global.get $data) (i32.sub (i32.load (global.get $data)) (i32.const 4)))
      (local.set $a (i32.load (i32.load (global.get $data))))
      """;

  private static final String PUSH =
      """
      (i32.store (i32.load (global.get $data)) (local.get $a))
      (i32.store (global.get $data) (i32.add (i32.load (global.get $data)) (i32.const 4)))
      """;

  /** One stack for all: right as long as what is suspended last is resumed first. */
  private static final String PUSH_SHARED =
      """
      (global.set $shared (i64.or (i64.shl (global.get $shared) (i64.const 32))
        (i64.extend_i32_u (local.get $a))))
      """;

  private static final String POP_SHARED =
      """
      (local.set $a (i32.wrap_i64 (global.get $shared)))
      (global.set $shared (i64.shr_u (global.get $shared) (i64.const 32)))
      """;

  /** Histories have a bit for each event, the last one lowest. */
  private static String transformed(String push, String pop, String goesWrong) {
    return """
        (module
          (import "env" "get" (func $get (param i32) (result i32)))
          (memory (export "memory") 1)
          (global $count (export "count") (mut i32) (i32.const 0))
          (global $calls (mut i32) (i32.const 0))   ;; host calls that have returned
          (global $resumed (mut i32) (i32.const 0)) ;; for each of them: 1 if it was resumed
          (global $events (mut i32) (i32.const 0))  ;; 1 for each unwinding, 0 for each return
          (global $quick (mut i32) (i32.const 0))   ;; whether quick was called since
          (global $shared (mut i64) (i64.const 0))
          (func (export "quick") (param i32) (result i32)
            (global.set $quick (i32.const 1)) (local.get 0))
          (func (export "work") (param $n i32) (result i32)
            (local $a i32) (local $r i32) (local $rewinds i32)
            (local.set $rewinds (i32.eq (global.get $state) (i32.const 2)))
            (if (local.get $rewinds)
              (then POP)
              (else
                (local.set $a (i32.add (local.get $n) (i32.const 10)))
                (i32.store (i32.const 64) (local.get $a))
                (global.set $count (i32.add (global.get $count) (i32.const 1)))))
            (local.set $r (call $get (local.get $a)))
            (if (i32.eq (global.get $state) (i32.const 1))
              (then
                PUSH
                (global.set $events
                  (i32.or (i32.shl (global.get $events) (i32.const 1)) (i32.const 1)))
                (global.set $quick (i32.const 0))
                (return (i32.const 0))))
            (global.set $events (i32.shl (global.get $events) (i32.const 1)))
            (global.set $resumed
              (i32.or (i32.shl (global.get $resumed) (i32.const 1)) (local.get $rewinds)))
            (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
            (if WRONG (then (local.set $r (i32.add (local.get $r) (i32.const 1)))))
            (i32.add (local.get $a) (local.get $r)))
        """
            .replace("POP", pop)
            .replace("PUSH", push)
            .replace("WRONG", goesWrong)
        + Fixtures.CONTROLS
        + ")";
  }

  private static String goesWrong(String when) {
    return transformed(PUSH, POP, when);
  }

  /** The schedules that find a difference, each run by itself. */
  private static Set<Schedule.Kind> finders(String output) throws LoadException {
    Program original = new InterpreterFactory().load(Fixtures.assemble(ORIGINAL));
    Program transformed = new InterpreterFactory().load(Fixtures.assemble(output));
    List<Session> sessions = Baseline.record(original, Fixtures.OPTIONS).sessions();
    long seed = Fixtures.OPTIONS.seed();
    Set<Schedule.Kind> found = EnumSet.noneOf(Schedule.Kind.class);
    List<Schedule> schedules = new ArrayList<>(List.of(Schedule.none(sessions)));
    schedules.addAll(Schedule.of(sessions, seed));
    schedules.addAll(Schedule.alone(sessions, seed));
    Replay last = replay(original, transformed, sessions);
    for (Schedule schedule : schedules) {
      Replay replay = replay(original, transformed, sessions);
      attempt(found, schedule.kind(), () -> replay.run(schedule, true));
      last = schedule.kind() == Schedule.Kind.EVERY ? replay : last;
    }
    for (Schedule.Kind kind : List.of(Schedule.Kind.VISITS, Schedule.Kind.STACKS)) {
      Session session = Objects.requireNonNull(Weave.suitable(sessions));
      Weave weave = Weaver.record(original, Fixtures.OPTIONS, session, kind);
      Replay replay = replay(original, transformed, sessions);
      attempt(found, kind, () -> replay.run(Objects.requireNonNull(weave)));
    }
    Replay knowing = last;
    attempt(found, Schedule.Kind.OVERFLOW, knowing::overflow);
    return found;
  }

  private interface Run {
    void run() throws Difference;
  }

  private static void attempt(Set<Schedule.Kind> found, Schedule.Kind kind, Run run) {
    try {
      run.run();
    } catch (Difference e) {
      found.add(kind);
    }
  }

  private static Replay replay(Program original, Program transformed, List<Session> sessions) {
    return new Replay(
        transformed, original.shape(), sessions, Tally.of(null), Fixtures.OPTIONS, 100_000_000);
  }

  private static Verification verify(String output) {
    return Fixtures.verify(Fixtures.assemble(ORIGINAL), Fixtures.assemble(output));
  }

  @Test
  void rightTransformIsVerified() throws LoadException {
    String right = goesWrong("(i32.const 0)");

    Verification verification = verify(right);
    assertThat(verification.verdict()).as(verification.reason()).isEqualTo(Verdict.VERIFIED);
    assertThat(finders(right)).isEmpty();
    Coverage.Schedules schedules = verification.coverage().schedules();
    assertThat(schedules.visits()).isPositive();
    assertThat(schedules.reordered()).isPositive();
    assertThat(schedules.overflows()).isPositive();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # at the last call, nothing having been suspended
          NONE   | (i32.and (i32.eq (global.get $calls) (i32.const 24)) (i32.eqz (global.get $resumed)))
          # when the twelfth in a row was suspended once
          EVERY  | (i32.eq (i32.and (global.get $events) (i32.const 0xFFFFFF)) (i32.const 0xAAAAAA))
          # when the fourth in a row was suspended twice
          TWICE  | (i32.eq (i32.and (global.get $events) (i32.const 0xFFF)) (i32.const 0xDB6))
          # in the third that is not suspended after one that was
          RANDOM | (i32.eq (i32.and (global.get $resumed) (i32.const 15)) (i32.const 8))
          # when the sixth call is the first that is suspended
          ALONE  | (i32.and (i32.eq (global.get $calls) (i32.const 6)) (i32.eq (global.get $resumed) (i32.const 1)))
          # when another export was called meanwhile
          VISITS | (i32.and (local.get $rewinds) (global.get $quick))
          """)
  void oneScheduleFindsWhatNoOtherDoes(Schedule.Kind kind, String when) throws LoadException {
    assertThat(finders(goesWrong(when))).containsExactly(kind);
    assertThat(verify(goesWrong(when)).verdict()).isEqualTo(Verdict.MISMATCH);
    Reproducer found = reproducer(goesWrong(when));
    assertThat(found.stack()).isEqualTo(Reproducer.Stack.AMPLE);
    assertThat(found.moves().isEmpty()).isEqualTo(kind != Schedule.Kind.VISITS);
  }

  /** A minimal reproducer, which shows its difference again, and none in the right transform. */
  private static Reproducer reproducer(String output) throws LoadException {
    return reproducer(output, Fixtures.OPTIONS);
  }

  private static Reproducer reproducer(String output, VerifyOptions options) throws LoadException {
    Reproduction faulty = reproduction(output);
    Reproducer found = faulty.find(options).orElseThrow();
    assertThat(faulty.replay(found, event -> {})).isNotEmpty().isEqualTo(found.difference());
    assertThat(reproduction(goesWrong("(i32.const 0)")).replay(found, event -> {})).isEmpty();
    return found;
  }

  private static Reproduction reproduction(String output) throws LoadException {
    return Reproduction.of(Subject.foreign(Fixtures.assemble(ORIGINAL), Fixtures.assemble(output)));
  }

  @Test
  void reproducerOfAVisitIsThreeMoves() throws LoadException {
    String faulty = goesWrong("(i32.and (local.get $rewinds) (global.get $quick))");

    Reproducer found = reproducer(faulty);

    assertThat(found.calls()).isEmpty();
    assertThat(found.moves()).hasSize(3);
    assertThat(found.moves().stream().map(ScheduleFaultsTest::begun))
        .containsExactly("work", "quick", "");
    assertThat(found.moves().stream().map(Reproducer.Move::hostCall)).containsExactly(0, -1, -1);
    assertThat(events(faulty, found))
        .containsExactly(
            "Called",
            "Ended", // the instance
            "Called",
            "HostCalled",
            "Unwinding",
            "Unwound",
            "PutAside",
            "Called",
            "Ended",
            "WentOn",
            "Rewinding",
            "Resumed",
            "Ended");
  }

  private static String begun(Reproducer.Move move) {
    Reproducer.Call call = move.call();
    return call == null ? "" : call.export();
  }

  private static List<String> events(String output, Reproducer found) throws LoadException {
    List<String> events = new ArrayList<>();
    reproduction(output).replay(found, event -> events.add(event.getClass().getSimpleName()));
    return events;
  }

  @Test
  void sharedStackIsFoundByAnotherOrderOnly() throws LoadException {
    String shared = transformed(PUSH_SHARED, POP_SHARED, "(i32.const 0)");
    String framed = transformed(PUSH_SHARED + PUSH, POP + POP_SHARED, "(i32.const 0)");

    assertThat(finders(shared)).containsExactly(Schedule.Kind.STACKS);
    assertThat(finders(framed)).containsExactly(Schedule.Kind.STACKS);
    assertThat(verify(framed).reason()).contains("suspended stacks are resumed in another order");
    Reproducer found = reproducer(framed);
    assertThat(found.moves().stream().map(ScheduleFaultsTest::begun))
        .containsExactly("work", "work", "");
    assertThat(found.moves().get(2).strand()).isEqualTo(found.moves().get(0).strand());
  }

  @Test
  void missingCheckIsFoundByTooSmallStacksOnly() throws LoadException {
    String unchecked = goesWrong("(i32.const 0)").replace("(then (unreachable))", "(then)");

    assertThat(finders(unchecked)).containsExactly(Schedule.Kind.OVERFLOW);
    assertThat(verify(unchecked).reason()).contains("stacks that are too small");
    Reproducer found = reproducer(unchecked);
    assertThat(found.stack()).isEqualTo(Reproducer.Stack.TOO_SMALL);
    assertThat(found.stackBytes()).isEqualTo(3); // of the 4 that its frame has
    assertThat(found.calls()).hasSize(1);
    assertThat(found.suspensions()).hasSize(1);
    assertThat(events(unchecked, found))
        .startsWith("Called", "Ended", "Called", "HostCalled", "Unwinding");
  }

  /** One that fits exactly is taken for one that does not. */
  @Test
  void reproducerMayNeedAStackOfTheExactSize() throws LoadException {
    String strict =
        goesWrong("(i32.const 0)")
            .replace(
                "i32.gt_u (i32.load (global.get $data))", "i32.ge_u (i32.load (global.get $data))");

    Reproducer found =
        reproducer(strict, Fixtures.OPTIONS.withOverflow(VerifyOptions.Overflow.AT_ONCE));

    assertThat(found.stack()).isEqualTo(Reproducer.Stack.EXACT);
    assertThat(found.calls()).hasSize(1);
    assertThat(found.suspensions()).hasSize(1);
  }

  /** Right for Binaryen's ABI, but not for ours: frames are written past the end. */
  @Test
  void whenOverflowMustBeNoticedIsAnOption() {
    byte[] original = Fixtures.assemble(ORIGINAL);
    byte[] output = Fixtures.assemble(goesWrong("(i32.const 0)"));

    Verification strict =
        Verifier.verify(
            original, output, null, Fixtures.OPTIONS.withOverflow(VerifyOptions.Overflow.AT_ONCE));

    assertThat(strict.verdict()).isEqualTo(Verdict.MISMATCH);
    assertThat(strict.reason()).contains("it unwinds in a stack of");
  }

  @Test
  void planIsTheSameForTheSameSeed() throws LoadException {
    Program original = new InterpreterFactory().load(Fixtures.assemble(ORIGINAL));
    Session session = Baseline.record(original, Fixtures.OPTIONS).sessions().get(0);
    String first = plan(original, session);

    assertThat(plan(original, session)).isEqualTo(first);
    assertThat(first).contains("RESUME");
  }

  private static String plan(Program original, Session session) {
    Weave weave =
        Objects.requireNonNull(
            Weaver.record(original, Fixtures.OPTIONS, session, Schedule.Kind.STACKS));
    StringBuilder text = new StringBuilder();
    for (Weave.Leg leg : weave.legs()) {
      text.append(leg.stack()).append(leg.move()).append(leg.step().show()).append('\n');
    }
    return text.toString();
  }
}
