package dev.bysync.job.transform;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * What one module may use beside its fuel, and where it is processed.
 *
 * @param isolation which modules are processed in a JVM of their own
 * @param moduleSeconds wall time of one module, s, 1 to 86,400; beyond it is BUDGET
 * @param forkAboveBytes modules of more bytes than this are outliers, at least 0
 * @param forkMemoryMebibytes heap of a JVM of its own, MiB, at least 64; 0: what the executor's
 *     heap has for each of its slots, at least 256
 */
public record Budgets(
    Isolation isolation, int moduleSeconds, long forkAboveBytes, int forkMemoryMebibytes)
    implements Serializable {
  /** Which modules are processed in a JVM of their own. */
  public enum Isolation {
    /**
     * Outliers by size, those whose earlier attempt died, and those that the engine failed at: a
     * small module that nobody has seen is processed in the executor, which is fastest.
     */
    OUTLIERS,
    /** All: no module can take an executor down. */
    ALL
  }

  private static final int LEAST_FORK_MEBIBYTES = 64;

  /** OUTLIERS, 10 minutes, above 32 MiB, heap by slot. */
  public static Budgets defaults() {
    return new Budgets(Isolation.OUTLIERS, 600, 32L << 20, 0);
  }

  /** What is wrong with these, one sentence each. */
  public List<String> problems() {
    List<String> problems = new ArrayList<>();
    if (moduleSeconds < 1 || moduleSeconds > 86_400) {
      problems.add(
          "a module's time must be 1 to 86400 s, not %d (--module-seconds)"
              .formatted(moduleSeconds));
    }
    if (forkAboveBytes < 0) {
      problems.add(
          "outliers must have 0 bytes or more, not %d (--fork-above)".formatted(forkAboveBytes));
    }
    if (forkMemoryMebibytes != 0 && forkMemoryMebibytes < LEAST_FORK_MEBIBYTES) {
      problems.add(
          "the heap of a module's own JVM must be 0 or at least %d MiB, not %d (--fork-memory)"
              .formatted(LEAST_FORK_MEBIBYTES, forkMemoryMebibytes));
    }
    return problems;
  }

  /** The verdict's reason for a module that took too long. */
  String tooLong() {
    return "not done after %d s (--module-seconds)".formatted(moduleSeconds);
  }
}
