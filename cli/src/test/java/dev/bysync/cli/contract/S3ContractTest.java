package dev.bysync.cli.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bysync.cli.Modules;
import dev.bysync.ingest.IngestException;
import dev.bysync.ingest.IngestResult;
import dev.bysync.job.sink.Batch;
import dev.bysync.job.sink.BinaryStore;
import dev.bysync.job.sink.DeadLetterRow;
import dev.bysync.job.sink.MetricsTable;
import dev.bysync.job.sink.TableWriter;
import dev.bysync.job.sink.Tables;
import dev.bysync.job.store.Store;
import dev.bysync.job.store.Store.Entry;
import dev.bysync.job.store.Store.Outcome;
import dev.bysync.job.store.StoreProbe;
import dev.bysync.verify.Verdict;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every S3 store has to do. Two writers at the very same time are left out: S3Mock 5.0.0 may
 * let both win.
 */
abstract class S3ContractTest {
  static final String BUCKET = "results";
  private static final String PROFILE = "0123456789abcdef";
  private static final int LARGE = 1 << 20;

  private final URI root = URI.create("s3a://%s/%s".formatted(BUCKET, UUID.randomUUID()));

  @TempDir Path temp;

  abstract String endpoint();

  /** Other tests have another endpoint. */
  @AfterEach
  void forgetTheEndpoint() throws IOException {
    FileSystem.get(root, configuration()).close();
  }

  @Test
  void theServerIsSafeAndManyCommitsMakeOneTable() throws Exception {
    StoreProbe.check(store());
    try (TableWriter writer = writer("run")) {
      for (int i = 0; i < 12; i++) {
        DeadLetterRow row = new DeadLetterRow("id", "topic", 0, i, "reason", 5);
        writer.commit(new Batch("t", Map.of(0, i + 1L), List.of(), List.of(), List.of(row), 0));
      }
    }
    try (TableWriter writer = writer("next")) {
      assertThat(writer.offsets("t")).isEqualTo(Map.of(0, 12L));
      assertThat(writer.hasDeadLetter("id/0/11")).isTrue();
    }
    assertThat(MetricsTable.open(configuration(), root, PROFILE).deadLetters()).hasSize(12);
    assertThat(store().list("tables/modules/_delta_log"))
        .extracting(Entry::path)
        .contains("tables/modules/_delta_log/00000000000000000010.checkpoint.parquet");
  }

  @Test
  void aLargeModuleTravelsThroughTheStore() throws Exception {
    byte[] module = Modules.large(1, LARGE);
    String sha256 = Pipeline.sha256(module);
    Modules.write(temp.resolve("modules"), "large.wasm", module);
    Pipeline pipeline = new Pipeline(SharedBroker.bootstrap(), root, properties(endpoint()));

    IngestResult ingested = pipeline.ingest(temp.resolve("modules"));
    long processed = pipeline.job("run").processed();

    assertThat(ingested.problems()).isEmpty();
    String name = sha256.substring(0, 2) + "/" + sha256 + ".wasm";
    assertThat(store().read("modules/" + name, LARGE * 2L)).isEqualTo(module);
    assertThat(processed).isEqualTo(1);
    MetricsTable table =
        MetricsTable.open(pipeline.configuration(), pipeline.out(), pipeline.profile());
    assertThat(table.modules())
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row.verdict()).isEqualTo(Verdict.VERIFIED);
              assertThat(
                      Pipeline.sha256(
                          store()
                              .read(
                                  BinaryStore.path(pipeline.profile(), sha256),
                                  row.transformedBytes())))
                  .isEqualTo(row.transformedSha256());
            });
  }

  @Test
  void aBinaryIsCreatedOnceAndASecondOneIsRecognised() throws Exception {
    BinaryStore binaries = new BinaryStore(store(), PROFILE, BinaryStore.Existing.KEEP);
    String sha256 = "ab".repeat(32);
    assertThat(binaries.put(sha256, bytes("first"))).isEqualTo(BinaryStore.Outcome.STORED);
    assertThat(binaries.put(sha256, bytes("first"))).isEqualTo(BinaryStore.Outcome.STORED);
    assertThat(binaries.put(sha256, bytes("other"))).isEqualTo(BinaryStore.Outcome.DIFFERS);
    assertThat(binaries.put(sha256, bytes("1"))).isEqualTo(BinaryStore.Outcome.DIFFERS);
    assertThat(store().read(BinaryStore.path(PROFILE, sha256), 100)).isEqualTo(bytes("first"));
  }

  @Test
  void anObjectIsCreatedIfThereIsNone() throws Exception {
    Store store = store();
    assertThat(store.create("a/b/one", bytes("first"))).isEqualTo(Outcome.CREATED);
    assertThat(store.create("a/b/one", bytes("second"))).isEqualTo(Outcome.EXISTED);
    assertThat(store.read("a/b/one", 100)).isEqualTo(bytes("first"));
    store.replace("a/b/one", bytes("third"));
    assertThat(store.read("a/b/one", 100)).isEqualTo(bytes("third"));
    store.delete("a");
    assertThatThrownBy(() -> store.read("a/b/one", 100)).isInstanceOf(FileNotFoundException.class);
    assertThat(store.create("a/b/one", bytes("again"))).isEqualTo(Outcome.CREATED);
  }

  @Test
  void twoWritersCommitARowOnce() throws Exception {
    DeadLetterRow row = new DeadLetterRow("id", "topic", 0, 1, "first", 5);
    DeadLetterRow same = new DeadLetterRow("id", "topic", 0, 1, "second", 5);
    DeadLetterRow other = new DeadLetterRow("id", "topic", 0, 2, "other", 5);
    try (TableWriter first = writer("first");
        TableWriter second = writer("second")) {
      first.commit(new Batch("t", Map.of(0, 2L), List.of(), List.of(), List.of(row), 0));
      second.commit(new Batch("t", Map.of(0, 3L), List.of(), List.of(), List.of(same, other), 0));
    }
    try (TableWriter third = writer("third")) {
      assertThat(third.offsets("t")).isEqualTo(Map.of(0, 3L));
    }
    assertThat(MetricsTable.open(configuration(), root, PROFILE).deadLetters())
        .containsExactly(row, other);
  }

  private TableWriter writer(String runId) throws Exception {
    return TableWriter.open(
        Tables.of(configuration(), root), PROFILE, runId, TableWriter.Mode.NEW_ONLY);
  }

  @Test
  void objectsOfAFolderAreListedInOrder() throws Exception {
    Store store = store();
    store.create("list/b", bytes("22"));
    store.create("list/a", bytes("1"));
    store.create("list/deeper/c", bytes("3"));
    assertThat(store.list("list")).extracting(Entry::path).containsExactly("list/a", "list/b");
    assertThat(store.list("list")).extracting(Entry::bytes).containsExactly(1L, 2L);
    assertThat(store.list("nothing")).isEmpty();
  }

  @Test
  @Timeout(60)
  void anEndpointThatDoesNotAnswerIsNamed() throws Exception {
    Modules.write(temp.resolve("modules"), "empty.wasm", Modules.empty());
    Map<String, String> properties = properties(closedEndpoint());
    properties.put("fs.s3a.impl.disable.cache", "true"); // the cached one has another endpoint
    Pipeline pipeline = new Pipeline(SharedBroker.bootstrap(), root, properties);
    assertThatThrownBy(() -> pipeline.ingest(temp.resolve("modules")))
        .isInstanceOf(IngestException.class)
        .hasMessageContaining(root.toString())
        .hasMessageContaining("address");
  }

  private static String closedEndpoint() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return "http://127.0.0.1:" + socket.getLocalPort();
    }
  }

  private Store store() throws IOException {
    return Store.open(configuration(), root);
  }

  private Configuration configuration() {
    Configuration configuration = new Configuration();
    properties(endpoint()).forEach(configuration::set);
    return configuration;
  }

  private static Map<String, String> properties(String endpoint) {
    Map<String, String> properties = new HashMap<>();
    properties.put("fs.s3a.endpoint", endpoint);
    properties.put("fs.s3a.endpoint.region", "us-east-1");
    properties.put("fs.s3a.path.style.access", "true");
    properties.put("fs.s3a.connection.ssl.enabled", "false");
    properties.put(
        "fs.s3a.aws.credentials.provider", "org.apache.hadoop.fs.s3a.SimpleAWSCredentialsProvider");
    properties.put("fs.s3a.access.key", "any");
    properties.put("fs.s3a.secret.key", "any");
    return properties;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
