package dev.bysync.asyncify;

/** The level at which each label of a body was opened; see {@link BodyWriter#level}. */
final class LabelLevels {
  private final BodyCode body;

  // by number of the construct or catch
  private final int[] constructs;
  private final int[] elses;
  private final int[] inner;

  /** The resume labels, by site. */
  final int[] resume;

  LabelLevels(BodyCode body) {
    this.body = body;
    constructs = new int[body.constructCount()];
    elses = new int[body.constructCount()];
    inner = new int[body.constructCount()];
    resume = new int[body.siteCount()];
  }

  /** Level of the label that a branch to a construct names: of an if, its end. */
  int of(int construct) {
    return construct == BodyCode.NO_CONSTRUCT ? -1 : constructs[body.number(construct)];
  }

  void set(int construct, int level) {
    constructs[body.number(construct)] = level;
  }

  /** Level of the label at which the else of a hot if starts. */
  int ofElse(int construct) {
    return elses[body.number(construct)];
  }

  void setElse(int construct, int level) {
    elses[body.number(construct)] = level;
  }

  /** Level of the label before an inner region, by the row of its head. */
  int ofInner(int row) {
    return inner[body.number(row)];
  }

  void setInner(int row, int level) {
    inner[body.number(row)] = level;
  }
}
