package dev.bysync.cli.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bysync.asyncify.Asyncify;
import dev.bysync.asyncify.AsyncifyOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Transformed modules of real packages in V8: needs {@code node} and {@code npm} on the PATH and a
 * registry that npm reaches, and skips itself without them.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NodeTest {
  private static final String SOURCE_MAP = "source-map@0.8.0";
  private static final String SQL_JS = "sql.js@1.16.0";

  private final Path folder;

  NodeTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @BeforeAll
  void fetchPackages() throws Exception {
    assumeTrue(runs("node", "--version"), "node is not on the PATH");
    assumeTrue(runs("npm", "--version"), "npm is not on the PATH");
    Files.writeString(folder.resolve("package.json"), "{\"private\":true}");
    Output install =
        run("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", SOURCE_MAP, SQL_JS);
    assumeTrue(install.status() == 0, "npm can't fetch " + SOURCE_MAP + ": " + install.text());
  }

  @Test
  void aRealModuleSuspendsAtEveryHostCallWithAPromiseInBetween() throws Exception {
    Path original = folder.resolve("node_modules/source-map/lib/mappings.wasm");
    Output output =
        run("node", script("suspend.mjs"), original.toString(), transform(original).toString());
    assertThat(output.text()).contains("\"equal\":true");
    assertThat(output.status()).isZero();
  }

  @Test
  void thePackagesOwnGlueRunsSqlOnOurModule() throws Exception {
    Path packageFolder = folder.resolve("node_modules/sql.js");
    Path original = packageFolder.resolve("dist/sql-wasm.wasm");
    String rows = rows(packageFolder, original);
    assertThat(rows).contains("[[500]]");
    assertThat(rows(packageFolder, transform(original))).isEqualTo(rows);
  }

  private String rows(Path packageFolder, Path module) throws Exception {
    Output output = run("node", script("sqljs.mjs"), packageFolder.toString(), module.toString());
    assertThat(output.status()).as(output.text()).isZero();
    return output.text();
  }

  private Path transform(Path original) throws IOException {
    byte[] bytes =
        Asyncify.transform(Files.readAllBytes(original), AsyncifyOptions.defaults()).bytes();
    return Files.write(folder.resolve("asyncified-" + original.getFileName()), bytes);
  }

  private String script(String name) throws IOException {
    Path target = folder.resolve(name);
    try (InputStream in =
        Objects.requireNonNull(getClass().getResourceAsStream("/node/" + name), name)) {
      Files.write(target, in.readAllBytes());
    }
    return target.toString();
  }

  private record Output(int status, String text) {}

  private boolean runs(String... command) throws InterruptedException {
    try {
      return run(command).status() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private Output run(String... command) throws IOException, InterruptedException {
    Path log = Files.createTempFile(folder, "output", ".txt");
    Process process =
        new ProcessBuilder(new ArrayList<>(List.of(command)))
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    process.getOutputStream().close();
    if (!process.waitFor(3, TimeUnit.MINUTES)) {
      process.destroyForcibly().waitFor();
      throw new IOException(String.join(" ", command) + " did not end in 3 minutes");
    }
    return new Output(process.exitValue(), Files.readString(log, StandardCharsets.UTF_8));
  }
}
