package dev.bysync.cli;

import dev.bysync.cli.run.QueryFlow;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Asks the tables. */
@Command(
    name = "query",
    description = {
      "Ask the tables of a place by SQL.",
      "Spark SQL in this process; each table is a view by its name: modules, modules_replaced,"
          + " provenance, dead_letters, runs, found. docs/metrics.md has their columns. They are"
          + " Delta tables: any engine that reads those does, too.",
      ""
    },
    footerHeading = "%nExample:%n",
    footer = {
      "  bysync query out 'SELECT verdict, count(*) AS n, sum(original_bytes) AS bytes FROM modules"
          + " GROUP BY verdict'"
    })
final class QueryCommand implements Callable<Integer> {
  @Mixin CommonOptions common = new CommonOptions();
  @Mixin StoreOptions store = new StoreOptions();

  @Parameters(index = "0", paramLabel = "OUT", description = "The --out of runs: a path or a URI.")
  private String out = "";

  @Parameters(index = "1", paramLabel = "SQL", description = "A query in Spark's SQL.")
  private String sql = "";

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "TABLE",
      description = "${COMPLETION-CANDIDATES}; JSON is one object a line.")
  private QueryFlow.Format format = QueryFlow.Format.TABLE;

  @Override
  public Integer call() {
    return QueryFlow.run(out, sql, store.hadoop(), format, System.out).code();
  }
}
