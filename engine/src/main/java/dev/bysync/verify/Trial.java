package dev.bysync.verify;

import dev.bysync.verify.machine.Shape;
import dev.bysync.verify.machine.Signature;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Calls of exports in one instance, with the host calls that suspend in each: what a minimiser
 * takes parts of.
 *
 * @param world seed of what the host answers
 * @param steps the calls
 */
record Trial(long world, List<Step> steps) {
  /** A call may take this many times the instructions it took, so that it ends in other company. */
  private static final int FUEL_FACTOR = 16;

  Trial {
    steps = List.copyOf(steps);
  }

  /**
   * A call.
   *
   * @param call the export and its arguments
   * @param fuel instructions that the original may execute in it
   * @param pauses host calls that suspend in it, as pairs of number and times
   */
  record Step(Script.Call call, long fuel, List<Pause> pauses) {
    Step {
      pauses = List.copyOf(pauses);
    }

    Step with(List<Pause> fewer) {
      return new Step(call, fuel, fewer);
    }
  }

  /** The host call of a step, counted from 0, that suspends so many times in a row. */
  record Pause(int hostCall, int times) {}

  /**
   * What came of a run.
   *
   * @param difference the first difference, for people, or an empty string
   * @param sites the sites of the last suspension, innermost first
   * @param executed instructions executed
   */
  record Result(String difference, List<Reproducer.Site> sites, long executed) {}

  /** What was recorded, with the suspensions of a schedule. */
  static Trial of(Session session, byte[] times, long fuel) {
    List<Step> steps = new ArrayList<>();
    for (Session.Step step : session.steps()) {
      List<Pause> pauses = new ArrayList<>();
      for (int i = step.from(); i < step.to(); i++) {
        if (times[i] != 0) {
          pauses.add(new Pause(i - step.from(), times[i]));
        }
      }
      Script.Call call = step.call();
      if (call != null) {
        // one that was cut is cut at the same place again
        long limit =
            step.isCut() ? step.fuel() : Math.min(fuel, step.fuel() * FUEL_FACTOR + 10_000);
        steps.add(new Step(call, limit, pauses));
      }
    }
    return new Trial(session.seed(), steps);
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
      long[] args = call.args().stream().mapToLong(Long::longValue).toArray();
      steps.add(new Step(new Script.Call(export(original, call, args), args), call.fuel(), pauses));
    }
    return new Trial(reproducer.world(), steps);
  }

  private static Shape.ExportedFunction export(Shape shape, Reproducer.Call call, long[] args) {
    for (Shape.ExportedFunction function : shape.functions()) {
      if (function.name().equals(call.export())
          && Signature.slots(function.signature().params()) == args.length) {
        return function;
      }
    }
    throw new IllegalArgumentException(
        "the original exports no function %s with %d arguments"
            .formatted(call.export(), args.length));
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
    return steps.stream()
        .map(
            step ->
                new Reproducer.Call(
                    step.call().export().name(),
                    Arrays.stream(step.call().args()).boxed().toList(),
                    step.fuel()))
        .toList();
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
}
