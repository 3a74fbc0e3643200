package dev.bysync.job.sink;

import dev.bysync.job.delta.Version;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * How far a profile has come: metadata of the table of modules, changed by the commits that add
 * rows.
 *
 * @param topics by a topic's identity for each partition the offset up to which everything is in
 *     the tables
 * @param runs what the latest runs added, by their ids; the last one to commit is last
 */
record Progress(Map<String, Map<Integer, Long>> topics, Map<String, RunCounts> runs) {
  static final Progress NONE = new Progress(Map.of(), Map.of());

  /** Runs that are told of here: those that ended have their counts in the table of runs. */
  private static final int MOST_RUNS = 32;

  /** The domain of a profile. */
  static String domain(String profile) {
    return "bysync.progress." + profile;
  }

  static Progress of(Version modules, String profile) throws IOException {
    String domain = domain(profile);
    String text = modules.domain(domain).orElse("");
    return text.isEmpty()
        ? NONE
        : Json.read(text.getBytes(StandardCharsets.UTF_8), Progress.class, domain);
  }

  String text() throws IOException {
    return Json.line(this);
  }

  Progress plus(String topic, Map<Integer, Long> offsets, String runId, RunCounts counts) {
    Map<String, Map<Integer, Long>> all = new TreeMap<>(topics);
    Map<Integer, Long> partitions = new TreeMap<>(all.getOrDefault(topic, Map.of()));
    offsets.forEach((partition, offset) -> partitions.merge(partition, offset, Math::max));
    all.put(topic, partitions);
    Map<String, RunCounts> others = new LinkedHashMap<>(runs);
    RunCounts before = others.remove(runId);
    while (others.size() >= MOST_RUNS) {
      others.remove(others.keySet().iterator().next());
    }
    others.put(runId, before == null ? counts : before.plus(counts));
    return new Progress(all, others);
  }

  Map<Integer, Long> offsets(String topic) {
    return new HashMap<>(topics.getOrDefault(topic, Map.of()));
  }

  RunCounts counts(String runId) {
    return runs.getOrDefault(runId, RunCounts.NONE);
  }
}
