package dev.bysync.bench.compare;

import java.util.List;

/** The report's tables with one line a module. */
record ModuleTables(List<Row> rows) {
  private static final String SIZES =
      """
      ## Sizes, in bytes
      *added*: what we add to the original over what `-O2 --asyncify` adds to `-O2`, custom sections aside.

      | module | original | gzip | `--asyncify` | gzip | `-O2` | gzip | `-O2 --asyncify` | gzip | ours | gzip | added | gzip |
      |---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|
      """;

  private static final String COSTS =
      """

      ## Time in seconds and peak memory in MB (1,000,000 bytes)
      *s*: wall clock; *cpu*: time on processors, all threads. *cold*: a process of its own; *warm*: in a running JVM, one thread.

      | module | `--asyncify` s | cpu | MB | `-O2` s | cpu | MB | `-O2 --asyncify` s | cpu | MB | ours cold s | cpu | MB | ours warm s | cpu | MB/s |
      |---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|
      """;

  private static final String TIMES =
      """

      ## Workloads in Node: milliseconds of a repetition
      | workload | original | `-O2` | `-O2 --asyncify` | ours | ours/original | `-O2 --asyncify`/original | `-O2 --asyncify`/`-O2` |
      |---|--:|--:|--:|--:|--:|--:|--:|
      """;

  void write(StringBuilder out) {
    out.append(SIZES);
    rows.forEach(row -> size(out, row));
    out.append(COSTS);
    rows.forEach(row -> cost(out, row));
    if (rows.stream().anyMatch(row -> !row.times().isEmpty())) {
      out.append(TIMES);
      rows.forEach(row -> row.times().forEach(time -> time(out, time)));
    }
    failures(out);
  }

  private static void size(StringBuilder out, Row row) {
    out.append("| ").append(Cells.text(row.name()));
    sizes(out, row.original());
    sizes(out, row.asyncify().output());
    sizes(out, row.optimised().output());
    sizes(out, row.optimisedAsyncify().output());
    sizes(out, row.ours().output());
    cell(out, Cells.ratio(row.added()));
    cell(out, Cells.ratio(row.addedGzip()));
    out.append(" |\n");
  }

  private static void cost(StringBuilder out, Row row) {
    out.append("| ").append(Cells.text(row.name()));
    for (PeerRun run : List.of(row.asyncify(), row.optimised(), row.optimisedAsyncify())) {
      cell(out, run.isDone() ? Cells.seconds(run.seconds()) : run.end().toString());
      cell(out, Cells.seconds(run.cpuSeconds()));
      cell(out, Cells.megabytes((double) run.peakBytes()));
    }
    OurRun ours = row.ours();
    cell(out, ours.isDone() ? Cells.seconds(ours.coldSeconds()) : ours.end().toString());
    cell(out, Cells.seconds(ours.coldCpuSeconds()));
    cell(out, Cells.megabytes(ours.coldPeakBytes()));
    cell(out, Cells.seconds(ours.warmSeconds()));
    cell(out, Cells.seconds(ours.warmCpuSeconds()));
    cell(out, ours.isDone() ? Cells.megabytes(row.throughput()) : Cells.NONE);
    out.append(" |\n");
  }

  private static void time(StringBuilder out, NodeTime time) {
    out.append("| ").append(Cells.text(time.workload()));
    for (Form form : Form.values()) {
      cell(out, Cells.milliseconds(time.time(form)));
    }
    cell(out, Cells.ratio(time.ratio(Form.OURS, Form.ORIGINAL)));
    cell(out, Cells.ratio(time.ratio(Form.THEIRS, Form.ORIGINAL)));
    cell(out, Cells.ratio(time.ratio(Form.THEIRS, Form.OPTIMISED)));
    out.append(" |\n");
  }

  private void failures(StringBuilder out) {
    StringBuilder lines = new StringBuilder();
    for (Row row : rows) {
      for (PeerRun run : List.of(row.asyncify(), row.optimised(), row.optimisedAsyncify())) {
        if (!run.isDone()) {
          String what = "wasm-opt " + run.arguments() + ": " + run.end() + " " + run.message();
          failure(lines, row.name(), what);
        }
      }
      if (!row.ours().isDone()) {
        failure(lines, row.name(), "bysync: " + row.ours().end() + " " + row.ours().message());
      }
      for (NodeTime time : row.times()) {
        time.failures()
            .forEach((form, why) -> failure(lines, time.workload(), form + " in Node: " + why));
      }
    }
    if (!lines.isEmpty()) {
      out.append("\n## Failures\n").append(lines);
    }
  }

  private static void failure(StringBuilder out, String name, String what) {
    out.append("- ").append(name).append(": ").append(what.replace('\n', ' ')).append('\n');
  }

  private static void sizes(StringBuilder out, Sizes sizes) {
    cell(out, sizes.plain() == 0 ? Cells.NONE : Cells.count(sizes.plain()));
    cell(out, sizes.plain() == 0 ? Cells.NONE : Cells.count(sizes.gzip()));
  }

  private static void cell(StringBuilder out, String text) {
    out.append(" | ").append(text);
  }
}
