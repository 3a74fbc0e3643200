package dev.bysync.bench.compare;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A comparison's result: {@code report.md} for reading, {@code report.json} with every figure,
 * {@code report.csv} with one line a module.
 *
 * @param setting what was measured, how and on what, a sentence each
 * @param rows a row a module, in the order given
 */
record Report(List<String> setting, List<Row> rows) {
  void write(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("report.md"), markdown());
    Files.writeString(folder.resolve("report.csv"), csv());
    ObjectMapper json = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    Files.write(folder.resolve("report.json"), json.writeValueAsBytes(this));
  }

  String markdown() {
    StringBuilder out = new StringBuilder("# bysync and wasm-opt\n\n");
    setting.forEach(sentence -> out.append("- ").append(sentence).append('\n'));
    out.append('\n');
    new BarTable(new Bar(rows)).write(out);
    new ModuleTables(rows).write(out);
    return out.toString();
  }

  private String csv() {
    StringBuilder out = new StringBuilder();
    out.append("module,sha256,bytes,gzip,custom");
    for (String peer : List.of("asyncify", "o2", "o2_asyncify")) {
      for (String column :
          List.of("end", "seconds", "cpu_seconds", "peak_bytes", "bytes", "gzip", "custom")) {
        out.append(',').append(peer).append('_').append(column);
      }
    }
    out.append(",ours_end,ours_cold_seconds,ours_cold_cpu_seconds,ours_cold_peak_bytes");
    out.append(
        ",ours_warm_seconds,ours_warm_cpu_seconds,ours_bytes,ours_gzip,ours_custom,added,added_gzip\n");
    for (Row row : rows) {
      line(out, row);
    }
    return out.toString();
  }

  private static void line(StringBuilder out, Row row) {
    out.append('"').append(row.name().replace("\"", "\"\"")).append("\",").append(row.sha256());
    sizes(out, row.original());
    for (PeerRun run : List.of(row.asyncify(), row.optimised(), row.optimisedAsyncify())) {
      out.append(',').append(run.end());
      out.append(',').append(run.seconds());
      out.append(',').append(run.cpuSeconds());
      out.append(',').append(run.peakBytes());
      sizes(out, run.output());
    }
    OurRun ours = row.ours();
    out.append(',').append(ours.end());
    out.append(',').append(ours.coldSeconds());
    out.append(',').append(ours.coldCpuSeconds());
    out.append(',').append(ours.coldPeakBytes());
    out.append(',').append(ours.warmSeconds());
    out.append(',').append(ours.warmCpuSeconds());
    sizes(out, ours.output());
    out.append(',').append(row.added()).append(',').append(row.addedGzip()).append('\n');
  }

  private static void sizes(StringBuilder out, Sizes sizes) {
    out.append(',').append(sizes.plain()).append(',').append(sizes.gzip());
    out.append(',').append(sizes.custom());
  }
}
