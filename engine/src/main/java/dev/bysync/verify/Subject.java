package dev.bysync.verify;

import dev.bysync.asyncify.CodeMap;
import dev.bysync.asyncify.SiteMap;
import dev.bysync.asyncify.Transformed;
import org.jspecify.annotations.Nullable;

/**
 * A pair of modules to verify.
 *
 * @param original the module before the transform
 * @param transformed the module after it
 * @param sites where it can suspend; null if not known
 * @param map what of it is what of the original; null if not known
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never changed
public record Subject(
    byte[] original, byte[] transformed, @Nullable SiteMap sites, @Nullable CodeMap map) {
  /** A module and what our transform made of it. */
  public static Subject of(byte[] original, Transformed made) {
    return new Subject(original, made.bytes(), made.sites(), made.map());
  }

  /** The output of a tool that doesn't tell what it did. */
  public static Subject foreign(byte[] original, byte[] transformed) {
    return new Subject(original, transformed, null, null);
  }
}
