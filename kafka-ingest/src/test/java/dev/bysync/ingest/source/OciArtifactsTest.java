package dev.bysync.ingest.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.bysync.ingest.http.HttpFetcher;
import dev.bysync.ingest.http.InternalTargets;
import dev.bysync.ingest.http.TestServer;
import java.io.File;
import java.io.IOException;
import java.net.ProxySelector;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class OciArtifactsTest {
  private static final byte[] A = Fixtures.module("a");
  private static final byte[] LAYER =
      Fixtures.gzip(Fixtures.tar(Map.of("app/b", Fixtures.module("b"))));

  @TempDir Path dir;
  private InternalTargets internal = InternalTargets.REFUSED;
  private final TestServer server = new TestServer();

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void everyLayerOfAnArtifact() throws Exception {
    String manifest = manifest();
    server.serve("/v2/acme/tools/manifests/1.0", bytes(manifest));
    String digest = digest(bytes(manifest));
    try (FetchedPackage fetched = fetch(":1.0")) {
      assertThat(fetched.parts())
          .extracting(part -> part.origin().toString())
          .containsExactly(
              "oci:" + host() + "/acme/tools@" + digest + "!/tool.wasm",
              "oci:" + host() + "/acme/tools@" + digest + "!/" + digest(LAYER).replace(':', '-'));
      assertThat(fetched.parts().get(0).file()).hasBinaryContent(A);
    }
    Findings found = Findings.of("oci:" + host() + "/acme/tools:1.0");
    assertThat(found.modules).hasSize(2);
    assertThat(found.places().get(1)).endsWith("!/app/b");
  }

  @Test
  void anIndexOfSeveral() throws Exception {
    String manifest = manifest();
    String digest = digest(bytes(manifest));
    server.serve("/v2/acme/tools/manifests/" + digest, bytes(manifest));
    server.serve(
        "/v2/acme/tools/manifests/latest",
        bytes("{\"manifests\":[{\"digest\":\"%1$s\"},{\"digest\":\"%1$s\"}]}".formatted(digest)));
    try (FetchedPackage fetched = fetch("")) {
      assertThat(fetched.parts()).hasSize(2);
    }
    assertThat(server.paths()).hasSize(4); // index, manifest, two blobs
  }

  @Test
  void anIndexInAnIndex() throws Exception {
    String manifest = manifest();
    String digest = digest(bytes(manifest));
    server.serve("/v2/acme/tools/manifests/" + digest, bytes(manifest));
    String inner = "{\"manifests\":[{\"digest\":\"%s\"}]}".formatted(digest);
    server.serve("/v2/acme/tools/manifests/" + digest(bytes(inner)), bytes(inner));
    server.serve(
        "/v2/acme/tools/manifests/latest",
        bytes("{\"manifests\":[{\"digest\":\"%s\"}]}".formatted(digest(bytes(inner)))));
    try (FetchedPackage fetched = fetch("")) {
      assertThat(fetched.parts()).hasSize(2);
    }
  }

  /** Docker's tokens last five minutes, a large layer may take longer to come. */
  @Test
  void anExpiredTokenIsRenewed() throws Exception {
    String manifest = manifest();
    AtomicInteger tokens = new AtomicInteger();
    server.on(
        "/token",
        exchange ->
            TestServer.send(
                exchange, bytes("{\"token\":\"token-%d\"}".formatted(tokens.incrementAndGet()))));
    wants("/v2/acme/tools/manifests/latest", bytes(manifest), "Bearer token-1");
    wants("/v2/acme/tools/blobs/" + digest(A), A, "Bearer token-1");
    wants("/v2/acme/tools/blobs/" + digest(LAYER), LAYER, "Bearer token-2");
    try (FetchedPackage fetched = fetch("")) {
      assertThat(fetched.parts()).hasSize(2);
    }
    assertThat(tokens).hasValue(2);
  }

  private void wants(String path, byte[] content, String authorization) {
    server.on(
        path,
        exchange -> {
          if (authorization.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            TestServer.send(exchange, content);
          } else {
            String challenge = "Bearer realm=\"%s/token\"".formatted(server.address());
            exchange.getResponseHeaders().set("WWW-Authenticate", challenge);
            exchange.sendResponseHeaders(401, -1);
          }
        });
  }

  @Test
  void blobsAndManifestsAreCheckedAgainstTheirDigests() throws Exception {
    String digest = digest(bytes(manifest()));
    server.serve("/v2/acme/tools/manifests/" + digest, bytes("{}"));
    assertThat(failure("@" + digest).what()).contains("SHA-256");
    server.serve("/v2/acme/tools/manifests/latest", bytes(manifest()));
    server.serve("/v2/acme/tools/blobs/" + digest(A), LAYER);
    assertThat(failure("").what()).contains("SHA-256");
    server.serve(
        "/v2/acme/tools/manifests/latest", bytes("{\"layers\":[{\"digest\":\"../../x\"}]}"));
    assertThat(failure("").what()).contains("no digest");
  }

  /** A reference by digest once delivered what else a registry put behind another algorithm. */
  @Test
  void whatIsNamedBySha512IsChecked() throws Exception {
    String manifest = manifest();
    String sha512 = digest("sha512", bytes(manifest));
    String index = "{\"manifests\":[{\"digest\":\"%s\"}]}".formatted(sha512);
    server.serve("/v2/acme/tools/manifests/" + digest(bytes(index)), bytes(index));
    server.serve("/v2/acme/tools/manifests/" + sha512, bytes(manifest));
    fetch("@" + digest(bytes(index))).close();
    fetch("@" + sha512).close();
    String swapped = manifest.replace("tool.wasm", "swapped.wasm");
    server.serve("/v2/acme/tools/manifests/" + sha512, bytes(swapped));
    assertThat(failure("@" + digest(bytes(index))).what()).contains("SHA-512");
    assertThat(failure("@" + sha512).what()).contains("SHA-512");
  }

  @Test
  void digestsOfOtherAlgorithmsAreRefused() {
    for (String digest :
        List.of(
            "sha1:" + "0".repeat(40),
            "sha384:" + "0".repeat(96),
            "md5:" + "0".repeat(32),
            "SHA256:" + "0".repeat(64),
            "sha256:" + "A".repeat(64),
            "sha256:" + "0".repeat(63),
            "sha256: \\u001b[31m",
            "latest",
            "")) {
      for (String list : List.of("layers", "manifests")) {
        server.serve(
            "/v2/acme/tools/manifests/latest",
            bytes("{\"%s\":[{\"digest\":\"%s\"}]}".formatted(list, digest)));
        assertThat(failure("").what()).as(digest).contains("no digest");
      }
    }
    assertThat(server.paths()).containsOnly("/v2/acme/tools/manifests/latest");
  }

  @Test
  void aTokenThatIsNoneIsBadInput() {
    server.on("/token", exchange -> TestServer.send(exchange, bytes("{\"token\":\"a\\r\\nb\"}")));
    wants("/v2/acme/tools/manifests/latest", A, "Bearer a");
    assertThat(failure("").what()).contains("answers with no token");
  }

  @Test
  void aLoginGoesToNoRealmOfAnotherOwner() throws Exception {
    String basic = Base64.getEncoder().encodeToString(bytes("me:secret-1"));
    try (TestServer elsewhere = new TestServer()) {
      String realm = "127.0.0.1:" + elsewhere.port();
      Files.writeString(
          dir.resolve("config.json"),
          "{\"auths\":{\"%s\":{\"auth\":\"%s\"},\"%s\":{\"auth\":\"%2$s\"}}}"
              .formatted(host(), basic, realm));
      elsewhere.serve("/token", bytes("{\"token\":\"anonymous\"}"));
      server.on(
          "/v2/acme/tools/manifests/latest",
          exchange -> {
            exchange
                .getResponseHeaders()
                .set("WWW-Authenticate", "Bearer realm=\"http://%s/token\"".formatted(realm));
            exchange.sendResponseHeaders(401, -1);
          });
      assertThat(failure("").what()).contains("this machine's own network");
      assertThat(elsewhere.requests).isEmpty();
      internal = InternalTargets.ALLOWED;
      assertThat(failure("").what()).contains("status 401");
      assertThat(elsewhere.requests).hasSize(1);
      assertThat(elsewhere.requests.get(0).header("Authorization")).isEmpty();
    }
  }

  @Test
  void hostsOfOneOwner() {
    assertThat(RelatedHosts.areRelated("registry-1.docker.io", "auth.docker.io")).isTrue();
    assertThat(RelatedHosts.areRelated("registry.gitlab.com", "GitLab.com")).isTrue();
    assertThat(RelatedHosts.areRelated("localhost", "localhost")).isTrue();
    assertThat(RelatedHosts.areRelated("10.0.0.5", "10.0.0.5")).isTrue();
    assertThat(RelatedHosts.areRelated("10.0.0.5", "9.0.0.5")).isFalse();
    assertThat(RelatedHosts.areRelated("a.co.uk", "b.co.uk")).isFalse();
    assertThat(RelatedHosts.areRelated("registry.example.org", "example.com")).isFalse();
    assertThat(RelatedHosts.areRelated("docker.io", "notdocker.io")).isFalse();
    assertThat(RelatedHosts.areRelated("a.internal", "b.internal")).isFalse();
    assertThat(RelatedHosts.areRelated("com", "example.com")).isFalse();
  }

  @Test
  void tokensAreFetchedWithTheLoginOfTheConfiguration() throws Exception {
    String basic = Base64.getEncoder().encodeToString(bytes("me:secret-1"));
    Files.writeString(
        dir.resolve("config.json"),
        "{\"auths\":{\"%s\":{\"auth\":\"%s\"}}}".formatted(host(), basic));
    String manifest = manifest();
    server.on(
        "/v2/acme/tools/manifests/latest",
        exchange -> {
          String given = exchange.getRequestHeaders().getFirst("Authorization");
          if ("Bearer secret-2".equals(given)) {
            TestServer.send(exchange, bytes(manifest));
          } else {
            exchange
                .getResponseHeaders()
                .set(
                    "WWW-Authenticate",
                    "Bearer realm=\"%s/token\",service=\"reg\",scope=\"repository:acme/tools:pull\""
                        .formatted(server.address()));
            exchange.sendResponseHeaders(401, -1);
          }
        });
    server.serve(
        "/token?service=reg&scope=repository%3Aacme%2Ftools%3Apull",
        bytes("{\"access_token\":\"secret-2\"}"));
    fetch("").close();
    assertThat(server.requests.get(1).header("Authorization")).isEqualTo("Basic " + basic);
    assertThat(server.requests.get(3).header("Authorization")).isEqualTo("Bearer secret-2");
    server.on("/v2/acme/tools/manifests/latest", exchange -> exchange.sendResponseHeaders(401, -1));
    assertThat(failure("").what()).contains("status 401").doesNotContain("secret");
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the helper here is a shell script")
  void credentialHelpersAreAsked() throws Exception {
    Path helper = dir.resolve("docker-credential-vault");
    Files.writeString(
        helper,
        """
        #!/bin/sh
        read host
        [ "$1" = get ] && [ "$host" = %s ] || { echo "credentials not found"; exit 1; }
        echo '{"Username":"me","Secret":"from-the-vault"}'
        """
            .formatted(host()));
    assertThat(helper.toFile().setExecutable(true)).isTrue();
    String wanted = "Basic " + Base64.getEncoder().encodeToString(bytes("me:from-the-vault"));
    String listed = "Basic " + Base64.getEncoder().encodeToString(bytes("you:listed"));
    Map<String, String> environment =
        Map.of("DOCKER_CONFIG", dir.toString(), "PATH", "/nowhere" + File.pathSeparator + dir);
    DockerLogins logins = DockerLogins.of(environment, dir);

    configure("\"credHelpers\":{\"%s\":\"vault\"}".formatted(host()));
    assertThat(logins.authorization(host())).contains(wanted);
    configure("\"credsStore\":\"vault\"");
    assertThat(logins.authorization(host())).contains(wanted);
    configure(
        "\"credsStore\":\"vault\",\"auths\":{\"other\":{\"auth\":\"%s\"}}"
            .formatted(listed.substring(6)));
    assertThat(logins.authorization("other")).contains(listed);
    for (String none : List.of("missing", "../docker-credential-vault", "")) {
      configure("\"credsStore\":\"%s\"".formatted(none));
      assertThat(logins.authorization(host())).as(none).isEmpty();
    }
  }

  private void configure(String content) throws IOException {
    Files.writeString(dir.resolve("config.json"), "{" + content + "}");
  }

  @Test
  void tooLargeAndMissing() throws Exception {
    server.serve("/v2/acme/tools/manifests/latest", bytes(manifest()));
    Limits tight = new Limits(100, 100, 10, 2, 10, Limits.defaults().maxFetch(), A.length + 10L, 1);
    FetchException e =
        catchThrowableOfType(
            FetchException.class, () -> source(tight).fetch(reference(""), KnownPackages.NONE));
    assertThat(e.what()).contains("larger than");
    assertThat(failure(":none").remedy()).contains("no such artifact");
  }

  @Test
  void referencesThatAreNone() {
    for (String text :
        List.of(
            "", "x", "host/", "host/UPPER", "host/a:b:c", "host/a@sha256:12", "a b/c", "h/../x")) {
      FetchException e = catchThrowableOfType(FetchException.class, () -> OciReference.parse(text));
      assertThat(e.what()).as(text).contains("not the reference");
    }
  }

  @Test
  void registriesElsewhereAreAskedByTls() throws Exception {
    assertThat(
            OciReference.parse("reg.example:5000/a/b@sha256:" + "0".repeat(64)).api("blobs", "x"))
        .hasToString("https://reg.example:5000/v2/a/b/blobs/x");
    assertThat(OciReference.parse("reg.example/a:1").reference()).isEqualTo("1");
  }

  private String manifest() {
    server.serve("/v2/acme/tools/blobs/" + digest(A), A);
    server.serve("/v2/acme/tools/blobs/" + digest(LAYER), LAYER);
    return """
    {"schemaVersion":2,"config":{"digest":"sha256:00"},"layers":[
      {"digest":"%s","annotations":{"org.opencontainers.image.title":"tool.wasm"}},
      {"digest":"%s"}]}\
    """
        .formatted(digest(A), digest(LAYER));
  }

  private FetchedPackage fetch(String reference) throws FetchException {
    return source(Limits.defaults()).fetch(reference(reference), KnownPackages.NONE);
  }

  private FetchException failure(String reference) {
    return catchThrowableOfType(FetchException.class, () -> fetch(reference));
  }

  private OciArtifacts source(Limits limits) {
    HttpFetcher fetcher =
        new HttpFetcher(
            TestServer.hasty(new ArrayList<>()), ProxySelector.getDefault(), null, internal);
    return new OciArtifacts(
        limits, fetcher, DockerLogins.of(Map.of("DOCKER_CONFIG", dir.toString()), dir));
  }

  private String reference(String rest) {
    return "oci:" + host() + "/acme/tools" + rest;
  }

  private String host() {
    return "localhost:" + server.port();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String digest(byte[] content) {
    return digest("sha256", content);
  }

  private static String digest(String algorithm, byte[] content) {
    try {
      MessageDigest digest = MessageDigest.getInstance(algorithm.replace("sha", "SHA-"));
      return algorithm + ":" + HexFormat.of().formatHex(digest.digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
