package dev.bysync.ingest.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddedModulesTest {
  private static final byte[] EMPTY = {0, 'a', 's', 'm', 1, 0, 0, 0};

  @TempDir Path dir;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "var wasm = \"%s\";",
        "fetch('data:application/wasm;base64,%s')",
        "{\"wasm\":\"%s\"}",
        "%s",
        "x=`%s`//AGFzbQEAAAA is not it: AGFzbQ",
        "\u00e9\u4e16 = '%s'"
      })
  void inAnyNotation(String text) throws IOException {
    for (int size = 0; size < 9; size++) { // all lengths of padding
      byte[] module = Fixtures.module("/+>?~".repeat(30) + "x".repeat(size));
      for (Base64.Encoder encoder :
          List.of(
              Base64.getEncoder(), Base64.getUrlEncoder(), Base64.getEncoder().withoutPadding())) {
        Findings found = scan(text.formatted(encoder.encodeToString(module)));
        assertThat(found.modules).hasSizeBetween(1, 2);
        assertThat(found.modules.get(0).bytes()).isEqualTo(module);
        assertThat(found.modules.get(0).where()).isEqualTo(dir + "/text.js!/base64-0");
        assertThat(found.problems).isEmpty();
      }
    }
  }

  @Test
  void escapedAndWrapped() throws IOException {
    byte[] module = Fixtures.module("??>>".repeat(100));
    String plain = Base64.getEncoder().encodeToString(module);
    assertThat(plain).contains("/");
    for (String written :
        List.of(
            plain.replace("/", "\\/"),
            Base64.getMimeEncoder().encodeToString(module),
            Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(module),
            plain.replaceAll(".{40}", "$0\\\\\n"),
            plain.replaceAll(".{40}", "$0\\\\n"),
            plain.replaceAll(".{100}", "$0\" +\n  \""))) {
      Findings found = scan("x = \"" + written + "\" + y");
      assertThat(found.modules).as(written).hasSize(1);
      assertThat(found.modules.get(0).bytes()).as(written).isEqualTo(module);
    }
  }

  @Test
  void severalAndAcrossTheBuffersEnd() throws IOException {
    byte[] large = new byte[200_000];
    new Random(5).nextBytes(large);
    byte[] module = Fixtures.module(large);
    String base64 = Base64.getEncoder().encodeToString(module);
    for (int before = 64 * 1024 - 20; before < 64 * 1024 + 20; before++) {
      Findings found = scan(" ".repeat(before) + "'" + base64 + "','AGFzbQEAAAA='");
      assertThat(found.places())
          .containsExactly(dir + "/text.js!/base64-0", dir + "/text.js!/base64-1");
      assertThat(found.modules.get(0).bytes()).isEqualTo(module);
      assertThat(found.modules.get(1).bytes()).isEqualTo(EMPTY);
    }
  }

  @Test
  void smallReadsGiveTheSame() throws IOException {
    byte[] module = Fixtures.module("small reads");
    String text = "a='" + Base64.getEncoder().encodeToString(module) + "'";
    InputStream drops =
        new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII)) {
          @Override
          public synchronized int read(byte[] bytes, int offset, int length) {
            return super.read(bytes, offset, Math.min(1, length));
          }
        };
    EmbeddedModules embedded = new EmbeddedModules(drops);
    assertThat(embedded.next()).isTrue();
    assertThat(embedded.content().readAllBytes()).isEqualTo(module);
    assertThat(embedded.next()).isFalse();
  }

  @Test
  void textThatOnlyLooksLikeOne() throws IOException {
    for (String text :
        List.of(
            "if (s.startsWith('AGFzbQ')) decode(s)",
            "'AGFzbQEBAAA'",
            "'xAGFzbQEAAAA'",
            "AGFzb AGFzbQ EAAAA",
            "AAGFzbQEAAAA")) {
      Path file = Files.writeString(dir.resolve("page.js"), text);
      assertThat(Findings.of(dir.toString()).modules).as(text).isEmpty();
      Files.delete(file);
    }
  }

  @Test
  void ofPackagesAndDirectoriesToo() throws IOException {
    byte[] module = Fixtures.module("in a package");
    byte[] script =
        ("export default '" + Base64.getEncoder().encodeToString(module) + "'")
            .getBytes(StandardCharsets.UTF_8);
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("package/index.js", script);
    entries.put("package/readme", "nothing here".getBytes(StandardCharsets.UTF_8));
    Files.write(dir.resolve("a.tgz"), Fixtures.gzip(Fixtures.tar(entries)));
    Files.write(dir.resolve("b.mjs"), script);
    Findings found = Findings.of(dir.toString());
    assertThat(found.places())
        .containsExactly(dir + "/a.tgz!/package/index.js!/base64-0", dir + "/b.mjs!/base64-0");
    assertThat(found.modules).allMatch(m -> Arrays.equals(m.bytes(), module));
  }

  @Test
  void aTextFullOfThemIsBounded() throws IOException {
    Findings found = scan("'AGFzbQEAAAA='\n".repeat(5000));
    assertThat(found.modules).hasSize(ContentScanner.MAX_EMBEDDED);
    assertThat(found.problems).hasSize(1);
    assertThat(found.problems.get(0).what()).contains("more than 1000 modules in one text");
  }

  private Findings scan(String text) throws IOException {
    return Findings.of(Files.writeString(dir.resolve("text.js"), text).toString());
  }
}
