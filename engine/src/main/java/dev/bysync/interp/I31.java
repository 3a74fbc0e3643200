package dev.bysync.interp;

/**
 * A 31-bit integer as a reference. Equal by value.
 *
 * @param value the low 31 bits; the highest bit is clear
 */
public record I31(int value) {
  public I31 {
    value &= Integer.MAX_VALUE;
  }

  /** The value, sign-extended. */
  public int signed() {
    return value << 1 >> 1;
  }
}
