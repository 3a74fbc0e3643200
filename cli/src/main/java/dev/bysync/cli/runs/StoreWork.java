package dev.bysync.cli.runs;

import dev.bysync.cli.outcome.CliFailure;
import dev.bysync.job.old.Migration;
import dev.bysync.job.sink.Tables;
import dev.bysync.job.store.Store;
import dev.bysync.job.store.StoreProbe;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/** What is done to a store as a whole. */
public final class StoreWork {
  private static final int ROUNDS = 10;

  private StoreWork() {}

  /** Tries whether it is safe. */
  public static void check(String place, Map<String, String> hadoop, PrintStream console) {
    URI out = RunAddress.uri(place);
    try {
      Store store = Store.open(RunAddress.configuration(hadoop), out);
      StoreProbe.check(store);
      StoreProbe.race(store, ROUNDS);
      console.printf("%s is safe: each of %d races had one winner%n", out, ROUNDS);
    } catch (IOException e) {
      throw CliFailure.infrastructure(String.valueOf(e.getMessage()), e);
    }
  }

  /** Takes old tables over. */
  public static void migrate(
      String from, String to, Map<String, String> hadoop, PrintStream console) {
    Configuration configuration = RunAddress.configuration(hadoop);
    try {
      Store old = Store.open(configuration, RunAddress.uri(from));
      Tables tables = Tables.of(configuration, RunAddress.uri(to));
      StoreProbe.check(tables.store());
      Migration.run(old, tables, console::println);
    } catch (IOException e) {
      throw CliFailure.infrastructure(String.valueOf(e.getMessage()), e);
    }
  }
}
