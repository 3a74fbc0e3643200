package dev.bysync.ingest.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NpmPackagesTest {
  @TempDir Path dir;

  @Test
  void notInstalled() {
    FetchException e = failure("no-such-npm-client", "sql.js");
    assertThat(e.what()).contains("not installed");
    assertThat(e.remedy()).contains("install Node.js");
  }

  @Test
  void namesThatAreNone() {
    for (String name :
        new String[] {
          "", "-g", "--x", "../x", "a b", "a@b c", "a@file:x", "http://x/y", "@a", "a@"
        }) {
      assertThat(failure("no-such-npm-client", name).what()).contains("not the name");
    }
  }

  @Test
  void resolvesAndCleansUp() throws Exception {
    Path tgz =
        Files.write(
            dir.resolve("made.tgz"),
            Fixtures.gzip(Fixtures.tar(Map.of("package/x", Fixtures.module("x")))));
    String client =
        script(
            "for last; do :; done; cp '" + tgz + "' \"$last/x-1.2.3.tgz\"",
            "echo '[{\"id\":\"x@1.2.3\",\"version\":\"1.2.3\",\"files\":[]}]'");
    FetchedPackage fetched =
        new NpmPackages(client, Duration.ofSeconds(30)).fetch("@scope/x@latest");
    assertThat(fetched.origin().toString()).isEqualTo("npm:@scope/x@1.2.3");
    assertThat(fetched.file()).hasSameBinaryContentAs(tgz);
    fetched.close();
    assertThat(fetched.file()).doesNotExist();
    assertThat(fetched.file().getParent()).doesNotExist();
  }

  @Test
  void whatNpmSaysIsTold() throws IOException {
    String client =
        script(
            "echo '{\"error\":{\"code\":\"E404\",\"summary\":\"Not Found - GET https://user:secret@registry/x\"}}'",
            "exit 1");
    FetchException e = failure(client, "x");
    assertThat(e.what()).isEqualTo("npm: E404 Not Found - GET https://registry/x");
    assertThat(e.remedy()).contains("npm view");
    assertThat(failure(script("echo broken >&2; exit 7"), "x").what()).isEqualTo("npm: broken");
    assertThat(failure(script("echo '[]'"), "x").what()).contains("it names no version");
    assertThat(failure(script("echo '[{\"version\":\"1\"}]'"), "x").what())
        .contains("it left 0 packages");
  }

  @Test
  void takesNoLongerThanAllowed() throws IOException {
    String client = script("sleep 600 & wait");
    FetchException e =
        catchThrowableOfType(
            FetchException.class, () -> new NpmPackages(client, Duration.ofMillis(200)).fetch("x"));
    assertThat(e.what()).contains("npm took longer");
  }

  @Test
  void fromTheRegistry() {
    Findings found = Findings.of("npm:source-map@0.7.4");
    assumeTrue(found.problems.isEmpty(), () -> "needs npm and its registry: " + found.problems);
    assertThat(found.places()).containsExactly("npm:source-map@0.7.4!/package/lib/mappings.wasm");
  }

  private static FetchException failure(String client, String name) {
    return catchThrowableOfType(
        FetchException.class, () -> new NpmPackages(client, Duration.ofSeconds(30)).fetch(name));
  }

  /** A client that does what the lines say. */
  private String script(String... lines) throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "needs a POSIX shell");
    Path script = Files.createTempFile(dir, "npm", "");
    Files.writeString(script, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    return script.toString();
  }
}
