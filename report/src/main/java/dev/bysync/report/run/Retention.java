package dev.bysync.report.run;

import dev.bysync.job.sink.RunManifest;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What a store may lose when only its latest runs are kept. A run refers to the whole table of its
 * profile, and to the binaries that the table names, also to those of earlier runs: what was known
 * is not processed again. So tables and binaries go by profile, when no kept run has it; a run that
 * is under way is always kept.
 *
 * @param runs ids of the runs that go
 * @param profiles profiles that no kept run has
 * @param kept ids of the runs that stay
 */
public record Retention(List<String> runs, List<String> profiles, List<String> kept) {
  /**
   * Decides; removes nothing.
   *
   * @param manifests all runs, in the order they were started
   * @param keep how many of the latest runs stay, at least 1
   * @param named ids of runs that stay however old they are
   */
  public static Retention of(List<RunManifest> manifests, int keep, Set<String> named) {
    Set<String> ids = new LinkedHashSet<>();
    for (int i = manifests.size() - 1; i >= 0; i--) {
      ids.add(manifests.get(i).runId());
    }
    Set<String> kept = new LinkedHashSet<>();
    for (String id : ids) {
      if (kept.size() < keep) {
        kept.add(id);
      }
    }
    for (RunManifest run : manifests) {
      if (run.state() == RunManifest.State.RUNNING || named.contains(run.runId())) {
        kept.add(run.runId());
      }
    }
    Set<String> needed = new LinkedHashSet<>();
    Set<String> profiles = new LinkedHashSet<>();
    for (RunManifest run : manifests) {
      (kept.contains(run.runId()) ? needed : profiles).add(run.profile());
    }
    profiles.removeAll(needed);
    List<String> gone = new ArrayList<>(ids);
    gone.removeAll(kept);
    return new Retention(List.copyOf(gone), List.copyOf(profiles), List.copyOf(kept));
  }
}
