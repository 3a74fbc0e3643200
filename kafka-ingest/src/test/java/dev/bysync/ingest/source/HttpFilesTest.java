package dev.bysync.ingest.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.ingest.http.TestServer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HttpFilesTest {
  private static final byte[] A = Fixtures.module("a");

  private final TestServer server = new TestServer();

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void modulesAndArchives() {
    server.serve("/x/a.wasm", A);
    server.serve("/x/b.zip", Fixtures.zip(Map.of("in/it", A)));
    server.serve("/page.html", "<html>".getBytes(StandardCharsets.UTF_8));
    assertThat(Findings.of(server.address() + "/x/a.wasm").places())
        .containsExactly(server.address() + "/x/a.wasm");
    assertThat(Findings.of(server.address() + "/x/b.zip").places())
        .containsExactly(server.address() + "/x/b.zip!/in/it");
    assertThat(Findings.of(server.address() + "/page.html").problems.get(0).what())
        .contains("no wasm module in it");
  }

  @Test
  void theDigestIsChecked() {
    server.serve("/a", A);
    String sha256 = HexFormat.of().formatHex(Sha256.digest().digest(A));
    assertThat(Findings.of(server.address() + "/a#sha256=" + sha256).modules).hasSize(1);
    assertThat(Findings.of(server.address() + "/a#sha256=abc").problems.get(0).what())
        .contains("no digest");
    // a wrong one is tried again before it is believed: see HttpFetcherTest
  }

  @Test
  void userAndQueryAreSentAndNeverShown() {
    server.serve("/a?token=secret-1", A);
    String address =
        server.address().replace("//", "//me:secret-2@") + "/a?token=secret-1#fragment";
    Findings found = Findings.of(address);
    assertThat(found.modules).hasSize(1);
    assertThat(found.places().get(0))
        .startsWith(server.address() + "/a?~")
        .doesNotContain("secret");
    assertThat(server.requests.get(0).header("Authorization"))
        .isEqualTo(
            "Basic "
                + Base64.getEncoder()
                    .encodeToString("me:secret-2".getBytes(StandardCharsets.UTF_8)));
    for (String wrong :
        new String[] {
          address.replace("/a?", "/b?"),
          address.replace("/a?", "/{b}?"),
          address.replace("localhost", "local host"),
          address.replace("localhost:" + server.port(), "")
        }) {
      SourceProblem problem = Findings.of(wrong).problems.get(0);
      assertThat(problem.toString() + problem.source()).as(wrong).doesNotContain("secret");
    }
  }

  @Test
  void labels() {
    assertThat(HttpFiles.label(URI.create("HTTPS://Host.example:1/A?b#c")))
        .startsWith("https://host.example:1/A?~");
    assertThat(SourceText.show("npm:x@1")).isEqualTo("npm:x@1");
    assertThat(SourceText.show("https://u:p@h/x")).isEqualTo("https://h/x");
    assertThat(SourceText.show("https://u:p@rest@h/x?y")).isEqualTo("https://h/x?...");
    assertThat(SourceText.show("s3a://key:secret@bucket/x")).isEqualTo("s3a://bucket/x");
  }
}
