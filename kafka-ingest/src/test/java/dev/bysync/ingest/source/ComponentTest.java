package dev.bysync.ingest.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComponentTest {
  private static final int CUSTOM = 0;
  private static final int CORE_MODULE = 1;
  private static final int TYPE = 7;
  private static final int NESTED = 4;
  private static final byte[] A = Fixtures.module("a");
  private static final byte[] B = Fixtures.module("b".repeat(300)); // a size of two bytes

  @TempDir Path dir;

  @Test
  void coreModulesAreTakenOutOfNestedOnesToo() throws IOException {
    byte[] inner = component(TYPE, new byte[] {0}, CORE_MODULE, B);
    byte[] outer =
        component(CUSTOM, new byte[70_000], CORE_MODULE, A, NESTED, inner, CORE_MODULE, B);
    Findings found = scan(outer);
    assertThat(found.places())
        .containsExactly(
            dir + "/c.wasm!/module-0",
            dir + "/c.wasm!/component-0!/module-0",
            dir + "/c.wasm!/module-1");
    assertThat(found.modules.get(0).bytes()).isEqualTo(A);
    assertThat(found.modules.get(1).bytes()).isEqualTo(B);
    assertThat(found.problems).isEmpty();
  }

  @Test
  void inArchivesAndTexts() throws IOException {
    byte[] component = component(CORE_MODULE, A);
    Files.write(dir.resolve("a.zip"), Fixtures.zip(Map.of("x/c", component)));
    Files.writeString(
        dir.resolve("b.js"), "f('" + Base64.getEncoder().encodeToString(component) + "')");
    assertThat(Findings.of(dir.toString()).places())
        .containsExactly(dir + "/a.zip!/x/c!/module-0", dir + "/b.js!/base64-0!/module-0");
  }

  @Test
  void withoutCoreModules() throws IOException {
    assertProblem(scan(component(TYPE, new byte[] {0})), "without core modules");
    assertProblem(scan(component()), "without core modules");
  }

  @Test
  void anotherVersionOfTheFormat() throws IOException {
    byte[] old = component(CORE_MODULE, A);
    old[4] = 0x0A;
    Findings found = scan(old);
    assertProblem(found, "version 10");
    assertThat(found.problems.get(0).remedy()).contains("current tools");
  }

  @Test
  void whatACoreModuleSectionHoldsIsAModuleWhateverItIs() throws IOException {
    byte[] text = "no module".getBytes(StandardCharsets.UTF_8);
    Findings found = scan(component(CORE_MODULE, text));
    assertThat(found.modules).hasSize(1);
    assertThat(found.modules.get(0).bytes()).isEqualTo(text);
  }

  @Test
  void everyTruncationIsNoticed() throws IOException {
    byte[] whole = component(CORE_MODULE, A, NESTED, component(CORE_MODULE, B));
    for (int length = 9; length < whole.length; length++) {
      Findings found = scan(Arrays.copyOf(whole, length));
      boolean betweenSections = length == 8 + 2 + A.length;
      if (!betweenSections) {
        assertThat(found.problems).as("cut at %d of %d", length, whole.length).isNotEmpty();
      }
    }
    byte[] endless = component();
    byte[] size = {1, -1, -1, -1, -1, -1, -1};
    byte[] both = Arrays.copyOf(endless, endless.length + size.length);
    System.arraycopy(size, 0, both, endless.length, size.length);
    assertProblem(scan(both), "size of a section");
  }

  @Test
  void depthIsBounded() throws IOException {
    byte[] component = component(CORE_MODULE, A);
    for (int i = 0; i < 20; i++) {
      component = component(NESTED, component);
    }
    Findings found = scan(component);
    assertThat(found.modules).isEmpty();
    assertProblem(found, "more than 6 levels deep");
  }

  /** Sections by ids and contents. */
  private static byte[] component(Object... sections) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {0, 'a', 's', 'm', 0x0D, 0, 1, 0});
    for (int i = 0; i < sections.length; i += 2) {
      out.write((Integer) sections[i]);
      byte[] content = (byte[]) sections[i + 1];
      int size = content.length;
      for (; size > 0x7F; size >>>= 7) {
        out.write((size & 0x7F) | 0x80);
      }
      out.write(size);
      out.writeBytes(content);
    }
    return out.toByteArray();
  }

  private static void assertProblem(Findings found, String what) {
    assertThat(found.problems).extracting(SourceProblem::what).hasSize(1);
    assertThat(found.problems.get(0).what()).contains(what);
  }

  private Findings scan(byte[] component) throws IOException {
    return Findings.of(Files.write(dir.resolve("c.wasm"), component).toString());
  }
}
