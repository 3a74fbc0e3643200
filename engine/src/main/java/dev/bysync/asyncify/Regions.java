package dev.bysync.asyncify;

import dev.bysync.wasm.code.Opcodes;
import dev.bysync.wasm.module.IntArray;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Regions of a body and the labels that are opened at their heads.
 *
 * <p>A region is code that is entered only through its head: the body (region 0) and every hot
 * loop, try, try_table and legacy catch. A catch lies in the region of its try, from where it is
 * entered by a throw. A region's labels are listed by where they end: opened in the reverse order,
 * they nest. A resume point, or the head of an inner region, right at a region's start needs none.
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

  private final int[] siteRegion;

  /** By the number of a construct or catch: the region whose head it is. */
  private final int[] regionAt;

  /** By the number of a construct: the region that what is in it lies in, where the walk is. */
  private final int[] current;

  // one row a label, in the order in which they end
  private final List<Label> labels;
  private final IntArray labelRegion = new IntArray();

  /**
   * By region: the label that a resumed body needs none for, since it would end where the region
   * starts.
   */
  private final List<@Nullable Label> starts = new ArrayList<>();

  /** The row at which a label would end where its region starts. */
  private int startRow;

  // labels by region, in compressed rows
  private final int[] labelStarts;
  private final int[] labelsByRegion;

  // inner regions by region, in compressed rows
  private final int[] innerStarts;
  private final int[] innerRegions;

  Regions(BodyCode body, SpillPlan spills) {
    this.body = body;
    labels = new ArrayList<>(body.siteCount() + body.hot.cardinality());
    siteRegion = new int[body.siteCount()];
    regionAt = new int[body.constructCount()];
    current = new int[body.constructCount()];
    rows.add(BodyCode.NO_CONSTRUCT);
    parents.add(-1);
    starts.add(null);
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
    int called = 0;
    int region = 0;
    for (int row : spills.stops) {
      if (site < body.siteCount() && spills.resumeRow[site] == row) {
        if (row == startRow && spills.slotStart(site) == spills.slotEnd(site)) {
          starts.set(region, new Label(Kind.RESUME, site++));
        } else {
          add(Kind.RESUME, site++, region);
        }
      }
      if (called < body.siteCount() && body.siteCall.get(called) == row) {
        siteRegion[called++] = region;
      }
      switch (body.opcode(row)) {
        case Opcodes.BLOCK, Opcodes.LOOP, Opcodes.IF, Opcodes.TRY, Opcodes.TRY_TABLE -> {
          if (body.hot.get(row) && body.isRegion(row)) {
            if (row == startRow && body.paramCount(row) == 0) {
              starts.set(region, new Label(Kind.INNER, row));
            } else {
              add(Kind.INNER, row, region);
            }
            region = addRegion(row, region);
            startRow = body.paramCount(row) == 0 ? row + 1 : -1;
          } else if (row == startRow
              && isPlainHot(row)
              && body.opcode(row) == Opcodes.BLOCK
              && body.paramCount(row) == 0) {
            startRow++; // nothing is written for it
          }
          current[body.number(row)] = region;
        }
        case Opcodes.ELSE -> {
          int parent = body.parent(row);
          if (isPlainHot(parent)) {
            add(Kind.ELSE, parent, region);
          }
        }
        case Opcodes.CATCH, Opcodes.CATCH_ALL -> {
          int parent = body.parent(row);
          if (body.hotCatches.get(row)) {
            region = addRegion(row, regionAt(parent));
            startRow = body.resultCount(row) == 0 ? row + 1 : -1;
            current[body.number(parent)] = region;
          }
        }
        case Opcodes.END, Opcodes.DELEGATE -> {
          int parent = body.parent(row);
          if (parent != BodyCode.NO_CONSTRUCT) {
            if (isPlainHot(parent)) {
              add(Kind.END, parent, region);
            }
            region = regionAround(parent);
          }
        }
        default -> {}
      }
    }
  }

  private boolean isPlainHot(int construct) {
    return body.hot.get(construct) && !body.isRegion(construct);
  }

  private int regionIn(int construct) {
    return construct == BodyCode.NO_CONSTRUCT ? 0 : current[body.number(construct)];
  }

  private int regionAround(int construct) {
    return regionIn(body.parent(construct));
  }

  private int addRegion(int row, int parent) {
    int region = count();
    regionAt[body.number(row)] = region;
    rows.add(row);
    parents.add(parent);
    starts.add(null);
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

  /** Number of the construct or catch that is a region's head; not of region 0. */
  int numberOf(int region) {
    return body.number(rowOf(region));
  }

  /** The region around a region; -1 of region 0. */
  int parentOf(int region) {
    return parents.get(region);
  }

  /** The region whose head a hot loop, try, try_table or catch is. */
  int regionAt(int row) {
    int region = regionAt[body.number(row)];
    if (region == 0) {
      throw new IllegalArgumentException("row " + row + " is no region");
    }
    return region;
  }

  /** The region of a site. */
  int ofSite(int site) {
    return siteRegion[site];
  }

  /** Number of regions right in a region. */
  int innerCount(int region) {
    return innerStarts[region + 1] - innerStarts[region];
  }

  /** One of the regions right in a region, in code order. */
  int inner(int region, int index) {
    return innerRegions[innerStarts[region] + index];
  }

  /** The site or inner region that a resumed body reaches as it enters a region, if any. */
  @Nullable Label start(int region) {
    return starts.get(region);
  }

  /** Whether a site is where its region starts. */
  boolean isStart(int site) {
    return isStart(Kind.RESUME, site, starts.get(siteRegion[site]));
  }

  /** Whether an inner region is where the one around it starts. */
  boolean isInnerStart(int region) {
    return isStart(Kind.INNER, rowOf(region), starts.get(parentOf(region)));
  }

  private static boolean isStart(Kind kind, int ref, @Nullable Label start) {
    return start != null && start.kind() == kind && start.ref() == ref;
  }

  int labelCount(int region) {
    return labelStarts[region + 1] - labelStarts[region];
  }

  /** A label of a region; 0 ends first. */
  Label label(int region, int index) {
    return labels.get(labelsByRegion[labelStarts[region] + index]);
  }
}
