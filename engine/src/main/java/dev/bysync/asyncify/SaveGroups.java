package dev.bysync.asyncify;

import java.util.ArrayList;
import java.util.List;

/**
 * Which sites share a handler, and which locals that handler saves.
 *
 * <p>One handler a body is smallest, but it saves the union of what its sites need: a local that is
 * dead at a site is then kept alive there, which costs registers in hot code. So sites are put
 * together only while their sets are nearly the same.
 */
final class SaveGroups {
  private static final int MAX_GROUPS = 24;

  /** Dead locals that a site may be made to save so that it can join a group. */
  private static final int STRETCH = 3;

  /** A handler: the locals it saves, ascending, and the number of its sites. */
  static final class Group {
    private final long[] bits;
    private int sites;

    private Group(long[] bits) {
      this.bits = bits.clone();
    }

    int siteCount() {
      return sites;
    }

    /** The locals, ascending. */
    int[] locals() {
      int[] locals = new int[bitCount(bits)];
      int at = 0;
      for (int word = 0; word < bits.length; word++) {
        for (long rest = bits[word]; rest != 0; rest &= rest - 1) {
          locals[at++] = word * 64 + Long.numberOfTrailingZeros(rest);
        }
      }
      return locals;
    }
  }

  private final List<Group> groups = new ArrayList<>();
  private final int[] groupOf;

  SaveGroups(long[][] liveAtSites) {
    groupOf = new int[liveAtSites.length];
    for (int site = 0; site < liveAtSites.length; site++) {
      groupOf[site] = join(liveAtSites[site]);
      groups.get(groupOf[site]).sites++;
    }
  }

  private int join(long[] set) {
    int best = -1;
    int bestCost = Integer.MAX_VALUE;
    for (int i = 0; i < groups.size(); i++) {
      Group group = groups.get(i);
      int union = unionCount(group.bits, set);
      int grown = union - bitCount(group.bits);
      int cost = grown * group.sites + union - bitCount(set);
      if (cost < bestCost) {
        best = i;
        bestCost = cost;
      }
    }
    if (best < 0 || (bestCost > STRETCH && groups.size() < MAX_GROUPS)) {
      groups.add(new Group(set));
      return groups.size() - 1;
    }
    for (int i = 0; i < set.length; i++) {
      groups.get(best).bits[i] |= set[i];
    }
    return best;
  }

  private static int bitCount(long[] bits) {
    int count = 0;
    for (long word : bits) {
      count += Long.bitCount(word);
    }
    return count;
  }

  private static int unionCount(long[] a, long[] b) {
    int count = 0;
    for (int i = 0; i < a.length; i++) {
      count += Long.bitCount(a[i] | b[i]);
    }
    return count;
  }

  int size() {
    return groups.size();
  }

  Group get(int index) {
    return groups.get(index);
  }

  int groupOf(int site) {
    return groupOf[site];
  }
}
