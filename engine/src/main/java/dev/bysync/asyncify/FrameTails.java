package dev.bysync.asyncify;

import dev.bysync.wasm.module.ValType;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Which code at a body's end pushes which part of a frame.
 *
 * <p>A frame is made of the locals of the site's group, then for each region around the site, inner
 * ones first, the locals restored on the way to its head, then the common locals and the site's
 * number. What several groups or inner regions have in common is pushed by one piece of code, the
 * <em>tail</em> of the region, that all of them go on to. But a frame of several pushes needs a
 * check of its room before the first, and a branch from part to part. So a handler or tail pushes
 * the rest of the frame, too, if nothing else would go on to it, or if one push then writes all of
 * it and it has hardly any local that others push as well.
 */
final class FrameTails {
  /** No tail: the frame is complete. */
  static final int NONE = -1;

  /** Stands for the site's number among the locals of a push. */
  static final int NUMBER = -1;

  /**
   * What a handler or tail writes.
   *
   * @param pushes part of a frame
   * @param heads the regions for whose heads it pushes
   * @param next the region whose tail goes on, or {@link #NONE}
   */
  record Code(FrameChunks pushes, List<Integer> heads, int next) {}

  /** Locals that a handler pushes by itself although a tail pushes them for others. */
  private static final int FEW = 2;

  /** Stands for more locals than a push takes. */
  private static final int TOO_MANY = 1 << 16;

  private final BodyPlan plan;
  private final int regions;

  /** By region: the nearest one, itself or around it, with locals to restore at its head; or 0. */
  private final int[] tailOf;

  /** By region with a tail: the tail that a frame goes on with. */
  private final int[] nextTail;

  /** By region: how many locals its tail and all behind it push. */
  private final int[] rest;

  /** By region: how many handlers and tails go on to its tail. */
  private final int[] users;

  /** Regions' tails and, from {@link #regions} on, groups that write a frame to its end. */
  private final BitSet whole = new BitSet();

  /** Regions with whose tail a frame starts. */
  private final BitSet starts = new BitSet();

  FrameTails(BodyPlan plan) {
    this.plan = plan;
    regions = plan.regions.count();
    tailOf = new int[regions];
    nextTail = new int[regions];
    rest = new int[regions];
    users = new int[regions];
    nextTail[0] = NONE;
    rest[0] = count(plan.saves.commonLocals());
    for (int region = 1; region < regions; region++) {
      int around = tailOf[plan.regions.parentOf(region)];
      int[] head = plan.framedHead(region);
      tailOf[region] = plan.saves.headLocals(region).length > 0 ? region : around;
      nextTail[region] = around;
      rest[region] = Math.min(TOO_MANY, rest[around] + count(head));
    }
    for (int group = 0; group < plan.saves.groupCount(); group++) {
      int[] own = plan.saves.ownLocals(group);
      decide(regions + group, own.length == 0 ? TOO_MANY : count(own), firstTail(group));
    }
    for (int region = regions - 1; region > 0; region--) {
      if (users[region] > 0) {
        decide(region, count(plan.framedHead(region)), nextTail[region]);
      }
    }
    for (int group = 0; group < plan.saves.groupCount(); group++) {
      if (!hasHandler(group)) {
        starts.set(firstTail(group));
      }
    }
  }

  private int firstTail(int group) {
    return tailOf[plan.saves.regionOf(group)];
  }

  /** Number of the locals if they are all pushed as i32. */
  private int count(int[] locals) {
    for (int local : locals) {
      if (FrameChunks.frameType(plan.spills.localType(local)) != ValType.I32) {
        return TOO_MANY;
      }
    }
    return locals.length;
  }

  private void decide(int node, int own, int next) {
    int numbers = plan.numbered ? 1 : 0;
    if (rest[next] <= FEW && plan.cut.takes(own + rest[next] + numbers)) {
      whole.set(node);
    } else {
      users[next]++;
    }
  }

  /** Whether the sites of a group have a handler: else they go on to a tail at once. */
  boolean hasHandler(int group) {
    return plan.saves.ownLocals(group).length > 0 || users[firstTail(group)] == 1;
  }

  /** Whether a region has a tail that several go on to. */
  boolean hasTail(int region) {
    return users[region] > 1;
  }

  /** Whether a frame starts with what a region's tail pushes. */
  boolean startsAt(int region) {
    return starts.get(region);
  }

  /** What the handler of a group writes; of one without, where its sites go on to. */
  Code ofGroup(int group) {
    FrameChunks own = plan.ownRuns(group);
    return code(own, new ArrayList<>(), regions + group, firstTail(group));
  }

  /** What the tail of a region writes. */
  Code ofTail(int region) {
    List<Integer> heads = new ArrayList<>();
    heads.add(region);
    return code(runs(region), heads, region, nextTail[region]);
  }

  private Code code(FrameChunks own, List<Integer> heads, int node, int next) {
    boolean toEnd = whole.get(node);
    FrameChunks pushes = own;
    int tail = next;
    while (tail != NONE && (toEnd || users[tail] == 1)) {
      pushes = pushes.then(runs(tail), plan.cut);
      heads.add(tail);
      toEnd |= whole.get(tail);
      tail = nextTail[tail];
    }
    return new Code(pushes, heads, tail);
  }

  private FrameChunks runs(int region) {
    return region == 0 ? plan.commonRuns(NUMBER) : plan.headRuns(region);
  }
}
