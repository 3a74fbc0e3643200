package dev.bysync.verify;

import dev.bysync.verify.machine.Shape;
import dev.bysync.verify.machine.Signature;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Calls of exports in one instance, with the host calls that suspend in each: what a minimiser
 * takes parts of.
 *
 * @param world seed of what the host answers
 * @param steps calls that are made one after the other
 * @param stack what they suspend in; if it is not ample, at most one of them suspends
 * @param moves what follows, with several calls under way; no step suspends if there are any
 */
record Trial(long world, List<Step> steps, Stack stack, List<Move> moves) {
  /** A call may take this many times the instructions it took, so that it ends in other company. */
  private static final int FUEL_FACTOR = 16;

  Trial {
    steps = List.copyOf(steps);
    moves = List.copyOf(moves);
  }

  /**
   * A call.
   *
   * @param call the export and its arguments
   * @param fuel instructions that the original may execute in it
   * @param pauses host calls that suspend in it, as pairs of number and times
   * @param forced calls of sites that are made to suspend in it
   */
  record Step(Script.Call call, long fuel, List<Pause> pauses, List<Forced> forced) {
    Step {
      pauses = List.copyOf(pauses);
      forced = List.copyOf(forced);
    }

    Step withPauses(List<Pause> fewer) {
      return new Step(call, fuel, fewer, forced);
    }

    Step withForced(List<Forced> other) {
      return new Step(call, fuel, pauses, other);
    }
  }

  /** The host call of a step, counted from 0, that suspends so many times in a row. */
  record Pause(int hostCall, int times) {}

  /**
   * The call of a site that is made to suspend.
   *
   * @param arrival when: so many arrivals there in the same call of an export come before
   */
  record Forced(Reproducer.Site site, int arrival) {}

  /**
   * What a call suspends in.
   *
   * @param room how large it is
   * @param bytes room for frames, where it is too small; else 0
   */
  record Stack(Pauses.Room room, int bytes) {
    static final Stack AMPLE = new Stack(Pauses.Room.AMPLE, 0);
    static final Stack EXACT = new Stack(Pauses.Room.EXACT, 0);
  }

  /**
   * A call is begun, or goes on.
   *
   * @param strand number of the call among those that are begun
   * @param call what is called; null where a suspended one goes on
   * @param hostCall the host call that suspends, of those made from here on, from 0; -1 for none
   */
  record Move(int strand, Script.@Nullable Call call, int hostCall) {}

  /**
   * What came of a run.
   *
   * @param difference the first difference, for people, or an empty string
   * @param sites the sites of the last suspension, innermost first
   * @param executed instructions executed
   */
  record Result(String difference, List<Reproducer.Site> sites, long executed) {
    static final Result NOTHING = new Result("", List.of(), 0);
  }

  /** What was recorded, with the suspensions of a schedule. */
  static Trial of(Session session, Pauses pauses, long fuel) {
    List<Step> steps = new ArrayList<>();
    for (Session.Step step : session.steps()) {
      List<Pause> suspending = new ArrayList<>();
      for (int i = step.from(); i < step.to(); i++) {
        if (pauses.times()[i] != 0) {
          suspending.add(new Pause(i - step.from(), pauses.times()[i]));
        }
      }
      Script.Call call = step.call();
      if (call != null) {
        // one that was cut is cut at the same place again
        long limit =
            step.isCut() ? step.fuel() : Math.min(fuel, step.fuel() * FUEL_FACTOR + 10_000);
        steps.add(new Step(call, limit, suspending, List.of()));
      }
    }
    return new Trial(session.seed(), steps, new Stack(pauses.room(), pauses.bytes()), List.of());
  }

  /** What was recorded with several calls under way. */
  static Trial of(Weave weave, long fuel) {
    List<Step> steps = new ArrayList<>();
    for (Session.Step step : weave.session().steps()) {
      Script.Call call = step.call();
      if (call != null) {
        steps.add(new Step(call, fuel, List.of(), List.of()));
      }
    }
    List<Move> moves = new ArrayList<>();
    int[] strands = new int[Weaver.MAX_STACKS];
    int begun = 0;
    for (Weave.Leg leg : weave.legs()) {
      boolean begins = leg.move() == Weave.Move.START;
      if (begins) {
        strands[leg.stack()] = begun++;
      }
      Session.Step step = leg.step();
      int hostCall = leg.isParked() ? step.to() - 1 - step.from() : -1;
      moves.add(new Move(strands[leg.stack()], begins ? step.call() : null, hostCall));
    }
    return new Trial(weave.session().seed(), steps, Stack.AMPLE, moves);
  }

  /**
   * What a reproducer says.
   *
   * @throws IllegalArgumentException if it calls exports that the original hasn't
   */
  static Trial of(Reproducer reproducer, Shape original) {
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < reproducer.calls().size(); i++) {
      Reproducer.Call call = reproducer.calls().get(i);
      List<Pause> pauses = new ArrayList<>();
      for (Reproducer.Suspension suspension : reproducer.suspensions()) {
        if (suspension.call() == i) {
          pauses.add(new Pause(suspension.hostCall(), suspension.times()));
        }
      }
      List<Forced> forced = new ArrayList<>();
      for (Reproducer.Forced one : reproducer.forced()) {
        if (one.call() == i) {
          forced.add(new Forced(one.site(), one.arrival()));
        }
      }
      steps.add(new Step(call(original, call), call.fuel(), pauses, forced));
    }
    List<Move> moves = new ArrayList<>();
    for (Reproducer.Move move : reproducer.moves()) {
      Reproducer.Call call = move.call();
      moves.add(
          new Move(move.strand(), call == null ? null : call(original, call), move.hostCall()));
    }
    Stack stack =
        switch (reproducer.stack()) {
          case AMPLE -> Stack.AMPLE;
          case EXACT -> Stack.EXACT;
          case TOO_SMALL -> new Stack(Pauses.Room.TOO_SMALL, reproducer.stackBytes());
        };
    return new Trial(reproducer.world(), steps, stack, moves);
  }

  private static Script.Call call(Shape shape, Reproducer.Call call) {
    long[] args = call.args().stream().mapToLong(Long::longValue).toArray();
    for (Shape.ExportedFunction function : shape.functions()) {
      if (function.name().equals(call.export())
          && Signature.slots(function.signature().params()) == args.length) {
        return new Script.Call(function, args);
      }
    }
    throw new IllegalArgumentException(
        "the original exports no function %s with %d arguments"
            .formatted(call.export(), args.length));
  }

  /** The same with other steps. */
  Trial withSteps(List<Step> other) {
    return new Trial(world, other, stack, moves);
  }

  /** The same with calls that are made to suspend, for each step; none for those behind. */
  Trial forcing(List<List<Forced>> forced) {
    List<Step> with = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      with.add(steps.get(i).withForced(i < forced.size() ? forced.get(i) : List.of()));
    }
    return withSteps(with);
  }

  /** Whether calls are made to suspend; no host call does, if any are. */
  boolean isForcing() {
    return steps.stream().anyMatch(step -> !step.forced().isEmpty());
  }

  /** The same with fewer moves; without those that go on with what was not begun. */
  Trial withMoves(List<Move> fewer) {
    List<Move> possible = new ArrayList<>();
    List<Integer> begun = new ArrayList<>();
    for (Move move : fewer) {
      if (move.call() != null) {
        begun.add(move.strand());
      }
      if (begun.contains(move.strand())) {
        possible.add(move);
      }
    }
    return new Trial(world, steps, stack, possible);
  }

  List<Script.Call> scripted() {
    return steps.stream().map(Step::call).toList();
  }

  long[] limits() {
    return steps.stream().mapToLong(Step::fuel).toArray();
  }

  /** The suspensions as a schedule of what was recorded. */
  byte[] times(Session session) {
    byte[] times = new byte[session.trace().size()];
    for (int i = 0; i < session.steps().size(); i++) {
      Session.Step recorded = session.steps().get(i);
      for (Pause pause : steps.get(i).pauses()) {
        int call = recorded.from() + pause.hostCall();
        if (pause.hostCall() >= 0 && call < recorded.to()) {
          times[call] = (byte) pause.times();
        }
      }
    }
    return times;
  }

  List<Reproducer.Call> calls() {
    return steps.stream().map(step -> call(step.call(), step.fuel())).toList();
  }

  private static Reproducer.Call call(Script.Call call, long fuel) {
    return new Reproducer.Call(
        call.export().name(), Arrays.stream(call.args()).boxed().toList(), fuel);
  }

  List<Reproducer.Suspension> suspensions() {
    List<Reproducer.Suspension> all = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      for (Pause pause : steps.get(i).pauses()) {
        all.add(new Reproducer.Suspension(i, pause.hostCall(), pause.times()));
      }
    }
    return all;
  }

  List<Reproducer.Forced> forced() {
    List<Reproducer.Forced> all = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      for (Forced forced : steps.get(i).forced()) {
        all.add(new Reproducer.Forced(i, forced.site(), forced.arrival()));
      }
    }
    return all;
  }

  /**
   * The moves for a reproducer.
   *
   * @param fuel instructions that the original may execute in each call
   */
  List<Reproducer.Move> moves(long fuel) {
    List<Reproducer.Move> all = new ArrayList<>();
    for (Move move : moves) {
      Script.Call call = move.call();
      all.add(
          new Reproducer.Move(
              move.strand(), call == null ? null : call(call, fuel), move.hostCall()));
    }
    return all;
  }
}
