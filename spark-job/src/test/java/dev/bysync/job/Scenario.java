package dev.bysync.job;

import dev.bysync.events.ModuleSource;
import dev.bysync.events.ModuleSubmitted;
import dev.bysync.events.SourceKind;
import dev.bysync.job.sink.MetricsTable;
import dev.bysync.job.sink.RunCatalog;
import dev.bysync.job.sink.RunManifest;
import dev.bysync.job.sink.Tables;
import dev.bysync.schemas.EventCodec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;

/** A topic of its own and an output folder; modules are texts. */
final class Scenario {
  final String topic = "modules-" + UUID.randomUUID();
  final Path out;
  private final Path objects;

  Scenario(Path folder, int partitions) {
    this.out = folder.resolve("out");
    this.objects = out.resolve("modules");
    TestBroker.get().createTopic(topic, partitions);
  }

  JobConfig.Builder config(String runId) {
    return JobConfig.builder()
        .bootstrap(TestBroker.get().bootstrap())
        .topic(topic)
        .out(out.toUri())
        .runId(runId);
  }

  RunSummary run(String runId) throws JobException {
    return run(config(runId));
  }

  RunSummary run(JobConfig.Builder config) throws JobException {
    return BysyncJob.run(
        TestSpark.get(), config.build(), JobListener.NONE, new StopSignal(), new FakeEngine());
  }

  /** Submits a module with its bytes in the event. */
  String submit(String text) {
    return submit(text, text, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** Submits a further source of a module, without its bytes. */
  String submitSource(String text, String path) {
    return submit(text, path, null);
  }

  /** Submits a module whose bytes are in an object with this content. */
  String submitStored(String text, @Nullable String content) throws IOException {
    Path object = objects.resolve(sha256(text));
    if (content != null) {
      Files.createDirectories(objects);
      Files.writeString(object, content);
    }
    return submit(text, text, object.toUri().toString());
  }

  String submit(String text, String path, @Nullable Object payload) {
    String sha256 = sha256(text);
    TestBroker.get().send(topic, sha256, event(text, path, payload));
    return sha256;
  }

  void submitRaw(byte[] value) {
    TestBroker.get().send(topic, "raw", value);
  }

  static byte[] event(String text, String path, @Nullable Object payload) {
    ModuleSource source = ModuleSource.newBuilder().setKind(SourceKind.FILE).setPath(path).build();
    return EventCodec.encode(
        ModuleSubmitted.newBuilder()
            .setId(EventCodec.id(sha256(text), source))
            .setSha256(sha256(text))
            .setSize(text.getBytes(StandardCharsets.UTF_8).length)
            .setPayload(payload)
            .setSource(source)
            .setSubmittedAt(Instant.ofEpochMilli(1_700_000_000_000L))
            .build());
  }

  MetricsTable table() throws IOException {
    return MetricsTable.open(new Configuration(), out.toUri(), profile());
  }

  List<RunManifest> runs() throws IOException {
    return RunCatalog.of(Tables.of(new Configuration(), out.toUri())).runs();
  }

  String profile() {
    return config("any").build().process().profile();
  }

  Path binary(String sha256) {
    return out.resolve(
        "transformed/%s/%s/%s.wasm".formatted(profile(), sha256.substring(0, 2), sha256));
  }

  static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
