package dev.bysync.job;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bysync.job.sink.Batch;
import dev.bysync.job.sink.ModuleRow;
import dev.bysync.job.sink.RunCounts;
import dev.bysync.job.sink.RunManifest;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens in a run, one JSON object a line, for programs that collect logs. Each has {@code
 * time}, {@code event} ({@code start}, {@code module}, {@code batch}, {@code end}) and {@code run};
 * what is about a module has {@code module}, its SHA-256. Written by the driver.
 */
final class JsonLog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(JsonLog.class);
  private static final ObjectMapper MAPPER =
      new ObjectMapper().disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);

  private final OutputStream out;
  private final String runId;

  private JsonLog(OutputStream out, String runId) {
    this.out = out;
    this.runId = runId;
  }

  /**
   * Opens the log that the settings name; one that takes everything and keeps nothing if they name
   * none.
   *
   * @throws IOException if the file can't be written
   */
  static JsonLog open(JobConfig config) throws IOException {
    String target = config.telemetry().jsonLog();
    OutputStream out;
    if (target.isEmpty()) {
      out = OutputStream.nullOutputStream();
    } else if (target.equals("-")) {
      out = System.out;
    } else {
      Path folder = Path.of(target).toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      out = new FileOutputStream(target, true);
    }
    return new JsonLog(out, config.runId());
  }

  void start(RunManifest manifest) {
    ObjectNode line = line("start");
    line.put("topic", manifest.topic());
    line.put("profile", manifest.profile());
    line.put("application", manifest.origin().application());
    line.set("settings", MAPPER.valueToTree(manifest.settings()));
    write(line);
  }

  void module(ModuleRow row) {
    ObjectNode line = line("module");
    line.put("module", row.sha256());
    line.put("verdict", row.verdict().name());
    if (!row.reason().isEmpty()) {
      line.put("reason", row.reason());
    }
    line.put("bytes", row.originalBytes());
    line.put("transformMillis", row.transformNanos() / 1_000_000);
    line.put("verifyMillis", row.verifyNanos() / 1_000_000);
    line.put("host", row.host());
    line.put("attempt", row.attempt());
    write(line);
  }

  void batch(long number, Batch batch, Duration duration, long lag) {
    ObjectNode line = line("batch");
    line.put("batch", number);
    counts(line, batch.counts());
    line.put("millis", duration.toMillis());
    line.put("lag", lag);
    write(line);
  }

  void end(RunManifest manifest) {
    ObjectNode line = line("end");
    line.put("state", manifest.state().name());
    counts(line, manifest.counts());
    line.put("millis", manifest.durationMillis());
    if (!manifest.failure().isEmpty()) {
      line.put("failure", manifest.failure());
    }
    write(line);
  }

  @Override
  public void close() throws IOException {
    if (out != System.out) {
      out.close();
    }
  }

  private static void counts(ObjectNode line, RunCounts counts) {
    line.put("processed", counts.processed());
    line.put("skipped", counts.skipped());
    line.put("deadLetters", counts.deadLetters());
    line.put("bytes", counts.bytes());
    line.set("verdicts", MAPPER.valueToTree(counts.verdicts()));
  }

  private ObjectNode line(String event) {
    ObjectNode line = MAPPER.createObjectNode();
    line.put("time", Instant.now().toString());
    line.put("event", event);
    line.put("run", runId);
    return line;
  }

  private void write(ObjectNode line) {
    try {
      out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      out.flush();
    } catch (IOException e) {
      LOG.warn("the JSON log can't be written", e); // costs a line, not the run
    }
  }
}
