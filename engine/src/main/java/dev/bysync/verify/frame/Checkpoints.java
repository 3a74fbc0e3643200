package dev.bysync.verify.frame;

import dev.bysync.verify.frame.FrameMachine.Snapshot;
import dev.bysync.verify.frame.Trace.Mark;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Branches of the path under way that have ways nobody has gone, each with both machines as they
 * were there: another path that goes such a way need not come from the entry again. The last one is
 * the first to be taken up (depth first), so that one trace has what lies before all of them.
 */
final class Checkpoints {
  /** Values kept in all, at most: 32 MiB. */
  private static final int MAX_VALUES = 1 << 22;

  /** A machine as it was. */
  static final class Place {
    private final Snapshot frame = new Snapshot();
    private long[] globals = {};
    private Mark mark = START;
    private Progress progress = NONE;
    private boolean isReached;

    private void keep(FrameMachine machine, Mark at) {
      machine.save(frame);
      globals = machine.globals(globals);
      mark = at;
    }

    /** Puts the machine back. */
    void restore(FrameMachine machine) {
      machine.restore(frame);
      machine.setGlobals(globals);
    }

    /** Where it is in the trace. */
    Mark mark() {
      return mark;
    }

    /** What of the path lay behind it. */
    Progress progress() {
      return progress;
    }
  }

  /**
   * What an output's run has behind it.
   *
   * @param isBehindSite whether it has come to a site
   * @param isThere whether its frame has come back in another copy of the body, and stayed
   * @param suspensions how often it was suspended, if that was to stay there
   */
  record Progress(boolean isBehindSite, boolean isThere, int suspensions) {}

  private static final Progress NONE = new Progress(false, false, 0);
  private static final Mark START = new Mark(0, 0, 0, 0);

  /** A branch, or a call that may throw. */
  static final class Checkpoint {
    private final Place original = new Place();
    private final Place output = new Place();

    /** The output, where it stays in the copy that it is resumed in. */
    private final Place staying = new Place();

    private final int index;
    private int row;

    private Checkpoint(int index) {
      this.index = index;
    }

    /** Its row in the original. */
    int row() {
      return row;
    }

    Place original() {
      return original;
    }

    /** The output; null if it has not been there so. */
    @Nullable Place output(boolean stays) {
      Place place = stays ? staying : output;
      return place.isReached ? place : null;
    }
  }

  /** The first {@link #size} are in use, the others wait for that. */
  private final List<Checkpoint> all = new ArrayList<>();

  private int size;
  private int values;

  /** The one that the output comes to next. */
  private int next;

  void clear() {
    size = 0;
    values = 0;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** The last one. */
  Checkpoint last() {
    return all.get(size - 1);
  }

  /** Forgets the last one. */
  void removeLast() {
    values -= values(all.get(--size));
  }

  private static int values(Checkpoint checkpoint) {
    return checkpoint.original.frame.size() + checkpoint.original.globals.length;
  }

  /** The original is at a branch and has not gone on. */
  void add(int row, FrameMachine original, Mark mark) {
    if (values > MAX_VALUES) {
      return;
    }
    if (size == all.size()) {
      all.add(new Checkpoint(size));
    }
    Checkpoint added = all.get(size++);
    added.row = row;
    added.output.isReached = false;
    added.staying.isReached = false;
    added.original.keep(original, mark);
    values += values(added);
  }

  /** The output starts behind one of them, or at the entry. */
  void startBehind(@Nullable Checkpoint from) {
    next = from == null ? 0 : from.index + 1;
  }

  /** Whether the original was kept at the choice that the output has come to, after so many. */
  boolean isNext(int ways) {
    while (next < size && all.get(next).original.mark.ways() < ways) {
      next++;
    }
    return next < size && all.get(next).original.mark.ways() == ways;
  }

  /** The output is kept where the original was. */
  void keep(FrameMachine output, Mark mark, boolean stays, Progress progress) {
    Checkpoint here = all.get(next++);
    Place place = stays ? here.staying : here.output;
    place.keep(output, mark);
    place.progress = progress;
    place.isReached = true;
  }

  /** Forgets those that the output has not come to. */
  void dropUnreached() {
    while (size > 0 && !last().output.isReached) {
      removeLast();
    }
  }
}
