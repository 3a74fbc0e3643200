package dev.bysync.ingest.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.BasicAuthenticator;
import com.sun.net.httpserver.HttpServer;
import dev.bysync.ingest.http.InternalTargets;
import dev.bysync.ingest.http.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MavenPackagesTest {
  private static final String PATH = "/repo/org/acme/tool/1.5/tool-1.5";

  @TempDir Path dir;

  @Test
  void coordinatesThatAreNone() {
    for (String text :
        new String[] {
          "", "g:a", "g:a:", "g:a:1:jar:c:x", "g:../a:1", "g:a:1/../../x", "g:a..b:1"
        }) {
      try (MavenPackages maven = new MavenPackages(Duration.ofSeconds(1), "")) {
        FetchException e =
            catchThrowableOfType(
                FetchException.class, () -> maven.fetch("maven:" + text, KnownPackages.NONE));
        assertThat(e.what()).isEqualTo("not Maven coordinates");
      }
    }
  }

  /** In a process of its own, since a user's home is fixed for a process. */
  @Test
  void usersSettingsAreHonoured() throws Exception {
    byte[] jar = Fixtures.zip(Map.of("tool/program", Fixtures.module("x")));
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server
        .createContext(
            "/repo",
            exchange -> {
              String path = exchange.getRequestURI().getPath();
              boolean known = path.equals(PATH + ".jar") || path.equals(PATH + "-wasi.zip");
              exchange.sendResponseHeaders(known ? 200 : 404, known ? jar.length : -1);
              if (known) {
                exchange.getResponseBody().write(jar);
              }
              exchange.close();
            })
        .setAuthenticator(
            new BasicAuthenticator("repo") {
              @Override
              public boolean checkCredentials(String user, String password) {
                return user.equals("reader") && password.equals("pass");
              }
            });
    server.start();
    try {
      settings("http://localhost:" + server.getAddress().getPort() + "/repo");
      assertThat(fetch("org.acme:tool:1.5"))
          .contains("FOUND maven:org.acme:tool:1.5!/tool/program");
      assertThat(dir.resolve("home/own-repository/org/acme/tool/1.5/tool-1.5.jar")).exists();
      assertThat(fetch("org.acme:tool:1.5:zip:wasi"))
          .contains("FOUND maven:org.acme:tool:1.5:zip:wasi!/tool/program");
      assertThat(fetch("org.acme:tool:9")).contains("check group, artifact and version");
      assertThat(fetch("org.acme:tool:1.5", "-Dmaven.repo.local=" + dir.resolve("other")))
          .contains("FOUND");
      assertThat(dir.resolve("other/org/acme/tool/1.5/tool-1.5.jar")).exists();
    } finally {
      server.stop(0);
    }
    assertThat(fetch("org.acme:tool:1.5")).as("from the local repository").contains("FOUND");
    assertThat(fetch("org.acme:tool:2")).contains("check the network");
  }

  @Test
  void theRepositoryThatIsGivenIsTheOnlyOne() throws Exception {
    try (TestServer server = new TestServer()) {
      server.serve(PATH + ".jar", Fixtures.zip(Map.of("tool/program", Fixtures.module("x"))));
      String given = server.address() + "/repo";
      assertThat(fetch("org.acme:tool:1.5 " + given)).contains("FOUND");
      assertThat(fetch("org.acme:tool:1.6 " + given)).contains("check group, artifact and version");
      assertThat(server.paths()).contains(PATH + ".jar");
    }
  }

  private void settings(String url) throws IOException {
    Path home = Files.createDirectories(dir.resolve("home/.m2"));
    Files.writeString(
        home.resolve("settings.xml"),
        """
        <settings>
          <localRepository>%s</localRepository>
          <mirrors><mirror><id>ours</id><mirrorOf>*</mirrorOf><url>%s</url></mirror></mirrors>
          <servers>
            <server><id>ours</id><username>reader</username><password>pass</password></server>
          </servers>
        </settings>
        """
            .formatted(dir.resolve("home/own-repository"), url));
  }

  private String fetch(String coordinates, String... options) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-Duser.home=" + dir.resolve("home"));
    command.addAll(List.of(options));
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(FetchMain.class.getName());
    command.addAll(List.of(("maven:" + coordinates).split(" ", -1)));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  /** Prints what it finds. */
  static final class FetchMain {
    private FetchMain() {}

    public static void main(String[] args) {
      String repository = args.length > 1 ? args[1] : "";
      Fetching fetching = new Fetching("", repository, InternalTargets.REFUSED);
      Findings found = Findings.of(args[0], Limits.defaults(), fetching);
      found.places().forEach(place -> System.out.println("FOUND " + place));
      found.problems.forEach(problem -> System.out.println("PROBLEM " + problem));
    }
  }

  @Test
  void programWithoutAWasmName() {
    Findings found = Findings.of("maven:com.dylibso.chicory:wabt:1.0.0");
    assumeTrue(found.problems.isEmpty(), () -> "needs Maven Central: " + found.problems);
    assertThat(found.modules).isNotEmpty();
    assertThat(found.places())
        .allMatch(place -> place.startsWith("maven:com.dylibso.chicory:wabt"));
    assertThat(found.modules).anyMatch(module -> module.bytes().length > 1_000_000);
  }
}
