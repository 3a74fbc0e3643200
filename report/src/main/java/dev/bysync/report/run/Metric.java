package dev.bysync.report.run;

import dev.bysync.job.sink.ModuleRow;
import dev.bysync.strategy.Strategy;
import dev.bysync.verify.SuspensionCost;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A figure of a module that reports show and comparisons compare. Its value is NaN where a module
 * has none: no output, or nothing that was run. See docs/metrics.md for what each one says.
 */
public enum Metric {
  ORIGINAL_BYTES("Original", Unit.BYTES, Better.NEITHER),
  TRANSFORMED_BYTES("Output", Unit.BYTES, Better.LESS),
  ADDED_BYTES("Added", Unit.BYTES, Better.LESS),
  SIZE("Size", Unit.FACTOR, Better.LESS),
  GZIP_BYTES("Output, gzip", Unit.BYTES, Better.LESS),
  GZIP_ADDED_BYTES("Added, gzip", Unit.BYTES, Better.LESS),
  FUNCTIONS("Functions", Unit.COUNT, Better.NEITHER),
  INSTRUMENTED("Instrumented", Unit.COUNT, Better.LESS),
  SITES("Sites", Unit.COUNT, Better.LESS),
  REACHABLE_SITES("Reachable sites", Unit.COUNT, Better.NEITHER),
  SITES_SUSPENDED("Sites suspended", Unit.COUNT, Better.MORE),
  SITES_BY_HOST("Sites by the host", Unit.COUNT, Better.NEITHER),
  SITES_FORCED("Sites forced", Unit.COUNT, Better.NEITHER),
  SITES_BY_FRAMES("Sites by frames", Unit.COUNT, Better.NEITHER),
  SITES_BY_BRANCHES("Sites by branches", Unit.COUNT, Better.NEITHER),
  FUNCTIONS_SUSPENDED("Functions suspended", Unit.COUNT, Better.MORE),
  COVERAGE("Coverage", Unit.PART, Better.MORE),
  SUSPENSIONS("Suspensions", Unit.COUNT, Better.MORE),
  FRAME_SUSPENSIONS("Suspensions of frames", Unit.COUNT, Better.MORE),
  FUEL("Instructions", Unit.INSTRUCTIONS, Better.LESS),
  OVERHEAD("Overhead", Unit.FACTOR, Better.LESS),
  SUSPENSION_FUEL("Instructions of a suspension", Unit.INSTRUCTIONS, Better.LESS),
  SUSPENSION_STACK("Stack of a suspension", Unit.BYTES, Better.LESS),
  DEEPEST_STACK("Deepest stack", Unit.BYTES, Better.LESS),
  RECOMMENDED_STACK("Recommended stack", Unit.BYTES, Better.LESS),
  LARGEST_FRAME_BYTES("Largest frame", Unit.BYTES, Better.LESS),
  TRANSFORM_TIME("Transform time", Unit.NANOSECONDS, Better.LESS),
  VERIFY_TIME("Verification time", Unit.NANOSECONDS, Better.LESS);

  /** What a figure is counted in. */
  public enum Unit {
    BYTES,
    COUNT,
    INSTRUCTIONS,
    NANOSECONDS,
    /** Of two figures, 1 for equal ones. */
    FACTOR,
    /** From 0 to 1. */
    PART
  }

  /** Which of two figures is the better one. */
  public enum Better {
    LESS,
    MORE,
    NEITHER
  }

  private final String label;
  private final Unit unit;
  private final Better better;

  Metric(String label, Unit unit, Better better) {
    this.label = label;
    this.unit = unit;
    this.better = better;
  }

  /** Its name in conditions, tables and files: {@code added_bytes}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The metric with this {@link #key}. */
  public static Optional<Metric> of(String key) {
    return Arrays.stream(values()).filter(metric -> metric.key().equals(key)).findFirst();
  }

  /** What people read. */
  public String label() {
    return label;
  }

  public Unit unit() {
    return unit;
  }

  public Better better() {
    return better;
  }

  /** Whether module and profile alone decide it: then any difference between two runs is real. */
  public boolean isDecided() {
    return unit != Unit.NANOSECONDS;
  }

  /** The decided ones. */
  public static List<Metric> decided() {
    return Arrays.stream(values()).filter(Metric::isDecided).toList();
  }

  /** Its value, NaN if the module has none. */
  public double of(ModuleRow row) {
    if (this == ORIGINAL_BYTES) {
      return row.originalBytes();
    }
    if (row.transformedBytes() == 0) {
      return Double.NaN;
    }
    return switch (this) {
      case ORIGINAL_BYTES -> row.originalBytes();
      case TRANSFORMED_BYTES -> row.transformedBytes();
      case ADDED_BYTES -> row.transformedBytes() - row.originalBytes();
      case SIZE -> ratio(row.transformedBytes(), row.originalBytes());
      case GZIP_BYTES -> row.transformedGzipBytes();
      case GZIP_ADDED_BYTES -> row.transformedGzipBytes() - row.originalGzipBytes();
      case FUNCTIONS -> row.functions();
      case INSTRUMENTED -> told(row, row.instrumentedFunctions());
      case SITES -> told(row, row.sites());
      case SITES_SUSPENDED -> told(row, row.sitesSuspended());
      case REACHABLE_SITES -> counted(row, row.reachableSites());
      case SITES_BY_HOST -> counted(row, row.sitesByHost());
      case SITES_FORCED -> counted(row, row.sitesForced());
      case SITES_BY_FRAMES -> counted(row, row.sitesByFrames());
      case SITES_BY_BRANCHES -> counted(row, row.sitesByBranches());
      case FUNCTIONS_SUSPENDED -> counted(row, row.functionsSuspended());
      case COVERAGE ->
          ratio(row.sitesSuspended(), wasCounted(row) ? row.reachableSites() : row.sites());
      case FRAME_SUSPENSIONS -> counted(row, row.frameSuspensions());
      case SUSPENSIONS -> row.suspensions();
      case FUEL -> row.fuelTransformed();
      case OVERHEAD -> ratio(row.fuelTransformed(), row.fuelOriginal());
      case SUSPENSION_FUEL -> ratio(row.suspensionFuel(), row.suspensions());
      case SUSPENSION_STACK -> ratio(row.suspensionStackBytes(), row.suspensions());
      case DEEPEST_STACK -> row.deepestStackBytes();
      case RECOMMENDED_STACK ->
          row.suspensions() > 0
              ? SuspensionCost.recommendedStackBytes(row.deepestStackBytes())
              : Double.NaN;
      case LARGEST_FRAME_BYTES -> counted(row, row.largestFrameBytes());
      case TRANSFORM_TIME -> row.transformNanos();
      case VERIFY_TIME -> row.verifyNanos();
    };
  }

  /** A command doesn't tell what it instruments. */
  private static double told(ModuleRow row, long count) {
    return row.strategy().startsWith(Strategy.EXTERNAL) ? Double.NaN : count;
  }

  /** In a table written before there were such columns they are 0, which says nothing. */
  private static double counted(ModuleRow row, long count) {
    return wasCounted(row) ? told(row, count) : Double.NaN;
  }

  private static boolean wasCounted(ModuleRow row) {
    return row.reachableSites() > 0 || row.sites() == 0;
  }

  private static double ratio(long part, long whole) {
    return whole > 0 ? (double) part / (double) whole : Double.NaN;
  }
}
