package dev.bysync.asyncify;

/**
 * What the transform is asked to do. Immutable; {@link #defaults()} is what most users want.
 *
 * @param splitAbove a body is written twice, once for normal execution and once for resuming, if an
 *     engine is expected to make more values of it than this, and many of them on account of its
 *     resume points. Lower is larger and, for programs with large loops, faster; 0 splits every
 *     body, {@code Integer.MAX_VALUE} none
 */
public record AsyncifyOptions(int splitAbove) {
  private static final int DEFAULT_SPLIT = 12_000;

  public AsyncifyOptions {
    if (splitAbove < 0) {
      throw new IllegalArgumentException("splitAbove is " + splitAbove + ", below 0");
    }
  }

  /** Every import and every indirect call may suspend. */
  public static AsyncifyOptions defaults() {
    return new AsyncifyOptions(DEFAULT_SPLIT);
  }

  /** The same with another {@link #splitAbove}. */
  public AsyncifyOptions withSplitAbove(int values) {
    return new AsyncifyOptions(values);
  }

  /** A canonical one-line form, the same for equal options: part of a result's identity. */
  public String canonical() {
    return "strategy=dispatch splitAbove=" + splitAbove;
  }
}
