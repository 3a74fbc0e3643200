package dev.bysync.asyncify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The numbers of a body's sites. Those of a region, its inner regions included, are contiguous;
 * within a region those of a save group are, and within a group those with the same stub: a
 * dispatch is then a br_table over a range.
 */
final class SiteNumbers {
  /** Sites of one group with the same stub, numbered from {@code first} up. */
  @SuppressWarnings("ArrayRecordComponent") // read only
  record StubSites(String stub, int first, int[] sites) {}

  /** Sites of one region and save group, {@code count} of them, numbered from {@code first} up. */
  record GroupSites(int group, int first, int count, List<StubSites> stubs) {}

  private final List<List<GroupSites>> byRegion = new ArrayList<>();
  private final int[] first;
  private final int[] total;
  private final int[] number;

  /**
   * @param stubOf the stub of each site: the bytes that push its operands, as Latin-1 text
   */
  SiteNumbers(Regions regions, SavePlan saves, String[] stubOf) {
    int count = regions.count();
    total = new int[count];
    int[] groupStart = new int[saves.groupCount() + 1];
    for (int site = 0; site < stubOf.length; site++) {
      total[regions.ofSite(site)]++;
      groupStart[saves.groupOf(site) + 1]++;
    }
    for (int region = count - 1; region > 0; region--) {
      total[regions.parentOf(region)] += total[region];
    }
    for (int group = 0; group < saves.groupCount(); group++) {
      groupStart[group + 1] += groupStart[group];
    }
    int[] sites = byStub(stubOf); // in each group by stub, then in code order
    int[] sorted = new int[sites.length];
    int[] at = groupStart.clone();
    for (int site : sites) {
      sorted[at[saves.groupOf(site)]++] = site;
    }
    first = new int[count];
    number = new int[stubOf.length];
    int[] next = new int[count];
    for (int region = 0; region < count; region++) {
      if (region > 0) {
        int parent = regions.parentOf(region);
        first[region] = next[parent];
        next[parent] += total[region];
      }
      next[region] = first[region];
      List<GroupSites> direct = new ArrayList<>(2);
      for (int group : saves.groupsOf(region)) {
        int size = groupStart[group + 1] - groupStart[group];
        List<StubSites> stubs =
            number(sorted, groupStart[group], groupStart[group + 1], stubOf, next[region]);
        direct.add(new GroupSites(group, next[region], size, stubs));
        next[region] += size;
      }
      byRegion.add(direct);
    }
  }

  /** The sites sorted by their stubs, those without one first; with the same one in code order. */
  private static int[] byStub(String[] stubOf) {
    Set<String> stubs = new HashSet<>();
    for (String stub : stubOf) {
      if (!stub.isEmpty()) {
        stubs.add(stub);
      }
    }
    int[] sites = new int[stubOf.length];
    if (stubs.isEmpty()) {
      Arrays.setAll(sites, site -> site);
      return sites;
    }
    String[] sorted = stubs.toArray(new String[0]);
    Arrays.sort(sorted);
    int[] rankOf = new int[stubOf.length];
    int[] at = new int[sorted.length + 2];
    for (int site = 0; site < rankOf.length; site++) {
      rankOf[site] = stubOf[site].isEmpty() ? 0 : 1 + Arrays.binarySearch(sorted, stubOf[site]);
      at[rankOf[site] + 1]++;
    }
    for (int rank = 0; rank <= sorted.length; rank++) {
      at[rank + 1] += at[rank];
    }
    for (int site = 0; site < rankOf.length; site++) {
      sites[at[rankOf[site]]++] = site;
    }
    return sites;
  }

  /** Numbers a group's sites, {@code sorted[from, to)}. */
  private List<StubSites> number(int[] sorted, int from, int to, String[] stubOf, int firstNumber) {
    List<StubSites> stubs = new ArrayList<>(2);
    for (int i = from; i < to; ) {
      int start = i;
      String stub = stubOf[sorted[start]];
      while (i < to && stubOf[sorted[i]].equals(stub)) {
        number[sorted[i]] = firstNumber + i - from;
        i++;
      }
      int[] same = Arrays.copyOfRange(sorted, start, i);
      stubs.add(new StubSites(stub, firstNumber + start - from, same));
    }
    return stubs;
  }

  /** The sites right in a region, by group. */
  List<GroupSites> direct(int region) {
    return byRegion.get(region);
  }

  /** Smallest number of the sites in a region, its inner regions included. */
  int first(int region) {
    return first[region];
  }

  /** Number of sites in a region, its inner regions included. */
  int total(int region) {
    return total[region];
  }

  /** A site's number, from 0. */
  int number(int site) {
    return number[site];
  }
}
