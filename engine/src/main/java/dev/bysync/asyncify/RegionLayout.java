package dev.bysync.asyncify;

import dev.bysync.wasm.module.IntArray;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Regions of a body, the labels that are opened at their heads, and the numbers of the sites.
 *
 * <p>A region is code that is entered only through its head: the body (region 0) and every hot
 * loop, try and try_table. Its labels are listed by where they end. Sites are numbered so that
 * those of a region, its inner regions included, are contiguous, and within a region those with the
 * same stub are: a dispatch is then a br_table over a range.
 */
final class RegionLayout {
  /** What a label opened at a region's head stands for. */
  enum Kind {
    /** A site's resume point. */
    RESUME,
    /** The head of an inner region. */
    INNER,
    /** The end of a hot block or if. */
    END,
    /** The else of a hot if. */
    ELSE
  }

  /** A label; {@code ref} is a site for RESUME, else the row of a construct. */
  record Label(Kind kind, int ref) {}

  /** Sites of one region with the same stub: numbers {@code first} to {@code first + sites - 1}. */
  record StubGroup(String stub, int first, IntArray sites) {}

  private final BodyCode body;
  private final IntArray regionRow = new IntArray();
  private final IntArray regionParent = new IntArray();
  private final int[] regionOfRow;
  private final IntArray[] labels;
  private final Map<String, IntArray>[] groups;
  private final StubGroup[][] stubs;
  private final int[] first;
  private final int[] total;
  private final int[] number;
  private final Label[] all;

  /**
   * @param stubOf the stub of each site: the bytes that push its operands, as Latin-1 text
   */
  @SuppressWarnings({"unchecked", "rawtypes"}) // arrays of generics
  RegionLayout(BodyCode body, SpillPlan spills, String[] stubOf) {
    this.body = body;
    regionOfRow = new int[body.size()];
    regionRow.add(BodyCode.NO_CONSTRUCT);
    regionParent.add(-1);
    IntArray order = new IntArray();
    IntArray labelRegion = new IntArray();
    all = new Label[countLabels()];
    findRegions(spills, order, labelRegion);
    labels = new IntArray[regionCount()];
    groups = new Map[regionCount()];
    for (int region = 0; region < regionCount(); region++) {
      labels[region] = new IntArray();
      groups[region] = new LinkedHashMap<>();
    }
    for (int i = 0; i < order.size(); i++) {
      labels[labelRegion.get(i)].add(i);
    }
    total = new int[regionCount()];
    for (int site = 0; site < body.siteCount(); site++) {
      int region = regionOfSite(site);
      groups[region].computeIfAbsent(stubOf[site], key -> new IntArray()).add(site);
      total[region]++;
    }
    for (int region = regionCount() - 1; region > 0; region--) {
      total[regionParent.get(region)] += total[region];
    }
    first = new int[regionCount()];
    number = new int[body.siteCount()];
    stubs = new StubGroup[regionCount()][];
    assignNumbers();
  }

  private int countLabels() {
    int count = body.siteCount();
    for (int row = body.hot.nextSetBit(0); row >= 0; row = body.hot.nextSetBit(row + 1)) {
      count += body.isRegion(row) || body.elseOf.get(row) < 0 ? 1 : 2;
    }
    return count;
  }

  /** Walks the rows: every label is met where it ends. */
  private void findRegions(SpillPlan spills, IntArray order, IntArray labelRegion) {
    int site = 0;
    for (int row = 0; row < body.size(); row++) {
      int parent = body.parent.get(row);
      regionOfRow[row] = parent == BodyCode.NO_CONSTRUCT ? 0 : innerRegion(parent);
      if (site < body.siteCount() && spills.resumeRow[site] == row) {
        add(new Label(Kind.RESUME, site), regionOfRow[row], order, labelRegion);
        site++;
      }
      if (body.hot.get(row) && body.isRegion(row)) {
        add(new Label(Kind.INNER, row), regionOfRow[row], order, labelRegion);
        regionRow.add(row);
        regionParent.add(regionOfRow[row]);
        innerRegionOf.put(row, regionCount() - 1);
      }
      if (parent != BodyCode.NO_CONSTRUCT && body.hot.get(parent) && !body.isRegion(parent)) {
        if (body.elseOf.get(parent) == row) {
          add(new Label(Kind.ELSE, parent), regionOfRow[row], order, labelRegion);
        } else if (body.endOf.get(parent) == row) {
          add(new Label(Kind.END, parent), regionOfRow[row], order, labelRegion);
        }
      }
    }
  }

  private final Map<Integer, Integer> innerRegionOf = new LinkedHashMap<>();

  private int innerRegion(int construct) {
    Integer own = innerRegionOf.get(construct);
    return own != null ? own : regionOfRow[construct];
  }

  private void add(Label label, int region, IntArray order, IntArray labelRegion) {
    all[order.size()] = label;
    order.add(order.size());
    labelRegion.add(region);
  }

  private void assignNumbers() {
    int[] next = new int[regionCount()];
    for (int region = 0; region < regionCount(); region++) {
      if (region > 0) {
        int parent = regionParent.get(region);
        first[region] = next[parent];
        next[parent] += total[region];
      }
      int at = first[region];
      StubGroup[] list = new StubGroup[groups[region].size()];
      int index = 0;
      for (Map.Entry<String, IntArray> entry : groups[region].entrySet()) {
        list[index++] = new StubGroup(entry.getKey(), at, entry.getValue());
        for (int i = 0; i < entry.getValue().size(); i++) {
          number[entry.getValue().get(i)] = at++;
        }
      }
      stubs[region] = list;
      next[region] = at;
    }
  }

  int regionCount() {
    return regionRow.size();
  }

  /** The loop, try or try_table of a region; {@link BodyCode#NO_CONSTRUCT} of region 0. */
  int rowOf(int region) {
    return regionRow.get(region);
  }

  /** The region whose head a hot loop, try or try_table is. */
  int regionAt(int construct) {
    Integer region = innerRegionOf.get(construct);
    if (region == null) {
      throw new IllegalArgumentException("row " + construct + " is no region");
    }
    return region;
  }

  private int regionOfSite(int site) {
    return regionOfRow[body.siteCall.get(site)];
  }

  int labelCount(int region) {
    return labels[region].size();
  }

  /** A label of a region; 0 ends first. */
  Label label(int region, int index) {
    return all[labels[region].get(index)];
  }

  StubGroup[] stubs(int region) {
    return stubs[region];
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
