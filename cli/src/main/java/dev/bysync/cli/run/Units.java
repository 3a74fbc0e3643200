package dev.bysync.cli.run;

import java.time.Duration;
import java.util.Locale;

/** Figures as people read them, in English. */
final class Units {
  private static final String[] BYTES = {"B", "KB", "MB", "GB", "TB"};

  private Units() {}

  /** Bytes in powers of 1000: {@code 512 B}, {@code 48.7 KB}, {@code 1.5 MB}. */
  static String bytes(long bytes) {
    double value = (double) bytes;
    int unit = 0;
    while (value >= 999.95 && unit < BYTES.length - 1) {
      value /= 1000;
      unit++;
    }
    return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", value, BYTES[unit]);
  }

  /** A duration: {@code 3 ms}, {@code 1.2 s}, {@code 2 min 05 s}, {@code 1 h 04 min}. */
  static String duration(Duration duration) {
    long millis = duration.toMillis();
    if (millis < 100) {
      return millis + " ms";
    }
    if (millis < 59_950) {
      return String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
    }
    long seconds = Math.round(millis / 1000.0);
    return seconds < 3600
        ? String.format(Locale.ROOT, "%d min %02d s", seconds / 60, seconds % 60)
        : String.format(Locale.ROOT, "%d h %02d min", seconds / 3600, seconds / 60 % 60);
  }

  /** {@code 1 module}, {@code 2 modules}. */
  static String count(long count, String noun) {
    return String.format(Locale.ROOT, "%,d %s%s", count, noun, count == 1 ? "" : "s");
  }
}
