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
 * @param kind which of the schedules it is
 * @param name what to call it in a report
 * @param times for each session, for each call of the host, how many times it suspends
 */
@SuppressWarnings("ArrayRecordComponent") // never changed after it is made
record Schedule(Kind kind, String name, List<byte[]> times) {
  private static final int MAX_ALL = 200;
  private static final int MAX_TWICE = 40;
  private static final int MAX_RANDOM = 100;
  private static final int FIRST_ALONE = 6;
  private static final int MAX_ALONE = 3;

  /** What is suspended, and with what else. */
  enum Kind {
    NONE,
    EVERY,
    TWICE,
    RANDOM,
    ALONE,
    VISITS,
    STACKS,
    FORCED,
    OVERFLOW
  }

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

  /**
   * How many steps of a session are run after the last one that suspends. The first suspensions of
   * an instance are tried alone one after the other: to run everything behind them each time would
   * cost as much as all else together.
   */
  int stepsAfter() {
    return kind == Kind.ALONE ? 2 : Integer.MAX_VALUE;
  }

  /** How large the stacks are: the same call alone has the same frames as among others. */
  Pauses.Room room() {
    return kind == Kind.ALONE ? Pauses.Room.EXACT : Pauses.Room.AMPLE;
  }

  /** Nothing suspends. */
  static Schedule none(List<Session> sessions) {
    return new Schedule(Kind.NONE, "no suspension", blank(sessions));
  }

  /**
   * The schedules of suspensions: at every call of the host, up to a number; twice in a row at some
   * of them; at random ones, up to three times in a row. Where not all calls are taken, the seed
   * decides which.
   */
  static List<Schedule> of(List<Session> sessions, long seed) {
    List<int[]> first = new ArrayList<>();
    List<int[]> others = new ArrayList<>();
    sort(sessions, first, others);
    List<int[]> chosen = choose(first, others, seed);
    List<Schedule> schedules = new ArrayList<>();
    if (chosen.isEmpty()) {
      return schedules;
    }
    schedules.add(mark(Kind.EVERY, "every call suspends", sessions, chosen, 1));
    List<int[]> twice = spread(chosen, MAX_TWICE, Draw.mix(seed, 2));
    schedules.add(mark(Kind.TWICE, "calls suspend twice", sessions, twice, 2));
    schedules.add(random(sessions, first, others, Draw.mix(seed, 4)));
    return schedules;
  }

  /**
   * The schedule where each frame was verified by itself: at every call of the host, up to a
   * number, some of them twice or three times in a row. It is left to show that frames make a
   * stack.
   */
  static List<Schedule> ofStacks(List<Session> sessions, long seed) {
    List<int[]> first = new ArrayList<>();
    List<int[]> others = new ArrayList<>();
    sort(sessions, first, others);
    List<int[]> chosen = choose(first, others, seed);
    if (chosen.isEmpty()) {
      return List.of();
    }
    List<byte[]> times = blank(sessions);
    for (int i = 0; i < chosen.size(); i++) {
      int[] call = chosen.get(i);
      times.get(call[0])[call[1]] = times(Draw.mix(seed, i));
    }
    return List.of(new Schedule(Kind.EVERY, "every call suspends, some several times", times));
  }

  /** One in eight twice, one in eight three times. */
  private static byte times(long random) {
    return (byte) ((random & 7) == 0 ? 3 : (random & 7) == 1 ? 2 : 1);
  }

  /** The schedules of suspensions at single calls: the first ones, and some others. */
  static List<Schedule> alone(List<Session> sessions, long seed) {
    List<int[]> first = new ArrayList<>();
    List<int[]> others = new ArrayList<>();
    sort(sessions, first, others);
    List<Schedule> schedules = new ArrayList<>();
    List<int[]> alone = new ArrayList<>(first.subList(0, Math.min(first.size(), FIRST_ALONE)));
    List<int[]> rest = choose(first, others, seed);
    rest.removeAll(alone);
    alone.addAll(spread(rest, MAX_ALONE, Draw.mix(seed, 3)));
    for (int[] call : alone) {
      String name = "host call " + call[1] + " of session " + call[0] + " suspends alone";
      schedules.add(mark(Kind.ALONE, name, sessions, List.of(call), 1));
    }
    return schedules;
  }

  /** Each call with the same probability, half or less, once to three times in a row. */
  private static Schedule random(
      List<Session> sessions, List<int[]> first, List<int[]> others, long seed) {
    List<int[]> all = new ArrayList<>(first);
    all.addAll(others);
    all.sort(Arrays::compare);
    List<byte[]> times = blank(sessions);
    long bound = Math.max(2 * MAX_RANDOM, all.size());
    for (int i = 0; i < all.size(); i++) {
      long random = Draw.mix(seed, i);
      if (Long.remainderUnsigned(random >>> 8, bound) < MAX_RANDOM) {
        int[] call = all.get(i);
        times.get(call[0])[call[1]] = times(random);
      }
    }
    return new Schedule(Kind.RANDOM, "random calls suspend", times);
  }

  private static List<byte[]> blank(List<Session> sessions) {
    List<byte[]> times = new ArrayList<>();
    for (Session session : sessions) {
      times.add(new byte[session.trace().size()]);
    }
    return times;
  }

  private static Schedule mark(
      Kind kind, String name, List<Session> sessions, List<int[]> calls, int count) {
    List<byte[]> times = blank(sessions);
    for (int[] call : calls) {
      times.get(call[0])[call[1]] = (byte) count;
    }
    return new Schedule(kind, name, times);
  }

  /**
   * Calls that may suspend, as pairs of session and index, in order: the first call of each
   * function in each step, and the others.
   */
  private static void sort(List<Session> sessions, List<int[]> first, List<int[]> others) {
    for (int s = 0; s < sessions.size(); s++) {
      Session session = sessions.get(s);
      for (Session.Step step : session.steps()) {
        Set<String> seen = new HashSet<>();
        for (int i = step.from(); i < step.to(); i++) {
          if (session.trace().maySuspend(i)) {
            (seen.add(session.trace().label(i)) ? first : others).add(new int[] {s, i});
          }
        }
      }
    }
  }

  /** Where there are too many: those that are the first, then others, spread evenly. */
  private static List<int[]> choose(List<int[]> first, List<int[]> others, long seed) {
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
