package dev.bysync.verify.frame;

import dev.bysync.wasm.module.IntArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What the original did on one path: its effects in order, and the way it took at each branch. The
 * output is led the same way and must do the same.
 *
 * <p>The <em>world</em> stands for the program's state: all that happened so far, as one hash. What
 * is read from memory, and what calls give back, are terms of it.
 */
final class Trace {
  /** A place in a path: how many effects, ways and notes of live locals come before it. */
  record Mark(int events, int ways, int states, long world) {}

  private long[] digests = new long[256];
  private int[] origins = new int[256];
  private int size;
  private final IntArray ways = new IntArray();
  private final IntArray wayOrigins = new IntArray();
  private long[] states = new long[64];
  private int[] statePlaces = new int[64];
  private long[][] stateLocals = new long[64][];
  private int stateCount;
  private boolean recording;
  private boolean isCut;

  // of whoever runs now
  private int nextEvent;
  private int nextWay;
  private int nextState;
  private long world;

  void record(long seed) {
    size = 0;
    stateCount = 0;
    ways.clear();
    wayOrigins.clear();
    recording = true;
    isCut = false;
    world = seed;
  }

  /** How far the original has come, to record another end from there. */
  Mark mark() {
    return new Mark(size, ways.size(), stateCount, world);
  }

  /** How far the output has come. */
  Mark reached() {
    return new Mark(nextEvent, nextWay, nextState, world);
  }

  /** What is recorded now comes behind a mark. */
  void recordFrom(Mark mark) {
    size = mark.events();
    ways.truncate(mark.ways());
    wayOrigins.truncate(mark.ways());
    stateCount = mark.states();
    recording = true;
    isCut = false;
    world = mark.world();
  }

  /** The output goes on at a mark. */
  void replayFrom(Mark mark) {
    nextEvent = mark.events();
    nextWay = mark.ways();
    nextState = mark.states();
    world = mark.world();
  }

  /** The original's run is over; if it was cut, more would have come. */
  void recorded(boolean cut) {
    recording = false;
    isCut = cut;
  }

  void replay(long seed) {
    nextEvent = 0;
    nextWay = 0;
    nextState = 0;
    world = seed;
  }

  boolean isRecording() {
    return recording;
  }

  long world() {
    return world;
  }

  /** Whether the recorded path ends here, without the function having come to its end. */
  boolean isAtCut() {
    return !recording && isCut && nextEvent == size;
  }

  /** Notes an effect, or compares it with the original's; gives false if it is another. */
  boolean event(int origin, long digest) {
    if (recording) {
      if (size == digests.length) {
        digests = Arrays.copyOf(digests, size * 2);
        origins = Arrays.copyOf(origins, size * 2);
      }
      digests[size] = digest;
      origins[size++] = origin;
    } else {
      if (nextEvent == size || digests[nextEvent] != digest) {
        return false;
      }
      nextEvent++;
    }
    world = Terms.mix(world, digest);
    return true;
  }

  /**
   * Notes the live locals where it is.
   *
   * @param live which they are, a bit each; not changed afterwards
   * @param hash of their values
   */
  void state(long[] live, long hash) {
    if (stateCount == states.length) {
      states = Arrays.copyOf(states, stateCount * 2);
      statePlaces = Arrays.copyOf(statePlaces, stateCount * 2);
      stateLocals = Arrays.copyOf(stateLocals, stateCount * 2);
    }
    states[stateCount] = hash;
    stateLocals[stateCount] = live;
    statePlaces[stateCount++] = size + ways.size();
  }

  /** Whether the original's live locals were noted where it is. */
  boolean hasState() {
    return nextState < stateCount && statePlaces[nextState] == nextEvent + nextWay;
  }

  /** Which locals are live there. */
  long[] nextLive() {
    return stateLocals[nextState];
  }

  /** The hash of their values. */
  long nextState() {
    return states[nextState++];
  }

  /** Where in the original the effect lies that should come next, or -1 if none should. */
  int expected() {
    return nextEvent < size ? origins[nextEvent] : -1;
  }

  /** Notes which way the original goes. */
  void way(int origin, int way) {
    wayOrigins.add(origin);
    ways.add(way);
  }

  /** The way that the original went at its next branch; -1 if that is another branch. */
  int nextWay(int origin) {
    if (nextWay == ways.size() || wayOrigins.get(nextWay) != origin) {
      return -1;
    }
    return ways.get(nextWay++);
  }

  /** Effects so far. */
  int events() {
    return size;
  }

  /** The ways taken, in order. */
  List<FramePath.Way> ways() {
    List<FramePath.Way> all = new ArrayList<>();
    for (int i = 0; i < ways.size(); i++) {
      all.add(new FramePath.Way(wayOrigins.get(i), ways.get(i)));
    }
    return all;
  }

  /** How many ways were recorded. */
  int recordedWays() {
    return ways.size();
  }

  /** How many of them the output has come to. */
  int waysUsed() {
    return nextWay;
  }

  /** How many effects the output has had so far that lie at a place of the original. */
  int count(int origin) {
    int count = 0;
    for (int i = 0; i < nextEvent; i++) {
      count += origins[i] == origin ? 1 : 0;
    }
    return count;
  }
}
