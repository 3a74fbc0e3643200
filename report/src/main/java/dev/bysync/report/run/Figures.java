package dev.bysync.report.run;

import java.util.Locale;

/** Figures as people read them. */
public final class Figures {
  private static final String[] BYTES = {"B", "KB", "MB", "GB", "TB"};

  private Figures() {}

  /** A figure with its unit; a dash for NaN. */
  public static String of(Metric metric, double value) {
    if (Double.isNaN(value)) {
      return "–";
    }
    return switch (metric.unit()) {
      case BYTES -> bytes(value);
      case COUNT, INSTRUCTIONS -> format(value == Math.rint(value) ? "%,.0f" : "%,.1f", value);
      case NANOSECONDS -> seconds(value / 1e9);
      case FACTOR -> format("%.3f×", value);
      case PART -> format("%.1f %%", value * 100);
    };
  }

  /** A change: {@code +1.20 % (1,000 to 1,012)}. */
  public static String change(Metric metric, double before, double after) {
    return "%s (%s to %s)"
        .formatted(percent((after - before) / Math.abs(before)), exact(before), exact(after));
  }

  /** A part as a signed percentage. */
  public static String percent(double part) {
    if (Double.isNaN(part)) {
      return "–";
    }
    return Double.isInfinite(part) ? "from 0" : format("%+.2f %%", part * 100);
  }

  private static String exact(double value) {
    return value == Math.rint(value) ? format("%,.0f", value) : format("%,.4g", value);
  }

  /** Bytes in the largest unit that leaves a whole number. */
  public static String bytes(double bytes) {
    double value = bytes;
    int unit = 0;
    while (Math.abs(value) >= 1000 && unit < BYTES.length - 1) {
      value /= 1000;
      unit++;
    }
    return format(unit == 0 ? "%,.0f " : "%.1f ", value) + BYTES[unit];
  }

  private static String seconds(double seconds) {
    if (seconds < 0.9995) {
      return format("%.0f ms", seconds * 1000);
    }
    return format(seconds < 100 ? "%.1f s" : "%,.0f s", seconds);
  }

  private static String format(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
