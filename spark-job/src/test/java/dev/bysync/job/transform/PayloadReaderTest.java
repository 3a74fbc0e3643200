package dev.bysync.job.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.bysync.job.transform.PayloadReader.BadPayloadException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadReaderTest {
  private static final byte[] MODULE = "module".getBytes(StandardCharsets.US_ASCII);

  @TempDir Path folder;
  private Path out;

  @BeforeEach
  void put() throws IOException {
    out = folder.resolve("out");
    Files.createDirectories(out.resolve("modules/aa"));
    Files.write(out.resolve("modules/aa/x.wasm"), MODULE);
    Files.writeString(folder.resolve("secret"), "not ours");
  }

  @Test
  void whatTheIngestPutThereIsRead() throws Exception {
    assertThat(reader(PayloadRules.defaults()).read(item(out.resolve("modules/aa/x.wasm").toUri())))
        .isEqualTo(MODULE);
  }

  @Test
  void aFolderThatIsNamedIsReadAndNoOther() throws Exception {
    Path other = Files.createDirectories(folder.resolve("other"));
    Files.write(other.resolve("x.wasm"), MODULE);
    PayloadRules rules = new PayloadRules(List.of(other.toUri().toString()), 60);
    assertThat(reader(rules).read(item(other.resolve("x.wasm").toUri()))).isEqualTo(MODULE);
    assertThat(refusal(rules, out.resolve("modules/aa/x.wasm").toUri())).contains("not read from");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "file:///etc",
        "file:///etc/passwd",
        "file:///etc/shadow",
        "file:///",
        "file:////etc/passwd",
        "file:///%00",
        "file:relative",
        "abfss:/a",
        "abfss://container@account/x",
        "gs://bucket/x",
        "hdfs://host/x",
        "hdfs:x",
        "s3a://bucket/x",
        "http://localhost:1/x",
        "mailto:x"
      })
  void nothingElseIsLookedAt(String uri) {
    assertThat(refusal(PayloadRules.defaults(), URI.create(uri)))
        .contains("not read from")
        .doesNotContain("SHA-256")
        .doesNotContain("bytes");
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "links need rights there")
  void noWayLeadsOutOfTheFolder() throws Exception {
    Files.createSymbolicLink(out.resolve("modules/aa/link"), folder.resolve("secret"));
    String modules = out.resolve("modules").toUri().toString();
    for (String path :
        List.of("aa/link", "../../secret", "%2e%2e/%2e%2e/secret", "aa/..%2f..%2f../secret")) {
      assertThat(refusal(PayloadRules.defaults(), URI.create(modules + path)))
          .as(path)
          .contains("not read from");
    }
    Path link = Files.createSymbolicLink(folder.resolve("link"), out);
    assertThat(
            reader(PayloadRules.defaults()).read(item(link.resolve("modules/aa/x.wasm").toUri())))
        .isEqualTo(MODULE);
  }

  /** A directory, for one: as an object of our own store it once ended every run. */
  @Test
  void anObjectThatCantBeReadIsTheEventsFault() {
    assertThat(refusal(PayloadRules.defaults(), out.resolve("modules/aa").toUri()))
        .contains("not read from"); // with the slash at its end
    String directory = out.toUri() + "modules/aa";
    assertThat(refusal(PayloadRules.defaults(), URI.create(directory))).contains("can't read");
    assertThat(refusal(PayloadRules.defaults(), URI.create(out.toUri() + "modules/aa/none")))
        .contains("missing");
  }

  @Test
  void aStoreThatDoesNotAnswerIsTheStoresFault() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      String root = "hdfs://127.0.0.1:%d/modules".formatted(silent.getLocalPort());
      PayloadReader reader = reader(new PayloadRules(List.of(root), 1));
      assertThatThrownBy(() -> reader.read(item(URI.create(root + "/x"))))
          .isInstanceOf(StoreFailedException.class)
          .hasMessageContaining("--payload-seconds");
    }
  }

  /** The ingest names objects by the file system that {@code hdfs:///} stands for. */
  @Test
  void aFolderOfTheDefaultFileSystem() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      String host = "hdfs://127.0.0.1:" + silent.getLocalPort();
      Configuration configuration = new Configuration();
      configuration.set("fs.defaultFS", host);
      PayloadRules rules = new PayloadRules(List.of(), 1);
      PayloadReader reader =
          new PayloadReader(configuration, URI.create("hdfs:///out"), rules, 1 << 20);
      assertThatThrownBy(() -> reader.read(item(URI.create(host + "/out/modules/x"))))
          .isInstanceOf(StoreFailedException.class); // it is asked, and silent
      assertThatThrownBy(() -> reader.read(item(URI.create("hdfs://other/out/modules/x"))))
          .isInstanceOf(BadPayloadException.class)
          .hasMessageContaining("not read from");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"abfss://container@account/modules", "gs://bucket/modules"})
  void aStoreWhoseFileSystemIsMissingIsTheStoresFault(String root) {
    PayloadRules rules = new PayloadRules(List.of(root), 60);
    assertThatThrownBy(() -> reader(rules).read(item(URI.create(root + "/x"))))
        .isInstanceOf(StoreFailedException.class);
  }

  @Test
  void foldersThatAreNone() {
    assertThat(new PayloadRules(List.of("modules", "file:x", "s3a://u:p@host/x"), 0).problems())
        .hasSize(4);
    assertThat(new PayloadRules(List.of("file:///a", "s3a://b/c/"), 86_400).problems()).isEmpty();
  }

  private PayloadReader reader(PayloadRules rules) {
    return new PayloadReader(new Configuration(), out.toUri(), rules, 1 << 20);
  }

  private String refusal(PayloadRules rules, URI uri) {
    return String.valueOf(
        catchThrowableOfType(BadPayloadException.class, () -> reader(rules).read(item(uri)))
            .getMessage());
  }

  private static WorkItem item(URI uri) {
    return new WorkItem(0, Sha256.hex(MODULE), MODULE.length, uri.toString(), new byte[0]);
  }
}
