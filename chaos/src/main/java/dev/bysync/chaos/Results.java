package dev.bysync.chaos;

import dev.bysync.engine.ProcessOptions;
import dev.bysync.job.sink.DeadLetterRow;
import dev.bysync.job.sink.MetricsTable;
import dev.bysync.job.sink.ModuleRow;
import dev.bysync.job.sink.ProvenanceRow;
import dev.bysync.job.store.Store;
import java.io.IOException;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;

/**
 * All that a run left, without what the machine decides: equal for runs that did the same.
 *
 * @param modules a row for each module
 * @param provenance a row for each place
 * @param deadLetters a row for each record that is no event
 * @param objects SHA-256 of each object with a transformed module, by its path
 */
record Results(
    List<ModuleRow> modules,
    List<ProvenanceRow> provenance,
    List<DeadLetterRow> deadLetters,
    Map<String, String> objects) {
  private static final long MAX_OBJECT = 1L << 30;

  static Results read(Map<String, String> hadoop, URI out) throws IOException {
    Configuration configuration = new Configuration();
    hadoop.forEach(configuration::set);
    String profile = ProcessOptions.defaults().profile();
    MetricsTable table = MetricsTable.open(configuration, out, profile);
    Store store = Store.open(configuration, out);
    Map<String, String> objects = new TreeMap<>();
    for (String folder : store.folders("transformed/" + profile)) {
      for (Store.Entry entry : store.list(folder)) {
        objects.put(entry.path(), sha256(store.read(entry.path(), MAX_OBJECT)));
      }
    }
    return new Results(
        sorted(
            table.modules().stream().map(ModuleRow::deterministic).toList(),
            Comparator.comparing(ModuleRow::sha256)),
        sorted(table.provenance(), Comparator.comparing(ProvenanceRow::id)),
        sorted(table.deadLetters(), Comparator.comparing(DeadLetterRow::key)),
        objects);
  }

  /** What differs from another, for people; empty if nothing does. */
  String difference(Results other) {
    List<String> parts = new ArrayList<>();
    if (!modules.equals(other.modules)) {
      parts.add("modules %d/%d".formatted(modules.size(), other.modules.size()));
    }
    if (!provenance.equals(other.provenance)) {
      parts.add("provenance %d/%d".formatted(provenance.size(), other.provenance.size()));
    }
    if (!deadLetters.equals(other.deadLetters)) {
      parts.add("dead letters %d/%d".formatted(deadLetters.size(), other.deadLetters.size()));
    }
    if (!objects.equals(other.objects)) {
      parts.add("objects %d/%d".formatted(objects.size(), other.objects.size()));
    }
    return String.join(", ", parts);
  }

  private static <T> List<T> sorted(List<T> rows, Comparator<T> order) {
    return rows.stream().sorted(order).toList();
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
