package dev.bysync.verify;

import dev.bysync.asyncify.SiteMap;
import dev.bysync.verify.interp.InterpreterFactory;
import dev.bysync.verify.machine.LoadException;
import dev.bysync.verify.machine.MachineFactory;
import dev.bysync.verify.machine.Program;
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

  private final MachineFactory machines = new InterpreterFactory();
  private final Program original;
  private final Program transformed;
  private final @Nullable SiteMap sites;
  private final @Nullable SiteCalls calls;

  private Reproduction(Subject subject) throws LoadException {
    this.original = machines.load(subject.original());
    this.transformed =
        machines.load(subject.transformed(), original.bodies()).roomierThan(original.shape());
    this.sites = subject.sites();
    this.calls = SiteCalls.of(subject);
  }

  /**
   * Loads a pair of modules.
   *
   * @throws LoadException if one of them can't be run
   */
  public static Reproduction of(Subject subject) throws LoadException {
    return new Reproduction(subject);
  }

  /**
   * Looks for a difference as the verification does, and for the fewest calls and suspensions that
   * still show one.
   *
   * @return empty if there is no difference, or it does not show when it is run by itself
   */
  public Optional<Reproducer> find(VerifyOptions options) {
    long work = times(options.fuel(), Verifier.WORK_FACTOR);
    Comparison.Found found =
        new Comparison(machines, options, sites, calls, work)
            .run(original, original, transformed)
            .found();
    return found == null
        ? Optional.empty()
        : new Minimiser(trial -> run(trial, options, null), options.fuel())
            .minimise(found.trial())
            .map(smallest -> reproducer(smallest, found.schedule(), options));
  }

  private static long times(long fuel, int factor) {
    return Math.min(fuel, Long.MAX_VALUE / factor) * factor;
  }

  private static Reproducer reproducer(
      Minimiser.Found found, String schedule, VerifyOptions options) {
    Trial trial = found.trial();
    return new Reproducer(
        options.seed(),
        trial.world(),
        options.memory(),
        options.fuel(),
        options.overflow(),
        schedule,
        trial.calls(),
        trial.suspensions(),
        trial.forced(),
        switch (trial.stack().room()) {
          case AMPLE -> Reproducer.Stack.AMPLE;
          case EXACT -> Reproducer.Stack.EXACT;
          case TOO_SMALL -> Reproducer.Stack.TOO_SMALL;
        },
        trial.stack().bytes(),
        trial.moves(options.fuel()),
        found.result().difference(),
        found.result().sites(),
        found.trials());
  }

  /**
   * Runs a reproducer again.
   *
   * @param events told what happens, as it happens; where a stack is not ample, of the run in that
   *     stack only, if a run in an ample one shows no difference
   * @return the first difference, or an empty string if there is none any more
   * @throws IllegalArgumentException if it calls exports that the original hasn't
   */
  public String replay(Reproducer reproducer, Consumer<ReplayEvent> events) {
    VerifyOptions options =
        new VerifyOptions(reproducer.seed(), Math.max(1, reproducer.fuel()), reproducer.memory())
            .withOverflow(reproducer.overflow());
    return run(Trial.of(reproducer, original.shape()), options, events).difference();
  }

  private Trial.Result run(
      Trial trial, VerifyOptions options, @Nullable Consumer<ReplayEvent> events) {
    if (!trial.moves().isEmpty()) {
      Weave weave = Weaver.record(original, options, trial);
      return weave == null
          ? Trial.Result.NOTHING
          : run(weave.session(), options, events, replay -> replay.run(weave));
    }
    if (trial.isForcing() && calls != null) {
      return force(trial, calls, options, events);
    }
    Session session =
        Baseline.record(original, options, trial.world(), trial.scripted(), trial.limits());
    byte[] times = trial.times(session);
    Run ample = replay -> replay.run(new Schedule(Schedule.Kind.NONE, "", List.of(times)), true);
    if (trial.stack().room() == Pauses.Room.AMPLE) {
      return run(session, options, events, ample);
    }
    Replay first = replay(session, options, Tally.of(sites));
    try {
      ample.run(first);
    } catch (Difference e) {
      return run(session, options, events, ample);
    }
    return run(session, options, events, replay -> replay.run(trial.stack(), times, first));
  }

  private Trial.Result force(
      Trial trial, SiteCalls known, VerifyOptions options, @Nullable Consumer<ReplayEvent> events) {
    SiteArrivals arrivals = new SiteArrivals();
    Session session =
        Baseline.record(
            original,
            options,
            trial.world(),
            trial.scripted(),
            trial.limits(),
            machine -> arrivals.note(machine, known));
    ForcedCalls forced =
        ForcedCalls.at(trial.steps().stream().map(Trial.Step::forced).toList(), known);
    Trial.Result result = run(session, options, events, replay -> replay.force(forced));
    if (events != null && !result.difference().isEmpty()) {
      events.accept(arrivals.part(forced.order(), known));
    }
    return result;
  }

  /** What a replay is made to do. */
  private interface Run {
    void run(Replay replay) throws Difference;
  }

  private Trial.Result run(
      Session session, VerifyOptions options, @Nullable Consumer<ReplayEvent> events, Run run) {
    Tally tally = new Tally(sites, calls, events);
    Replay replay = replay(session, options, tally);
    long work = replay.workLeft();
    String difference = "";
    try {
      run.run(replay);
    } catch (Difference e) {
      difference = String.valueOf(e.getMessage());
    }
    return new Trial.Result(difference, tally.lastSites(), work - replay.workLeft());
  }

  private Replay replay(Session session, VerifyOptions options, Tally tally) {
    long work = times(options.fuel(), WORK_FACTOR);
    return new Replay(transformed, original.shape(), List.of(session), tally, options, work);
  }
}
