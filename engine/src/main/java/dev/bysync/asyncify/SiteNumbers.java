package dev.bysync.asyncify;

import dev.bysync.wasm.module.IntArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The numbers of a body's sites. Those of a region, its inner regions included, are contiguous;
 * within a region those of a save group are, and within a group those with the same stub: a
 * dispatch is then a br_table over a range.
 */
final class SiteNumbers {
  /** Sites of one group with the same stub, numbered from {@code first} up. */
  record StubSites(String stub, int first, IntArray sites) {}

  /** Sites of one region and save group, numbered from {@code first} up. */
  record GroupSites(int group, int first, List<StubSites> stubs) {
    int count() {
      return stubs.stream().mapToInt(stub -> stub.sites().size()).sum();
    }
  }

  private final List<List<GroupSites>> byRegion = new ArrayList<>();
  private final int[] first;
  private final int[] total;
  private final int[] number;

  /**
   * @param stubOf the stub of each site: the bytes that push its operands, as Latin-1 text
   */
  SiteNumbers(Regions regions, SavePlan saves, String[] stubOf) {
    int count = regions.count();
    List<Map<Integer, Map<String, IntArray>>> direct = new ArrayList<>();
    for (int region = 0; region < count; region++) {
      direct.add(new TreeMap<>());
    }
    total = new int[count];
    for (int site = 0; site < stubOf.length; site++) {
      int region = regions.ofSite(site);
      direct
          .get(region)
          .computeIfAbsent(saves.groupOf(site), group -> new TreeMap<>())
          .computeIfAbsent(stubOf[site], stub -> new IntArray())
          .add(site);
      total[region]++;
    }
    for (int region = count - 1; region > 0; region--) {
      total[regions.parentOf(region)] += total[region];
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
      byRegion.add(number(direct.get(region), first[region]));
      next[region] = first[region];
      for (GroupSites group : byRegion.get(region)) {
        next[region] += group.count();
      }
    }
  }

  private List<GroupSites> number(Map<Integer, Map<String, IntArray>> groups, int from) {
    int at = from;
    List<GroupSites> list = new ArrayList<>();
    for (Map.Entry<Integer, Map<String, IntArray>> group : groups.entrySet()) {
      int groupFirst = at;
      List<StubSites> stubs = new ArrayList<>();
      for (Map.Entry<String, IntArray> stub : group.getValue().entrySet()) {
        stubs.add(new StubSites(stub.getKey(), at, stub.getValue()));
        for (int i = 0; i < stub.getValue().size(); i++) {
          number[stub.getValue().get(i)] = at++;
        }
      }
      list.add(new GroupSites(group.getKey(), groupFirst, stubs));
    }
    return list;
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
