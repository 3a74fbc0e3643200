package dev.bysync.bench.compare;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** The report's first table: the figures over all modules. */
record BarTable(Bar bar) {
  void write(StringBuilder out) {
    out.append("## In total\n| figure | value |\n|---|---|\n");
    counts(out);
    added(out, "bytes added, ours over `-O2 --asyncify`'s", bar.figures(Row::added).values());
    line(out, "modules above " + Bar.LARGEST_ADDITION, list(bar.large()));
    added(out, "the same after gzip", bar.figures(Row::addedGzip).values());
    Collection<Double> speeds = bar.figures(Row::throughput).values();
    line(
        out,
        "throughput, warm, one thread, by processor time",
        String.format(
            Locale.ROOT,
            "median %s MB/s, least %s",
            Cells.megabytes(Statistics.median(speeds)),
            Cells.megabytes(Statistics.min(speeds))));
    line(out, "modules below a fifth of the median", list(bar.slow()));
    speed(out, "--asyncify", Row::asyncify);
    speed(out, "-O2 --asyncify", Row::optimisedAsyncify);
    cold(out, "--asyncify", Row::asyncify);
    cold(out, "-O2 --asyncify", Row::optimisedAsyncify);
    if (!bar.ratios(Form.OURS, Form.ORIGINAL).isEmpty()) {
      run(out, "time in Node, ours over original", Form.OURS, Form.ORIGINAL);
      run(out, "`-O2 --asyncify` over original", Form.THEIRS, Form.ORIGINAL);
      run(out, "`-O2 --asyncify` over `-O2`", Form.THEIRS, Form.OPTIMISED);
    }
    out.append('\n');
  }

  private void counts(StringBuilder out) {
    List<Row> rows = bar.rows();
    line(out, "modules", Cells.count(rows.size()));
    line(out, "failed: `--asyncify`", failed(rows, row -> row.asyncify().isDone()));
    line(out, "failed: `-O2`", failed(rows, row -> row.optimised().isDone()));
    line(out, "failed: `-O2 --asyncify`", failed(rows, row -> row.optimisedAsyncify().isDone()));
    line(out, "failed: ours", failed(rows, row -> row.ours().isDone()));
  }

  private static String failed(List<Row> rows, Function<Row, Boolean> done) {
    return Cells.count(rows.stream().filter(row -> !done.apply(row)).count());
  }

  private static void added(StringBuilder out, String name, Collection<Double> values) {
    line(
        out,
        name + " (" + values.size() + " modules)",
        "median "
            + Cells.ratio(Statistics.median(values))
            + ", largest "
            + Cells.ratio(Statistics.max(values)));
  }

  private void speed(StringBuilder out, String name, Function<Row, PeerRun> theirs) {
    Bar.Speeds us = bar.ours(theirs);
    Bar.Speeds them = bar.theirs(theirs);
    line(
        out,
        "all of it against `" + name + "` (" + us.modules() + " modules)",
        String.format(
            Locale.ROOT,
            "%.2f MB/s, %.3f theirs: %.0f times; by processor time %.2f, %.3f: %.0f times",
            us.byWall() / 1e6,
            them.byWall() / 1e6,
            us.byWall() / them.byWall(),
            us.byCpu() / 1e6,
            them.byCpu() / 1e6,
            us.byCpu() / them.byCpu()));
  }

  private void cold(StringBuilder out, String name, Function<Row, PeerRun> theirs) {
    List<String> slower = bar.coldSlower(theirs);
    long compared = bar.coldCompared(theirs);
    line(
        out,
        "cold command faster than `" + name + "`, from " + Cells.count(Bar.COLD_FROM) + " bytes up",
        (compared - slower.size()) + " of " + compared + "; not: " + list(slower));
  }

  private void run(StringBuilder out, String name, Form form, Form base) {
    List<Double> ratios = bar.ratios(form, base);
    line(
        out,
        name + " (" + ratios.size() + " workloads)",
        "geometric mean "
            + Cells.ratio(Statistics.geometricMean(ratios))
            + ", largest "
            + Cells.ratio(Statistics.max(ratios)));
  }

  private static String list(List<String> names) {
    return names.isEmpty() ? "none" : Cells.text(String.join(", ", names));
  }

  private static void line(StringBuilder out, String name, String value) {
    out.append("| ").append(name).append(" | ").append(value).append(" |\n");
  }
}
