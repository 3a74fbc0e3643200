package dev.bysync.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which calls of the host suspend, and how often in a row: an array for each session, parallel to
 * its trace.
 *
 * @param name what to call it in a report
 * @param times for each session, for each call of the host, how many times it suspends
 */
@SuppressWarnings("ArrayRecordComponent") // never changed after it is made
record Schedule(String name, List<byte[]> times) {
  private static final int MAX_ALL = 200;
  private static final int MAX_TWICE = 40;
  private static final int MAX_ALONE = 3;

  Schedule {
    times = List.copyOf(times);
  }

  /** Whether a session has anything suspended. */
  boolean isIdle(int session) {
    for (byte b : times.get(session)) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  /** Nothing suspends. */
  static Schedule none(List<Session> sessions) {
    return new Schedule("no suspension", blank(sessions));
  }

  /**
   * The schedules of suspensions: at every call of the host, up to a number; twice in a row at some
   * of them; at single ones alone. Where not all calls are taken, the seed decides which.
   */
  static List<Schedule> of(List<Session> sessions, long seed) {
    List<int[]> chosen = choose(sessions, seed);
    List<Schedule> schedules = new ArrayList<>();
    if (chosen.isEmpty()) {
      return schedules;
    }
    schedules.add(mark("every call suspends", sessions, chosen, 1));
    schedules.add(
        mark("calls suspend twice", sessions, spread(chosen, MAX_TWICE, Draw.mix(seed, 2)), 2));
    for (int[] alone : spread(chosen, MAX_ALONE, Draw.mix(seed, 3))) {
      String name = "host call " + alone[1] + " of session " + alone[0] + " suspends alone";
      schedules.add(mark(name, sessions, List.of(alone), 1));
    }
    return schedules;
  }

  private static List<byte[]> blank(List<Session> sessions) {
    List<byte[]> times = new ArrayList<>();
    for (Session session : sessions) {
      times.add(new byte[session.trace().size()]);
    }
    return times;
  }

  private static Schedule mark(String name, List<Session> sessions, List<int[]> calls, int count) {
    List<byte[]> times = blank(sessions);
    for (int[] call : calls) {
      times.get(call[0])[call[1]] = (byte) count;
    }
    return new Schedule(name, times);
  }

  /**
   * Calls to suspend at, as pairs of session and index, in order. Where there are too many: the
   * first call of each function in each step, or of each place of the probe, then others, spread
   * evenly.
   */
  private static List<int[]> choose(List<Session> sessions, long seed) {
    List<int[]> first = new ArrayList<>();
    List<int[]> others = new ArrayList<>();
    for (int s = 0; s < sessions.size(); s++) {
      Session session = sessions.get(s);
      for (Session.Step step : session.steps()) {
        Set<String> seen = new HashSet<>();
        for (int i = step.from(); i < step.to(); i++) {
          (seen.add(session.trace().place(i)) ? first : others).add(new int[] {s, i});
        }
      }
    }
    List<int[]> chosen = new ArrayList<>(spread(first, MAX_ALL, Draw.mix(seed, 0)));
    chosen.addAll(spread(others, MAX_ALL - chosen.size(), Draw.mix(seed, 1)));
    chosen.sort(Arrays::compare);
    return chosen;
  }

  /**
   * At most this many of them: one drawn from each of as many equal parts. A fixed stride would
   * keep step with programs that call the host in a regular pattern, and always meet the same place
   * of it.
   */
  static <T> List<T> spread(List<T> calls, int count, long seed) {
    if (calls.size() <= count) {
      return calls;
    }
    List<T> some = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int from = (int) ((long) i * calls.size() / count);
      int to = (int) ((i + 1L) * calls.size() / count);
      some.add(calls.get(from + (int) Long.remainderUnsigned(Draw.mix(seed, i), to - from)));
    }
    return some;
  }
}
