package dev.bysync.asyncify;

/**
 * How much room a frame needs at the place where its first value is pushed, so that a stack too
 * small for all of it is found before any of it is written. A frame that one push writes needs no
 * such check: the push itself makes it.
 */
final class FrameRoom {
  private final BodyPlan plan;
  private final int[] tailBytes;
  private final int[] tailPushes;
  private final boolean[] startsAtTail;

  FrameRoom(BodyPlan plan) {
    this.plan = plan;
    int regions = plan.regions.count();
    tailBytes = new int[regions];
    tailPushes = new int[regions];
    startsAtTail = new boolean[regions];
    FrameChunks common = plan.commonRuns(-1);
    tailBytes[0] = common.bytes();
    tailPushes[0] = common.size();
    for (int region = 1; region < regions; region++) {
      int parent = plan.regions.parentOf(region);
      FrameChunks chunks = plan.headRuns(region);
      tailBytes[region] = tailBytes[parent] + chunks.bytes();
      tailPushes[region] = tailPushes[parent] + chunks.size();
    }
    for (int region = 0; region < regions; region++) {
      for (int group : plan.saves.groupsOf(region)) {
        startsAtTail[region] |= plan.saves.ownLocals(group).length == 0;
      }
    }
    for (int region = regions - 1; region > 0; region--) {
      if (plan.saves.headLocals(region).length == 0) {
        startsAtTail[plan.regions.parentOf(region)] |= startsAtTail[region];
      }
    }
  }

  /** Bytes of a frame that starts with a group's own locals; 0 if one push writes it. */
  int ofGroup(int group) {
    FrameChunks own = plan.ownRuns(group);
    int region = plan.saves.regionOf(group);
    return own.size() + tailPushes[region] > 1 ? own.bytes() + tailBytes[region] : 0;
  }

  /** Bytes of a frame that starts with what is restored on the way to a region's head, or 0. */
  int ofTail(int region) {
    return startsAtTail[region] && tailPushes[region] > 1 ? tailBytes[region] : 0;
  }
}
