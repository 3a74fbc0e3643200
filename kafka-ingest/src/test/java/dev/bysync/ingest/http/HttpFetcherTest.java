package dev.bysync.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.bysync.ingest.http.HttpFailure.Kind;
import java.io.OutputStream;
import java.net.ProxySelector;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpFetcherTest {
  private static final byte[] CONTENT = "some content".getBytes(StandardCharsets.UTF_8);
  // printf 'some content' | sha256sum
  private static final String SHA256 =
      "290f493c44f5d63d06b374d0a5abd292fae38b92cab2fae5efefe1b0e9347f56";

  @TempDir Path dir;
  private final TestServer server = new TestServer();
  private final TestServer other = new TestServer();
  private final List<Duration> pauses = new ArrayList<>();

  @AfterEach
  void stop() {
    server.close();
    other.close();
  }

  @Test
  void downloadsAndChecks() throws Exception {
    server.serve("/a", CONTENT);
    assertThat(fetch(download("/a").digest(Digest.of("sha256", SHA256))).size()).isEqualTo(12);
    assertThat(dir.resolve("file")).hasBinaryContent(CONTENT);
    HttpFailure e = failure(download("/a").digest(Digest.of("sha256", "0".repeat(64))));
    assertThat(e.kind()).isEqualTo(Kind.INTEGRITY);
    assertThat(e).hasMessageContaining(SHA256);
    assertThat(pauses).hasSize(3); // it may have been damaged on its way
  }

  @Test
  void noMoreThanAllowedIsTaken() {
    server.serve("/a", CONTENT);
    server.on(
        "/endless",
        exchange -> {
          exchange.sendResponseHeaders(200, 0); // chunked
          OutputStream out = exchange.getResponseBody();
          byte[] zeros = new byte[64 * 1024];
          while (true) { // until the client hangs up
            out.write(zeros);
          }
        });
    assertThat(failure(Download.of(uri("/a"), 11)).kind()).isEqualTo(Kind.TOO_LARGE);
    assertThat(failure(Download.of(uri("/endless"), 1 << 20)).kind()).isEqualTo(Kind.TOO_LARGE);
    assertThat(dir.resolve("file").toFile().length()).isLessThanOrEqualTo(1 << 20);
    assertThat(pauses).isEmpty();
  }

  @Test
  void passingFailuresAreTriedAgainWithGrowingPauses() throws Exception {
    AtomicInteger count = new AtomicInteger();
    server.on(
        "/a",
        exchange -> {
          switch (count.incrementAndGet()) {
            case 1 -> exchange.sendResponseHeaders(503, -1);
            case 2 -> {
              exchange.sendResponseHeaders(200, 100); // and no more than this:
              exchange.getResponseBody().write(CONTENT);
              exchange.getResponseBody().flush();
            }
            case 3 -> {
              exchange.getResponseHeaders().set("Retry-After", "7");
              exchange.sendResponseHeaders(429, -1);
            }
            default -> TestServer.send(exchange, CONTENT);
          }
        });
    assertThat(fetch(download("/a")).size()).isEqualTo(12);
    assertThat(dir.resolve("file")).hasBinaryContent(CONTENT);
    assertThat(pauses).hasSize(3);
    assertThat(pauses.get(0)).isBetween(Duration.ofMillis(500), Duration.ofSeconds(1));
    assertThat(pauses.get(1)).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(2));
    assertThat(pauses.get(2)).isEqualTo(Duration.ofSeconds(7));
  }

  @Test
  void lastingFailuresAreNot() {
    for (int status : new int[] {400, 401, 403, 404, 410, 501}) {
      server.on("/a", exchange -> exchange.sendResponseHeaders(status, -1));
      assertThat(failure(download("/a")).status()).isEqualTo(status);
    }
    assertThat(pauses).isEmpty();
    server.on("/a", exchange -> exchange.sendResponseHeaders(500, -1));
    assertThat(failure(download("/a")).status()).isEqualTo(500);
    assertThat(pauses).hasSize(3);
    server.on(
        "/a",
        exchange -> {
          exchange.getResponseHeaders().set("Retry-After", "999999999999");
          exchange.sendResponseHeaders(503, -1);
        });
    assertThat(failure(download("/a")).status()).isEqualTo(503);
    assertThat(pauses.get(5)).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void credentialsStayWithTheirHost() throws Exception {
    server.redirect("/same", "/there");
    server.redirect("/away", other.address() + "/there");
    server.redirect("/odd", other.address().replace("//", "//user:pass@") + "/there");
    server.serve("/there", CONTENT);
    other.serve("/there", CONTENT);
    for (String path : List.of("/same", "/away", "/odd")) {
      fetcher(InternalTargets.ALLOWED)
          .fetch(
              download(path).authorization("Bearer secret").header("X-Any", "1"),
              dir.resolve("file"));
    }
    assertThat(server.requests)
        .allMatch(request -> request.header("Authorization").equals("Bearer secret"));
    assertThat(server.paths()).containsExactly("/same", "/there", "/away", "/odd");
    assertThat(other.requests).hasSize(2);
    assertThat(other.requests).allMatch(request -> request.header("Authorization").isEmpty());
  }

  /** The metadata service of a cloud, the admin page of a router, the store beside us. */
  @Test
  void serversLeadToNoAddressOfThisNetwork() throws Exception {
    other.serve("/there", CONTENT);
    for (String host :
        List.of(
            "localhost:" + other.port(),
            "127.0.0.1:" + other.port(),
            "[::1]:" + other.port(),
            "0.0.0.0:" + other.port(),
            "[::ffff:127.0.0.1]:" + other.port(),
            "169.254.169.254",
            "10.1.2.3",
            "[fd00::1]")) {
      server.redirect("/a", "http://" + host + "/there");
      HttpFailure e = failure(download("/a"));
      assertThat(e.kind()).as(host).isEqualTo(Kind.REDIRECT);
      assertThat(e.getMessage()).contains("this machine's own network");
    }
    Download named = Download.of(URI.create(other.address() + "/there"), 100);
    assertThat(failure(named.by(uri("/registry"))).kind()).isEqualTo(Kind.REDIRECT);
    assertThat(other.requests).isEmpty();
    assertThat(pauses).isEmpty();
    assertThat(fetch(named).size()).isEqualTo(CONTENT.length); // as the user says
    server.redirect("/home", server.address() + "/b");
    server.serve("/b", CONTENT);
    assertThat(fetch(download("/home")).size()).isEqualTo(CONTENT.length);
  }

  @Test
  void aLoginThatIsNoHeaderIsToldWithoutBeingShown() {
    HttpFailure e = failure(download("/a").authorization("Bearer secret\r\nHost: elsewhere"));
    assertThat(e.getMessage()).contains("can't be sent").doesNotContain("secret");
    assertThat(server.requests).isEmpty();
  }

  @Test
  void redirectsAreBounded() {
    server.redirect("/loop", "/loop");
    server.redirect("/file", "file:///etc/passwd");
    server.redirect("/nowhere", "http:///");
    assertThat(failure(download("/loop")).kind()).isEqualTo(Kind.REDIRECT);
    assertThat(server.requests).hasSize(6);
    assertThat(failure(download("/file")).kind()).isEqualTo(Kind.REDIRECT);
    assertThat(failure(download("/nowhere")).kind()).isEqualTo(Kind.REDIRECT);
    assertThat(pauses).isEmpty();
  }

  @Test
  void aServerThatNeverEndsIsGivenUp() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    server.on(
        "/slow",
        exchange -> {
          exchange.sendResponseHeaders(200, 100);
          exchange.getResponseBody().write(1);
          exchange.getResponseBody().flush();
          try {
            end.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    Retries impatient =
        new Retries(
            2, Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofMillis(300), pauses::add);
    HttpFetcher fetcher =
        new HttpFetcher(impatient, ProxySelector.getDefault(), null, InternalTargets.REFUSED);
    HttpFailure e =
        catchThrowableOfType(
            HttpFailure.class, () -> fetcher.fetch(download("/slow"), dir.resolve("file")));
    end.countDown();
    assertThat(e.kind()).isEqualTo(Kind.NETWORK);
    assertThat(pauses).hasSize(1);
  }

  @Test
  void nobodyThere() {
    server.close();
    HttpFailure e = failure(download("/a?token=secret"));
    assertThat(e.kind()).isEqualTo(Kind.NETWORK);
    assertThat(e.getMessage()).contains("/a").doesNotContain("secret");
    assertThat(pauses).hasSize(3);
  }

  @Test
  void theProxyIsAsked() throws Exception {
    other.serve("http://registry.invalid/x", CONTENT);
    HttpFetcher fetcher =
        new HttpFetcher(
            TestServer.hasty(pauses),
            Proxies.of(other.address(), "", "localhost"),
            null,
            InternalTargets.REFUSED);
    fetcher.fetch(Download.of(URI.create("http://registry.invalid/x"), 100), dir.resolve("file"));
    assertThat(dir.resolve("file")).hasBinaryContent(CONTENT);
    server.serve("/direct", CONTENT);
    fetcher.fetch(download("/direct"), dir.resolve("file"));
    assertThat(server.paths()).containsExactly("/direct");
  }

  @Test
  void aFileThatCanNotBeWritten() throws Exception {
    server.serve("/a", CONTENT);
    Path below = Files.write(dir.resolve("plain"), CONTENT).resolve("file");
    HttpFailure e =
        catchThrowableOfType(HttpFailure.class, () -> fetcher().fetch(download("/a"), below));
    assertThat(e.kind()).isEqualTo(Kind.DISK);
  }

  private HttpFetcher.Fetched fetch(Download download) throws HttpFailure {
    return fetcher().fetch(download, dir.resolve("file"));
  }

  private HttpFailure failure(Download download) {
    return catchThrowableOfType(HttpFailure.class, () -> fetch(download));
  }

  private HttpFetcher fetcher() {
    return fetcher(InternalTargets.REFUSED);
  }

  private HttpFetcher fetcher(InternalTargets internal) {
    return new HttpFetcher(TestServer.hasty(pauses), ProxySelector.getDefault(), null, internal);
  }

  private Download download(String path) {
    return Download.of(uri(path), 1 << 20);
  }

  private URI uri(String path) {
    return URI.create(server.address() + path);
  }
}
