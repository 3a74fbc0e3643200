package dev.bysync.asyncify;

/** What the transform is asked to do. Immutable; {@link #defaults()} is what most users want. */
public record AsyncifyOptions() {
  /** Every import and every indirect call may suspend. */
  public static AsyncifyOptions defaults() {
    return new AsyncifyOptions();
  }

  /** A canonical one-line form, the same for equal options: part of a result's identity. */
  public String canonical() {
    return "strategy=dispatch";
  }
}
