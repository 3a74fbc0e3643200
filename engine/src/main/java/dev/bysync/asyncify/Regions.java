package dev.bysync.asyncify;

import dev.bysync.wasm.module.IntArray;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Regions of a body and the labels that are opened at their heads.
 *
 * <p>A region is code that is entered only through its head: the body (region 0) and every hot
 * loop, try, try_table and legacy catch. A catch lies in the region of its try, from where it is
 * entered by a throw. A region's labels are listed by where they end: opened in the reverse order,
 * they nest.
 */
final class Regions {
  /** What a label opened at a region's head stands for. */
  enum Kind {
    /** A site's resume point. */
    RESUME,
    /** The head of an inner region. */
    INNER,
    /** The end of a hot block or if. */
    END,
    /** The else of a hot if. */
    ELSE;

    /** Whether only a resumed body comes there by branch. */
    boolean isEntry() {
      return this == RESUME || this == INNER;
    }
  }

  /** A label; {@code ref} is a site for RESUME, else the row of a construct. */
  record Label(Kind kind, int ref) {}

  private final BodyCode body;
  private final IntArray rows = new IntArray();
  private final IntArray parents = new IntArray();

  /** Of each row that is special or resumes a site: the region that it lies in. */
  private final int[] regionOfRow;

  /** By the row of a region's head. */
  private final Map<Integer, Integer> regionAt = new HashMap<>();

  /** By the row of a construct that is a region: the region that lies in it where the walk is. */
  private final int[] current;

  // one row a label, in the order in which they end
  private final List<Label> labels = new ArrayList<>();
  private final IntArray labelRegion = new IntArray();

  // labels by region, in compressed rows
  private final int[] labelStarts;
  private final int[] labelsByRegion;

  // inner regions by region, in compressed rows
  private final int[] innerStarts;
  private final int[] innerRegions;

  Regions(BodyCode body, SpillPlan spills) {
    this.body = body;
    regionOfRow = new int[body.size()];
    current = new int[body.size()];
    rows.add(BodyCode.NO_CONSTRUCT);
    parents.add(-1);
    walk(spills);
    labelStarts = new int[count() + 1];
    for (int i = 0; i < labelRegion.size(); i++) {
      labelStarts[labelRegion.get(i) + 1]++;
    }
    for (int region = 0; region < count(); region++) {
      labelStarts[region + 1] += labelStarts[region];
    }
    int[] next = labelStarts.clone();
    labelsByRegion = new int[labelRegion.size()];
    for (int i = 0; i < labelsByRegion.length; i++) {
      labelsByRegion[next[labelRegion.get(i)]++] = i;
    }
    innerStarts = new int[count() + 1];
    for (int region = 1; region < count(); region++) {
      innerStarts[parents.get(region) + 1]++;
    }
    for (int region = 0; region < count(); region++) {
      innerStarts[region + 1] += innerStarts[region];
    }
    next = innerStarts.clone();
    innerRegions = new int[count() - 1];
    for (int region = 1; region < count(); region++) {
      innerRegions[next[parents.get(region)]++] = region;
    }
  }

  /** Meets every label where it ends. */
  private void walk(SpillPlan spills) {
    int site = 0;
    BitSet met = (BitSet) body.special.clone();
    met.or(spills.rows);
    for (int row = met.nextSetBit(0); row >= 0; row = met.nextSetBit(row + 1)) {
      int parent = body.parent.get(row);
      int region = parent == BodyCode.NO_CONSTRUCT ? 0 : innerRegion(parent);
      regionOfRow[row] = region;
      if (site < body.siteCount() && spills.resumeRow[site] == row) {
        add(Kind.RESUME, site++, region);
      }
      if (body.hot.get(row) && body.isRegion(row)) {
        add(Kind.INNER, row, region);
        current[row] = addRegion(row, region);
      }
      if (body.hotCatches.get(row)) {
        current[parent] = addRegion(row, regionAt(parent));
      }
      if (parent != BodyCode.NO_CONSTRUCT && body.hot.get(parent) && !body.isRegion(parent)) {
        if (body.elseOf.get(parent) == row) {
          add(Kind.ELSE, parent, region);
        } else if (body.endOf.get(parent) == row) {
          add(Kind.END, parent, region);
        }
      }
    }
  }

  private int innerRegion(int construct) {
    return current[construct] > 0 ? current[construct] : regionOfRow[construct];
  }

  private int addRegion(int row, int parent) {
    int region = count();
    regionAt.put(row, region);
    rows.add(row);
    parents.add(parent);
    return region;
  }

  private void add(Kind kind, int ref, int region) {
    labels.add(new Label(kind, ref));
    labelRegion.add(region);
  }

  int count() {
    return rows.size();
  }

  /** The head of a region, a catch or construct; {@link BodyCode#NO_CONSTRUCT} of region 0. */
  int rowOf(int region) {
    return rows.get(region);
  }

  /** The region around a region; -1 of region 0. */
  int parentOf(int region) {
    return parents.get(region);
  }

  /** The region whose head a hot loop, try, try_table or catch is. */
  int regionAt(int row) {
    Integer region = regionAt.get(row);
    if (region == null) {
      throw new IllegalArgumentException("row " + row + " is no region");
    }
    return region;
  }

  /** The region of a site. */
  int ofSite(int site) {
    return regionOfRow[body.siteCall.get(site)];
  }

  /** Number of regions right in a region. */
  int innerCount(int region) {
    return innerStarts[region + 1] - innerStarts[region];
  }

  /** One of the regions right in a region, in code order. */
  int inner(int region, int index) {
    return innerRegions[innerStarts[region] + index];
  }

  int labelCount(int region) {
    return labelStarts[region + 1] - labelStarts[region];
  }

  /** A label of a region; 0 ends first. */
  Label label(int region, int index) {
    return labels.get(labelsByRegion[labelStarts[region] + index]);
  }
}
