package dev.bysync.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Finds a small trial that still differs, by delta debugging (Zeller and Hildebrandt, Simplifying
 * and isolating failure-inducing input, 2002): parts are left out, large ones first, as long as a
 * difference is left. First moves of calls that are under way together, then calls of exports, then
 * suspensions, then suspensions in a row; then calls again, for those were needed that only served
 * a suspension. Any difference counts, not only the first one found: what is smaller and differs is
 * what a reader wants.
 *
 * <p>Stops when {@value #MAX_TRIALS} trials were made, or {@value #FUEL_FACTOR} times the
 * verification's fuel was spent; what was reached by then is the result.
 */
final class Minimiser {
  private static final int MAX_TRIALS = 500;
  private static final int FUEL_FACTOR = 32;

  private final Function<Trial, Trial.Result> runner;
  private long left;
  private int trials;

  /** What still differs. */
  record Found(Trial trial, Trial.Result result, int trials) {}

  private record Differing(Trial trial, Trial.Result result) {}

  /**
   * Prepares the search.
   *
   * @param runner runs a trial
   * @param fuel instructions that a verification's original may execute
   */
  Minimiser(Function<Trial, Trial.Result> runner, long fuel) {
    this.runner = runner;
    this.left = Math.min(fuel, Long.MAX_VALUE / FUEL_FACTOR) * FUEL_FACTOR;
  }

  /** The smallest trial found; empty if the whole doesn't differ when it is run by itself. */
  Optional<Found> minimise(Trial whole) {
    Differing best = attempt(whole);
    if (best == null) {
      return Optional.empty();
    }
    best = reduce(best, Trial::moves, trial -> trial::withMoves);
    best = fewerCalls(best);
    best = fewerSuspensions(best);
    best = fewerInARow(best);
    best = fewerCalls(best);
    return Optional.of(new Found(best.trial(), best.result(), trials));
  }

  private Differing fewerCalls(Differing from) {
    return reduce(from, Trial::steps, trial -> trial::withSteps);
  }

  private Differing fewerSuspensions(Differing from) {
    Differing best = from;
    for (int i = 0; i < best.trial().steps().size(); i++) {
      int step = i;
      best =
          reduce(
              best,
              trial -> trial.steps().get(step).pauses(),
              trial -> pauses -> with(trial, step, old -> old.withPauses(pauses)));
      best =
          reduce(
              best,
              trial -> trial.steps().get(step).forced(),
              trial -> forced -> with(trial, step, old -> old.withForced(forced)));
    }
    return best;
  }

  private Differing fewerInARow(Differing from) {
    Differing best = from;
    for (int i = 0; i < best.trial().steps().size(); i++) {
      Trial once =
          with(
              best.trial(),
              i,
              step ->
                  step.withPauses(
                      step.pauses().stream()
                          .map(pause -> new Trial.Pause(pause.hostCall(), 1))
                          .toList()));
      Differing tried = once.equals(best.trial()) ? null : attempt(once);
      best = tried == null ? best : tried;
    }
    return best;
  }

  private static Trial with(Trial trial, int step, UnaryOperator<Trial.Step> change) {
    List<Trial.Step> steps = new ArrayList<>(trial.steps());
    steps.set(step, change.apply(steps.get(step)));
    return trial.withSteps(steps);
  }

  /** Leaves out parts of a list, halves first, single elements last. */
  private <T> Differing reduce(
      Differing from,
      Function<Trial, List<T>> list,
      Function<Trial, Function<List<T>, Trial>> rebuild) {
    Differing best = from;
    int length = Math.max(1, list.apply(best.trial()).size());
    while (length >= 1) {
      boolean smaller = false;
      int at = 0;
      while (at < list.apply(best.trial()).size()) {
        List<T> rest = new ArrayList<>(list.apply(best.trial()));
        rest.subList(at, Math.min(rest.size(), at + length)).clear();
        Differing tried = attempt(rebuild.apply(best.trial()).apply(rest));
        if (tried == null) {
          at += length;
        } else {
          best = tried;
          smaller = true;
        }
      }
      length = length > 1 ? length / 2 : smaller ? 1 : 0;
    }
    return best;
  }

  private @Nullable Differing attempt(Trial trial) {
    if (trials >= MAX_TRIALS || left <= 0) {
      return null;
    }
    trials++;
    Trial.Result result = runner.apply(trial);
    left -= result.executed();
    return result.difference().isEmpty() ? null : new Differing(trial, result);
  }
}
