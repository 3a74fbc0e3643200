package dev.bysync.bench.compare;

import java.util.Locale;

/** Figures as a table shows them. */
public final class Cells {
  /** In place of a figure that does not exist. */
  static final String NONE = "-";

  private Cells() {}

  public static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  public static String ratio(double value) {
    return Double.isNaN(value) ? NONE : String.format(Locale.ROOT, "%.3f", value);
  }

  public static String seconds(double value) {
    return Double.isNaN(value)
        ? NONE
        : String.format(Locale.ROOT, value < 1 ? "%.4f" : "%.2f", value);
  }

  static String milliseconds(double value) {
    return tenths(value);
  }

  public static String tenths(double value) {
    return Double.isNaN(value) ? NONE : String.format(Locale.ROOT, "%.1f", value);
  }

  static String megabytes(double bytes) {
    return String.format(Locale.ROOT, "%.1f", bytes / 1e6);
  }

  /** Text that keeps to its cell. */
  public static String text(String text) {
    return text.replace("|", "\\|").replace("\n", " ");
  }
}
