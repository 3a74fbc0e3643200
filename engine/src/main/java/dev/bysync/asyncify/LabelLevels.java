package dev.bysync.asyncify;

/** The level at which each label of a body was opened; see {@link BodyWriter#level}. */
final class LabelLevels {
  /** By the row of the construct: of an if, its end. */
  final int[] constructs;

  final int[] elses;

  /** The labels before inner regions, by the row of the region's construct. */
  final int[] inner;

  /** The resume labels, by site. */
  final int[] resume;

  LabelLevels(BodyCode body) {
    constructs = new int[body.size()];
    elses = new int[body.size()];
    inner = new int[body.size()];
    resume = new int[body.siteCount()];
  }

  /** Level of the label that a branch to a construct names. */
  int of(int construct) {
    return construct == BodyCode.NO_CONSTRUCT ? -1 : constructs[construct];
  }
}
