package dev.bysync.verify;

import dev.bysync.asyncify.SiteMap;
import dev.bysync.verify.interp.InterpreterFactory;
import dev.bysync.verify.machine.LoadException;
import dev.bysync.verify.machine.Program;
import dev.bysync.verify.machine.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds minimal reproducers of differences, and runs them again step by step. Deterministic, on our
 * own interpreter.
 */
public final class Reproduction {
  /** Instructions of one replay, as a multiple of what the original's calls may execute. */
  private static final int WORK_FACTOR = 8;

  private final Program original;
  private final Program transformed;
  private final @Nullable SiteMap sites;

  private Reproduction(Program original, Program transformed, @Nullable SiteMap sites) {
    this.original = original;
    this.transformed = transformed;
    this.sites = sites;
  }

  /**
   * Loads a pair of modules.
   *
   * @param sites where the transformed module can suspend; null if not known
   * @throws LoadException if one of them can't be run
   */
  public static Reproduction of(byte[] original, byte[] transformed, @Nullable SiteMap sites)
      throws LoadException {
    InterpreterFactory machines = new InterpreterFactory();
    Program first = machines.load(original);
    Program second = machines.load(transformed, first.bodies());
    return new Reproduction(first, second, sites);
  }

  /**
   * Looks for a difference as the verification does, and for the fewest calls and suspensions that
   * still show one.
   *
   * @return empty if there is no difference, or it can't be shown by calls of one instance
   */
  public Optional<Reproducer> find(VerifyOptions options) {
    Baseline baseline = Baseline.record(original, options);
    List<Schedule> schedules = new ArrayList<>();
    schedules.add(Schedule.none(baseline.sessions()));
    schedules.addAll(Schedule.of(baseline.sessions(), options.seed()));
    schedules.addAll(Schedule.alone(baseline.sessions(), options.seed()));
    for (Schedule schedule : schedules) {
      for (int i = 0; i < baseline.sessions().size(); i++) {
        Session session = baseline.sessions().get(i);
        if (schedule.isIdle(i) && !schedule.equals(schedules.get(0))) {
          continue;
        }
        Trial.Result result = run(session, schedule.times().get(i), options, Tally.of(sites));
        if (!result.difference().isEmpty()) {
          Trial trial = Trial.of(session, schedule.times().get(i), options.fuel());
          return new Minimiser(candidate -> run(candidate, options), options.fuel())
              .minimise(trial)
              .map(found -> reproducer(found, session.seed(), schedule.name(), options));
        }
      }
    }
    return Optional.empty();
  }

  private Reproducer reproducer(
      Minimiser.Found found, long world, String schedule, VerifyOptions options) {
    return new Reproducer(
        options.seed(),
        world,
        options.memory(),
        schedule,
        found.trial().calls(),
        found.trial().suspensions(),
        found.result().difference(),
        found.result().sites(),
        found.trials());
  }

  /**
   * Runs a reproducer again.
   *
   * @param events told what happens, as it happens
   * @return the first difference, or an empty string if there is none any more
   * @throws IllegalArgumentException if it calls exports that the original hasn't
   */
  public String replay(Reproducer reproducer, Consumer<ReplayEvent> events) {
    long fuel = 1;
    for (Reproducer.Call call : reproducer.calls()) {
      fuel = Math.max(fuel, call.fuel());
    }
    VerifyOptions options = new VerifyOptions(reproducer.seed(), fuel, reproducer.memory());
    Trial trial = Trial.of(reproducer, original.shape());
    return run(trial, options, new Tally(sites, events)).difference();
  }

  private Trial.Result run(Trial trial, VerifyOptions options) {
    return run(trial, options, Tally.of(sites));
  }

  private Trial.Result run(Trial trial, VerifyOptions options, Tally tally) {
    Session session =
        Baseline.record(original, options, trial.world(), trial.scripted(), trial.limits());
    return run(session, trial.times(session), options, tally);
  }

  private Trial.Result run(Session session, byte[] times, VerifyOptions options, Tally tally) {
    Shape shape = original.shape();
    long work = Math.min(options.fuel(), Long.MAX_VALUE / WORK_FACTOR) * WORK_FACTOR;
    List<Session> sessions = List.of(session);
    Replay replay = new Replay(transformed, shape, sessions, tally, options, work);
    String difference = "";
    try {
      replay.run(new Schedule(Schedule.Kind.NONE, "", List.of(times)), true);
    } catch (Difference e) {
      difference = String.valueOf(e.getMessage());
    }
    return new Trial.Result(difference, tally.lastSites(), work - replay.workLeft());
  }
}
