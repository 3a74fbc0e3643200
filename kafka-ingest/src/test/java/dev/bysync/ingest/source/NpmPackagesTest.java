package dev.bysync.ingest.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bysync.ingest.http.InternalTargets;
import dev.bysync.ingest.http.TestServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NpmPackagesTest {
  private static final String NO_CLIENT = "no-such-npm-client";

  @TempDir Path dir;
  private InternalTargets internal = InternalTargets.REFUSED;
  private final TestServer server = new TestServer();
  private final TestServer other = new TestServer();
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void registry() throws IOException {
    rc("registry = " + server.address() + "/npm/");
  }

  @AfterEach
  void stop() {
    server.close();
    other.close();
  }

  @Test
  void namesThatAreNone() {
    for (String name :
        new String[] {
          "",
          "-g",
          "--x",
          "../x",
          "a b",
          "a@file:x",
          "http://x/y",
          "@a",
          "a@",
          "a@http://x",
          "@a/../b"
        }) {
      assertThat(failure(name).what()).as(name).contains("not the name");
    }
    assertThat(server.requests).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "x,               2.0.0", // the tag latest
    "x@latest,        2.0.0",
    "x@next,          3.0.0-beta.1",
    "x@1.1.0,         1.1.0",
    "x@^1.0.0,        1.2.0", // 1.3.0 is deprecated
    "x@1.x,           1.2.0",
    "x@>=1 <2,        1.2.0",
    "x@~1.1,          1.1.0",
    "x@1.3.0,         1.3.0",
    "x@1.3.0 || 0.1,  1.3.0",
    "x@*,             2.0.0",
    "x@>1.2,          2.0.0",
    "x@v1.0.0,        1.0.0",
  })
  void versionsRangesAndTags(String specification, String version) throws Exception {
    List<String> versions =
        List.of("1.0.0", "1.1.0", "1.2.0", "1.3.0", "2.0.0", "3.0.0-beta.1", "2.1.0");
    publish(server, "/npm/", "x", "{\"latest\":\"2.0.0\",\"next\":\"3.0.0-beta.1\"}", versions);
    try (FetchedPackage fetched = fetch(specification)) {
      assertThat(fetched.parts().get(0).origin().toString()).isEqualTo("npm:x@" + version);
      assertThat(fetched.parts().get(0).file()).hasBinaryContent(tarball("x", version));
    }
  }

  @Test
  void aKnownVersionIsNotDownloaded() throws Exception {
    publish(server, "/npm/", "x", "{\"latest\":\"1.0.0\"}", List.of("1.0.0"));
    List<String> asked = new ArrayList<>();
    NpmPackages packages =
        new NpmPackages(
            Limits.defaults(),
            TestServer.hasty(new ArrayList<>()),
            InternalTargets.REFUSED,
            this::config);
    try (FetchedPackage fetched = packages.fetch("npm:x@^1", asked::add)) {
      assertThat(fetched.state()).isEqualTo(FetchedPackage.State.KNOWN);
    }
    assertThat(server.paths()).containsExactly("/npm/x");
    assertThat(asked.get(0)).startsWith("npm:x@1.0.0 SHA-512:");
  }

  @Test
  void versionsThatThereAreNone() throws Exception {
    publish(server, "/npm/", "x", "{\"latest\":\"1.0.0\"}", List.of("1.0.0"));
    for (String version : List.of("9.9.9", "^2", "beta")) {
      FetchException e = failure("x@" + version);
      assertThat(e.what()).contains("no version of it is " + version);
      assertThat(e.remedy()).contains("latest");
    }
    assertThat(failure("unknown").what()).contains("status 404");
    server.serve("/npm/odd", "<html>".getBytes(StandardCharsets.UTF_8));
    assertThat(failure("odd").what()).contains("can't be read");
  }

  @Test
  void whatDoesNotHashToWhatTheRegistrySaysIsNotTaken() throws Exception {
    publish(server, "/npm/", "x", "{\"latest\":\"1.0.0\"}", List.of("1.0.0"));
    server.serve("/npm/x/-/x-1.0.0.tgz", tarball("x", "other"));
    FetchException e = failure("x");
    assertThat(e.what()).contains("SHA-512");
    assertThat(e.remedy()).contains("not what was published");
    server.serve(
        "/npm/bare",
        "{\"dist-tags\":{\"latest\":\"1.0.0\"},\"versions\":{\"1.0.0\":{\"dist\":{\"tarball\":\"%s/t\"}}}}"
            .formatted(server.address())
            .getBytes(StandardCharsets.UTF_8));
    assertThat(failure("bare").what()).contains("no digest");
  }

  @Test
  void oldPackagesHaveASha1() throws Exception {
    byte[] tarball = tarball("old", "0.1.0");
    String sha1 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(tarball));
    server.serve("/t", tarball);
    server.serve(
        "/npm/old",
        "{\"dist-tags\":{\"latest\":\"0.1.0\"},\"versions\":{\"0.1.0\":{\"dist\":{\"tarball\":\"%s/t\",\"shasum\":\"%s\"}}}}"
            .formatted(server.address(), sha1)
            .getBytes(StandardCharsets.UTF_8));
    fetch("old").close();
  }

  @Test
  void scopesTokensAndRegistriesOfTheirOwn() throws Exception {
    environment.put("TOKEN", "secret-1");
    rc(
        "registry=" + server.address() + "/npm",
        "; a comment",
        "@acme:registry=\"" + other.address() + "/private/\"",
        "//localhost:" + other.port() + "/private/:_authToken=${TOKEN}",
        "//localhost:" + other.port() + "/:_authToken=too-short",
        "//localhost:" + server.port() + "/npm/:username=me",
        "//localhost:"
            + server.port()
            + "/npm/:_password="
            + Base64.getEncoder().encodeToString("secret-2".getBytes(StandardCharsets.UTF_8)));
    publish(server, "/npm/", "x", "{\"latest\":\"1.0.0\"}", List.of("1.0.0"));
    publish(other, "/private/", "@acme/y", "{\"latest\":\"1.0.0\"}", List.of("1.0.0"));
    fetch("x").close();
    fetch("@acme/y").close();
    String basic =
        Base64.getEncoder().encodeToString("me:secret-2".getBytes(StandardCharsets.UTF_8));
    assertThat(server.requests)
        .hasSize(2)
        .allMatch(request -> request.header("Authorization").equals("Basic " + basic));
    assertThat(other.requests)
        .hasSize(2)
        .allMatch(request -> request.header("Authorization").equals("Bearer secret-1"));
    assertThat(other.paths().get(0)).isEqualTo("/private/@acme%2fy");
  }

  @Test
  void aTarballElsewhereGetsNoToken() throws Exception {
    rc(
        "registry=" + server.address() + "/npm/",
        "//localhost:" + server.port() + "/:_authToken=secret");
    publish(server, "/npm/", "x", "{\"latest\":\"1.0.0\"}", List.of("1.0.0"));
    byte[] description =
        description(other, "/npm/", "x", "{\"latest\":\"1.0.0\"}", List.of("1.0.0"));
    server.serve("/npm/x", description);
    server.on("/npm/x/-/x-1.0.0.tgz", exchange -> exchange.sendResponseHeaders(404, -1));
    other.serve("/npm/x/-/x-1.0.0.tgz", tarball("x", "1.0.0"));
    assertThat(failure("x").what()).contains("this machine's own network");
    assertThat(other.requests).isEmpty();
    server.requests.clear();
    internal = InternalTargets.ALLOWED;
    fetch("x").close();
    assertThat(server.paths()).containsExactly("/npm/x", "/npm/x/-/x-1.0.0.tgz");
    assertThat(other.requests).hasSize(1);
    assertThat(other.requests.get(0).header("Authorization")).isEmpty();
  }

  @Test
  void aMirrorThatHandsOnAddressesOfItsOriginalIsAskedItself() throws Exception {
    publish(server, "/npm/", "x", "{\"latest\":\"1.0.0\"}", List.of("1.0.0"));
    server.serve(
        "/npm/x",
        new String(
                description(server, "/npm/", "x", "{\"latest\":\"1.0.0\"}", List.of("1.0.0")),
                StandardCharsets.UTF_8)
            .replace(server.address(), "https://original.invalid")
            .getBytes(StandardCharsets.UTF_8));
    fetch("x").close();
    assertThat(server.paths()).containsExactly("/npm/x", "/npm/x/-/x-1.0.0.tgz");
  }

  @Test
  void wrongTokensAreToldWithoutBeingShown() throws Exception {
    rc("registry=http://me:secret-3@localhost:" + server.port() + "/npm/");
    server.on("/npm/x", exchange -> exchange.sendResponseHeaders(401, -1));
    FetchException e = failure("x");
    assertThat(e.what()).contains("status 401").doesNotContain("secret");
    assertThat(e.remedy()).contains("log in");
    assertThat(server.requests.get(0).header("Authorization")).startsWith("Basic ");
  }

  @Test
  void theRegistryThatIsGivenCountsMost() throws Exception {
    rc("registry=" + other.address() + "/npm/", "@acme:registry=" + other.address() + "/private/");
    NpmConfig config =
        NpmConfig.load(
            NO_CLIENT, environment, dir, dir.resolve("project"), server.address() + "/given");
    assertThat(config.registry("x").orElseThrow()).hasToString(server.address() + "/given/");
    assertThat(config.registry("@acme/x").orElseThrow()).hasToString(other.address() + "/private/");
  }

  @Test
  void withoutARegistry() throws Exception {
    rc("fund=false");
    assertThat(failure("x").what()).contains("no npm registry is known");
  }

  @Test
  void theClientTellsItsDefaults() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "needs a POSIX shell");
    rc("fund=false");
    Path client = dir.resolve("npm");
    Files.writeString(
        client,
        "#!/bin/sh\necho '{\"registry\":\"%s/npm/\",\"x\":null}'\n".formatted(server.address()));
    assertThat(client.toFile().setExecutable(true)).isTrue();
    NpmConfig config = NpmConfig.load(client.toString(), environment, dir, dir, "");
    assertThat(config.registry("@any/x").orElseThrow()).hasToString(server.address() + "/npm/");
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the program here is a shell command")
  void aHelperSeesOfTheEnvironmentWhatItMay() {
    List<String> command = List.of("/bin/sh", "-c", "echo \"${HOME-none} ${PATH-none}\"");
    assertThat(HelperProgram.ask(command, dir, "", name -> !name.equals("HOME")))
        .hasValueSatisfying(
            answer ->
                assertThat(new String(answer, StandardCharsets.UTF_8))
                    .isEqualTo("none " + System.getenv("PATH") + "\n"));
    assertThat(List.of("AWS_SECRET_ACCESS_KEY", "aws_profile", "BYSYNC_KAFKA", "GOOGLE_X"))
        .noneMatch(NpmConfig::isForNpm);
    assertThat(List.of("PATH", "NPM_TOKEN", "npm_config_registry")).allMatch(NpmConfig::isForNpm);
  }

  @Test
  void theEnvironmentCountsMost() throws Exception {
    Files.createDirectories(dir.resolve("project"));
    Files.writeString(dir.resolve("project/.npmrc"), "registry=http://project.invalid/");
    assertThat(config().registry("x").orElseThrow()).hasHost("project.invalid");
    environment.put("npm_config_registry", "http://environment.invalid");
    assertThat(config().registry("x").orElseThrow()).hasToString("http://environment.invalid/");
    Files.writeString(dir.resolve("own.npmrc"), "//h/:_authToken=own\nfund=no");
    environment.put("NPM_CONFIG_USERCONFIG", dir.resolve("own.npmrc").toString());
    assertThat(config().text("fund")).isEqualTo("no");
    assertThat(config().toString()).doesNotContain("own");
  }

  @Test
  void fromTheRegistryOfThisMachine() {
    Findings found = Findings.of("npm:source-map@^0.7.4 <0.7.5");
    assumeTrue(found.problems.isEmpty(), () -> "needs npm's registry: " + found.problems);
    assertThat(found.places()).containsExactly("npm:source-map@0.7.4!/package/lib/mappings.wasm");
  }

  private void rc(String... lines) throws IOException {
    Files.writeString(dir.resolve(".npmrc"), String.join("\n", lines));
  }

  private NpmConfig config() {
    return NpmConfig.load(NO_CLIENT, environment, dir, dir.resolve("project"), "");
  }

  private FetchedPackage fetch(String specification) throws FetchException {
    return new NpmPackages(
            Limits.defaults(), TestServer.hasty(new ArrayList<>()), internal, this::config)
        .fetch("npm:" + specification, KnownPackages.NONE);
  }

  private FetchException failure(String specification) {
    return catchThrowableOfType(FetchException.class, () -> fetch(specification));
  }

  private static byte[] tarball(String name, String version) {
    return Fixtures.gzip(
        Fixtures.tar(Map.of("package/x.wasm", Fixtures.module(name + "@" + version))));
  }

  /** Makes a server serve a package, with version 1.3.0 deprecated. */
  static void publish(
      TestServer server, String root, String name, String tags, List<String> versions)
      throws Exception {
    server.serve(root + name.replace("/", "%2f"), description(server, root, name, tags, versions));
    for (String version : versions) {
      server.serve(root + name + "/-/x-" + version + ".tgz", tarball(name, version));
    }
  }

  private static byte[] description(
      TestServer server, String root, String name, String tags, List<String> versions)
      throws Exception {
    List<String> releases = new ArrayList<>();
    for (String version : versions) {
      byte[] digest = MessageDigest.getInstance("SHA-512").digest(tarball(name, version));
      releases.add(
          "\"%1$s\":{\"version\":\"%1$s\",\"engines\":{\"node\":[1]},%2$s\"dist\":{\"fileCount\":3,\"integrity\":\"sha512-%3$s\",\"tarball\":\"%4$s%5$s%6$s/-/x-%1$s.tgz\",\"signatures\":[{\"sig\":\"x\"}]}}"
              .formatted(
                  version,
                  version.equals("1.3.0") ? "\"deprecated\":\"don't\"," : "",
                  Base64.getEncoder().encodeToString(digest),
                  server.address(),
                  root,
                  name));
    }
    return "{\"name\":\"%s\",\"readme\":{\"a\":[{}]},\"dist-tags\":%s,\"versions\":{%s},\"modified\":1}"
        .formatted(name, tags, String.join(",", releases))
        .getBytes(StandardCharsets.UTF_8);
  }
}
