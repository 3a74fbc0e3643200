package dev.bysync.verify;

import dev.bysync.verify.machine.Outcome;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the original did in the life of one instance, its calls being put aside and resumed in turn.
 *
 * @param kind which of the schedules it is
 * @param session the instance: what came before the first leg as steps, then the trace of
 *     everything and the end
 * @param legs what followed, in order
 * @param fuel instructions executed in all
 */
record Weave(Schedule.Kind kind, Session session, List<Leg> legs, long fuel) {
  Weave {
    legs = List.copyOf(legs);
  }

  /** How a stack comes to run. */
  enum Move {
    START,
    RESUME
  }

  /**
   * What one stack did in one go.
   *
   * @param stack which of those that live at a time, from 0
   * @param step the call, its outcome being that it was parked if it did not end
   */
  record Leg(int stack, Move move, Session.Step step) {
    boolean isParked() {
      return step.outcome() instanceof Outcome.Parked;
    }
  }

  String name() {
    return kind == Schedule.Kind.VISITS
        ? "exports are called while another is suspended"
        : "suspended stacks are resumed in another order";
  }

  /** The calls of the host that suspend: the last one of every leg that was parked. */
  Pauses pauses() {
    byte[] times = new byte[session.trace().size()];
    for (Leg leg : legs) {
      if (leg.isParked()) {
        times[leg.step().to() - 1] = 1;
      }
    }
    return Pauses.of(times, Pauses.unknown(times.length), Pauses.Room.AMPLE);
  }

  /** The session that has something to weave: the first with calls that may suspend; or null. */
  static @Nullable Session suitable(List<Session> sessions) {
    for (Session session : sessions) {
      for (Session.Step step : session.steps()) {
        for (int call = step.from(); call < step.to() && !step.isCut(); call++) {
          if (session.trace().maySuspend(call)) {
            return session;
          }
        }
      }
    }
    return null;
  }
}
