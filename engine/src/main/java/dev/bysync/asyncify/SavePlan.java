package dev.bysync.asyncify;

import java.util.ArrayList;
import java.util.List;

/**
 * Which locals a frame holds, and where they are restored.
 *
 * <p>A resumed site in a loop is reached through the loop's head. A local that is restored before
 * the head is alive there, and so at every branch back to it: harmless for a local that is alive at
 * the head anyway, but in an interpreter's loop it would keep the temporaries of every case alive
 * in all others. So a frame is cut along the regions around its site: the locals alive at an inner
 * region's head are restored by the dispatch that leads there (they are the same for all its sites,
 * and are saved by one piece of code); the rest, the site's own, by the dispatch that leads to the
 * site.
 *
 * <p>Sites of one region whose own locals are nearly the same share a group. Saving the union is
 * smaller, but keeps a local alive where it is dead.
 *
 * <p>Where one set serves all sites of a body, it is saved and restored at one place: the common
 * locals. So it is also done where the sets of all groups and regions together would be out of
 * proportion to the body, as in one with very many locals and loops.
 */
final class SavePlan {
  private static final int MAX_GROUPS = 256;

  /**
   * Dead locals that the sites of a group may be made to save, summed over the group, so that a
   * site joins it: in a loop, and in the body around all loops, which runs once a call.
   */
  private static final int STRETCH_IN_LOOP = 2;

  private static final int STRETCH_OUTSIDE = 40;

  /** Locals in all sets, per instruction of the body, from which one set serves all sites. */
  private static final int MAX_SAVES = 4;

  private static final int FEW_SAVES = 10_000;

  /** Sites that save the same locals of their own. */
  private static final class Group {
    private final int region;
    private final long[] bits;
    private int sites;

    private Group(int region, long[] bits) {
      this.region = region;
      this.bits = bits.clone();
    }
  }

  private final List<Group> groups = new ArrayList<>();
  private final List<List<Integer>> groupsOfRegion = new ArrayList<>();
  private final int[] groupOf;
  private long[][] heads = {};
  private int[] common = {};

  /** The members of each group's set, and of each head's. */
  private final int[][] own;

  private final int[][] head;

  SavePlan(Regions regions, Liveness.Live live, int bodySize) {
    groupOf = new int[live.sites().length];
    for (int region = 0; region < regions.count(); region++) {
      groupsOfRegion.add(new ArrayList<>(2));
    }
    if (live.precision() == Liveness.Precision.COARSE && groupOf.length > 0) {
      share(regions, live.sites()[0]);
    } else {
      separate(regions, live, bodySize);
    }
    own = new int[groups.size()][];
    for (int group = 0; group < own.length; group++) {
      own[group] = Sets.members(groups.get(group).bits);
    }
    head = new int[heads.length][];
    for (int region = 0; region < head.length; region++) {
      head[region] = Sets.members(heads[region]);
    }
  }

  private void separate(Regions regions, Liveness.Live live, int bodySize) {
    int words = live.sites().length == 0 ? 0 : live.sites()[0].length;
    heads = new long[regions.count()][words];
    long[][] available = availableAtHeads(regions, live, words);
    for (int site = 0; site < groupOf.length; site++) {
      int region = regions.ofSite(site);
      groupOf[site] = join(region, Sets.difference(live.sites()[site], available[region]));
      groups.get(groupOf[site]).sites++;
    }
    boolean isOneSet = groups.size() == 1 && regions.count() == 1;
    if (isOneSet || saves() > (long) MAX_SAVES * bodySize + FEW_SAVES) {
      long[] all = new long[words];
      for (long[] set : live.sites()) {
        Sets.add(all, set);
      }
      share(regions, all);
    }
  }

  private long saves() {
    long saves = 0;
    for (Group group : groups) {
      saves += Sets.count(group.bits);
    }
    for (long[] head : heads) {
      saves += Sets.count(head);
    }
    return saves;
  }

  /** One set for all sites: each region has one group, with nothing of its own. */
  private void share(Regions regions, long[] all) {
    common = Sets.members(all);
    heads = new long[regions.count()][0];
    groups.clear();
    groupsOfRegion.forEach(List::clear);
    int[] groupOfRegion = new int[regions.count()]; // from 1
    for (int site = 0; site < groupOf.length; site++) {
      int region = regions.ofSite(site);
      if (groupOfRegion[region] == 0) {
        groupsOfRegion.get(region).add(groups.size());
        groups.add(new Group(region, new long[0]));
        groupOfRegion[region] = groups.size();
      }
      groupOf[site] = groupOfRegion[region] - 1;
      groups.get(groupOf[site]).sites++;
    }
  }

  /** Fills {@link #heads}; returns the locals restored when a region's head has been reached. */
  private long[][] availableAtHeads(Regions regions, Liveness.Live live, int words) {
    long[][] saved = new long[regions.count()][words];
    for (int site = 0; site < live.sites().length; site++) {
      Sets.add(saved[regions.ofSite(site)], live.sites()[site]);
    }
    for (int region = regions.count() - 1; region > 0; region--) {
      Sets.add(saved[regions.parentOf(region)], saved[region]);
    }
    long[][] available = new long[regions.count()][words];
    for (int region = 1; region < regions.count(); region++) {
      long[] outside = available[regions.parentOf(region)];
      long[] head = Sets.intersection(saved[region], live.head(regions.numberOf(region)));
      heads[region] = Sets.difference(head, outside);
      Sets.add(available[region], outside);
      Sets.add(available[region], heads[region]);
    }
    return available;
  }

  private int join(int region, long[] set) {
    int best = -1;
    int bestCost = Integer.MAX_VALUE;
    for (int candidate : groupsOfRegion.get(region)) {
      Group group = groups.get(candidate);
      int union = Sets.unionCount(group.bits, set);
      int cost = (union - Sets.count(group.bits)) * group.sites + union - Sets.count(set);
      if (cost < bestCost) {
        best = candidate;
        bestCost = cost;
      }
    }
    int stretch = region == 0 ? STRETCH_OUTSIDE : STRETCH_IN_LOOP;
    boolean isFull = groupsOfRegion.get(region).size() >= MAX_GROUPS;
    if (best < 0 || (bestCost > stretch && !isFull)) {
      groups.add(new Group(region, set));
      groupsOfRegion.get(region).add(groups.size() - 1);
      return groups.size() - 1;
    }
    Sets.add(groups.get(best).bits, set);
    return best;
  }

  int regionCount() {
    return heads.length;
  }

  int groupCount() {
    return groups.size();
  }

  /** Groups of the sites right in a region. */
  List<Integer> groupsOf(int region) {
    return groupsOfRegion.get(region);
  }

  int groupOf(int site) {
    return groupOf[site];
  }

  int regionOf(int group) {
    return groups.get(group).region;
  }

  int siteCount(int group) {
    return groups.get(group).sites;
  }

  /** The locals of their own that a group's sites save, ascending. */
  int[] ownLocals(int group) {
    return own[group];
  }

  /** The locals that every frame of the body holds, ascending. */
  int[] commonLocals() {
    return common;
  }

  /** Whether sites right in a region save any locals of their own. */
  boolean hasOwnLocals(int region) {
    for (int group : groupsOfRegion.get(region)) {
      if (ownLocals(group).length > 0) {
        return true;
      }
    }
    return false;
  }

  /** The locals restored on the way to an inner region's head, ascending. */
  int[] headLocals(int region) {
    return head[region];
  }
}
