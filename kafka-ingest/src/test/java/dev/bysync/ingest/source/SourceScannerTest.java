package dev.bysync.ingest.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceScannerTest {
  private static final byte[] A = Fixtures.module("a");
  private static final byte[] B = Fixtures.module("b");

  @TempDir Path dir;

  @Test
  void fileWhateverItsName() throws IOException {
    Findings found = Findings.of(write("program", A).toString());
    assertThat(found.modules).hasSize(1);
    assertThat(found.modules.get(0).bytes()).isEqualTo(A);
    assertThat(found.modules.get(0).where()).isEqualTo(dir.resolve("program").toString());
    assertThat(found.problems).isEmpty();
  }

  @Test
  void namedFileThatIsNoWasmIsAModuleToBeRejected() throws IOException {
    for (byte[] content : List.of(new byte[0], new byte[] {1, 2, 3}, new byte[] {0, 'a', 's'})) {
      Findings found = Findings.of(write("odd.wasm", content).toString());
      assertThat(found.modules).hasSize(1);
      assertThat(found.modules.get(0).bytes()).isEqualTo(content);
    }
  }

  @Test
  void largeModulesGoThroughAFileUnchanged() throws IOException {
    byte[] content = new byte[3 << 20];
    new Random(7).nextBytes(content);
    byte[] module = Fixtures.module(content);
    Findings found = Findings.of(write("large.zip", Fixtures.zip(Map.of("x", module))).toString());
    assertThat(found.modules).hasSize(1);
    assertThat(found.modules.get(0).bytes()).isEqualTo(module);
  }

  @Test
  void directoryInTheOrderOfNames() throws IOException {
    write("b/z.wasm", A);
    write("b/a.bin", B);
    write("a.wasm", B);
    write("c.txt", "text".getBytes(StandardCharsets.UTF_8));
    write("d.whl", Fixtures.zip(Map.of("pkg/d.wasm", A)));
    Findings found = Findings.of(dir.toString());
    assertThat(found.places())
        .containsExactly(
            dir + "/a.wasm", dir + "/b/a.bin", dir + "/b/z.wasm", dir + "/d.whl!/pkg/d.wasm");
    assertThat(found.problems).isEmpty();
  }

  @Test
  void linksInDirectoriesAreNotFollowed(@TempDir Path outside) throws IOException {
    Files.write(outside.resolve("secret.wasm"), A);
    write("own.wasm", B);
    link(dir.resolve("directory"), outside);
    link(dir.resolve("file.wasm"), outside.resolve("secret.wasm"));
    link(dir.resolve("loop"), dir);
    assertThat(Findings.of(dir.toString()).places()).containsExactly(dir + "/own.wasm");
  }

  private static void link(Path link, Path target) throws IOException {
    try {
      Files.createSymbolicLink(link, target);
    } catch (FileSystemException | UnsupportedOperationException e) {
      assumeTrue(false, "no symbolic links here: " + e);
    }
  }

  @Test
  void everyKindOfArchive() throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("first", A);
    entries.put("folder/readme.txt", new byte[] {'h', 'i'});
    entries.put("folder/second.wasm", B);
    for (byte[] archive :
        List.of(
            Fixtures.zip(entries), Fixtures.tar(entries), Fixtures.gzip(Fixtures.tar(entries)))) {
      Findings found = Findings.of(write("archive", archive).toString());
      assertThat(found.places())
          .containsExactly(dir + "/archive!/first", dir + "/archive!/folder/second.wasm");
      assertThat(found.modules.get(1).bytes()).isEqualTo(B);
      assertThat(found.problems).isEmpty();
    }
    Findings single = Findings.of(write("a.wasm.gz", Fixtures.gzip(A)).toString());
    assertThat(single.places()).containsExactly(dir + "/a.wasm.gz");
  }

  @Test
  void archivesInArchives() throws IOException {
    byte[] inner = Fixtures.gzip(Fixtures.tar(Map.of("deep.wasm", A)));
    byte[] middle = Fixtures.zip(Map.of("inner.tgz", inner));
    Findings found = Findings.of(write("o.zip", Fixtures.zip(Map.of("m.jar", middle))).toString());
    assertThat(found.places()).containsExactly(dir + "/o.zip!/m.jar!/inner.tgz!/deep.wasm");
    assertThat(found.problems).isEmpty();
  }

  @Test
  void nothingFoundIsSaid() throws IOException {
    write("readme.txt", new byte[] {'h', 'i'});
    assertProblem(Findings.of(dir.toString()), "no wasm module in it");
    String empty = write("empty.zip", Fixtures.zip(Map.of())).toString();
    assertProblem(Findings.of(empty), "no wasm module in it");
  }

  @Test
  void missingFile() {
    Findings found = Findings.of(dir.resolve("none").toString());
    assertProblem(found, "no such file or directory");
    assertThat(found.problems.get(0).remedy()).contains("maven:GROUP:ARTIFACT:VERSION");
    assertProblem(Findings.of("bad\0name"), "no such file or directory");
  }

  @Test
  void moduleAboveTheLimit() throws IOException {
    Limits limits = new Limits(100, 1 << 20, 250, 6, 100, Limits.defaults().maxFetch());
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("large.wasm", Fixtures.module(new byte[200]));
    entries.put("small.wasm", A);
    Findings found = Findings.of(write("x.zip", Fixtures.zip(entries)).toString(), limits);
    assertThat(found.places()).containsExactly(dir + "/x.zip!/small.wasm");
    assertProblem(found, "larger than the largest module taken, 100 bytes");
    byte[] exact = Arrays.copyOf(A, 100);
    assertThat(Findings.of(write("exact", exact).toString(), limits).modules).hasSize(1);
  }

  private static void assertProblem(Findings found, String what) {
    assertThat(found.problems).hasSize(1);
    assertThat(found.problems.get(0).what()).contains(what);
    assertThat(found.problems.get(0).remedy()).isNotEmpty();
  }

  private Path write(String name, byte[] content) throws IOException {
    Path file = dir.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.write(file, content);
  }
}
