package dev.bysync.ingest.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostileArchiveTest {
  private static final byte[] A = Fixtures.module("a");
  private static final byte[] B = Fixtures.module("b");

  @TempDir Path dir;

  @Test
  void bombByRatio() throws IOException {
    byte[] zeros = new byte[40 << 20];
    for (byte[] bomb :
        List.of(
            Fixtures.zip(ordered("a.wasm", A, "zeros", zeros)),
            Fixtures.gzip(Fixtures.tar(ordered("a.wasm", A, "zeros", zeros))))) {
      Findings found = scan(bomb, Limits.defaults());
      assertThat(found.places()).containsExactly(dir + "/archive!/a.wasm");
      assertProblem(found, "expands to more than 250 times its size");
    }
  }

  @Test
  void nestedBombStopsAtTheTotal() throws IOException {
    byte[] noise = new byte[60_000];
    new Random(1).nextBytes(noise);
    byte[] layer = Fixtures.zip(Map.of("noise", noise));
    for (int i = 0; i < 3; i++) {
      Map<String, byte[]> copies = new LinkedHashMap<>();
      copies.put("a.wasm", A);
      for (int n = 0; n < 4; n++) {
        copies.put("copy" + n, layer);
      }
      layer = Fixtures.zip(copies);
    }
    Limits limits = new Limits(1 << 20, 5_000_000, 250, 6, 1000, Duration.ofSeconds(1));
    Findings found = scan(layer, limits);
    assertThat(found.places()).contains(dir + "/archive!/a.wasm");
    assertProblem(found, "expands to more than 5000000 bytes");
  }

  @Test
  void bombByDepth() throws IOException {
    byte[] layer = Fixtures.zip(Map.of("a.wasm", A));
    for (int i = 0; i < 20; i++) {
      layer = Fixtures.zip(ordered("b.wasm", B, "inner", layer));
    }
    Findings found = scan(layer, Limits.defaults());
    assertThat(found.modules).hasSize(6);
    assertProblem(found, "more than 6 levels deep");
  }

  @Test
  void bombByEntries() throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("a.wasm", A);
    for (int i = 0; i < 300; i++) {
      entries.put("e" + i, new byte[0]);
    }
    Limits limits = new Limits(1 << 20, 1 << 20, 250, 6, 200, Duration.ofSeconds(1));
    for (byte[] archive : List.of(Fixtures.zip(entries), Fixtures.tar(entries))) {
      Findings found = scan(archive, limits);
      assertThat(found.modules).hasSize(1);
      assertProblem(found, "more than 200 entries");
    }
  }

  @Test
  void giantTarHeaderIsNotHeldInMemory() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      tar.putArchiveEntry(entry("a.wasm", A.length));
      tar.write(A);
      tar.closeArchiveEntry();
      TarArchiveEntry longName =
          new TarArchiveEntry("././@LongLink", TarConstants.LF_GNUTYPE_LONGNAME);
      longName.setSize(8 << 20);
      tar.putArchiveEntry(longName);
      byte[] name = new byte[8 << 20];
      Arrays.fill(name, (byte) 'n');
      tar.write(name);
      tar.closeArchiveEntry();
    }
    Findings found = scan(bytes.toByteArray(), Limits.defaults());
    assertThat(found.modules).hasSize(1);
    assertProblem(found, "an entry's header is too large");
  }

  @Test
  void namesThatWouldEscapeAreOnlyLabels() throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("../../../up.wasm", A);
    entries.put("/etc/absolute.wasm", B);
    entries.put("..\\..\\windows.wasm", A);
    entries.put("C:/drive.wasm", B);
    entries.put("esc\u001b[31m\u202ered.wasm", A);
    entries.put("long/" + "x".repeat(9000), B);
    Path outer = dir;
    dir = Files.createDirectories(outer.resolve("x/y"));
    Findings found = scan(Fixtures.zip(entries), Limits.defaults());
    assertThat(found.places().subList(0, 5))
        .containsExactly(
            dir + "/archive!/_/_/_/up.wasm",
            dir + "/archive!/etc/absolute.wasm",
            dir + "/archive!/_/_/windows.wasm",
            dir + "/archive!/C:/drive.wasm",
            dir + "/archive!/esc_[31m_red.wasm");
    assertThat(found.places().get(5)).hasSize(Origin.MAX_PATH_CHARS).contains("xxx~");
    assertThat(found.problems).isEmpty();
    try (Stream<Path> files = Files.walk(outer)) {
      assertThat(files)
          .containsExactlyInAnyOrder(
              outer, outer.resolve("x"), outer.resolve("x/y"), outer.resolve("x/y/archive"));
    }
  }

  @Test
  void linksInTarAreIgnored() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      for (byte type : new byte[] {TarConstants.LF_SYMLINK, TarConstants.LF_LINK}) {
        TarArchiveEntry link = new TarArchiveEntry("link.wasm", type);
        link.setLinkName("/etc/passwd");
        tar.putArchiveEntry(link);
        tar.closeArchiveEntry();
      }
      tar.putArchiveEntry(entry("a.wasm", A.length));
      tar.write(A);
      tar.closeArchiveEntry();
    }
    Findings found = scan(bytes.toByteArray(), Limits.defaults());
    assertThat(found.places()).containsExactly(dir + "/archive!/a.wasm");
    assertThat(found.problems).isEmpty();
  }

  @Test
  void encryptedEntryIsAProblemOfItsOwn() throws IOException {
    byte[] zip = Fixtures.zip(ordered("a.wasm", A));
    zip[6] |= 1; // general purpose flag: encrypted
    Findings found = scan(zip, Limits.defaults());
    assertThat(found.modules).isEmpty();
    assertThat(found.problems.get(0).what()).contains("encrypted");
    assertThat(found.problems.get(0).where()).isEqualTo(dir + "/archive!/a.wasm");
  }

  @Test
  void damagedInnerArchiveLeavesTheOuterAlone() throws IOException {
    byte[] inner = Fixtures.gzip(Fixtures.tar(ordered("x.wasm", A)));
    byte[] cut = Arrays.copyOf(inner, inner.length - 12);
    Findings found = scan(Fixtures.zip(ordered("cut.tgz", cut, "b.wasm", B)), Limits.defaults());
    assertThat(found.places()).contains(dir + "/archive!/b.wasm");
    assertProblem(found, "truncated");
    assertThat(found.problems.get(0).where()).isEqualTo(dir + "/archive!/cut.tgz");
  }

  @Test
  void everyTruncationIsNoticedAndKeepsWhatCameBefore() throws IOException {
    byte[] noise = new byte[2000];
    new Random(3).nextBytes(noise);
    Map<String, byte[]> entries = ordered("a.wasm", A, "noise", noise, "b.wasm", B);
    for (byte[] whole :
        List.of(
            Fixtures.zip(entries), Fixtures.tar(entries), Fixtures.gzip(Fixtures.tar(entries)))) {
      boolean tar = Format.of(whole) == Format.TAR;
      int least = tar ? 512 + 1 : 32; // the head, by which it is recognised
      int end = tar ? 4608 : whole.length; // the mark at a tar's end may be shorter than it should
      for (int length = least; length < end; length += length < 100 ? 1 : 7) {
        Findings found = scan(Arrays.copyOf(whole, length), Limits.defaults());
        assertThat(found.problems).as("cut at %d of %d", length, whole.length).isNotEmpty();
        if (length > 1100) {
          assertThat(found.places()).contains(dir + "/archive!/a.wasm");
        }
      }
    }
  }

  @Test
  void anyBytesGiveAResult() throws IOException {
    long seed = 42;
    Random random = new Random(seed);
    Map<String, byte[]> entries =
        ordered("a.wasm", A, "t", "text".getBytes(StandardCharsets.UTF_8), "b.wasm", B);
    List<byte[]> archives =
        List.of(
            Fixtures.zip(entries),
            Fixtures.tar(entries),
            Fixtures.gzip(Fixtures.zip(entries)),
            Fixtures.zip(Map.of("inner", Fixtures.tar(entries))));
    Limits limits = new Limits(1 << 20, 1 << 24, 250, 4, 1000, Duration.ofSeconds(1));
    for (int round = 0; round < 1500; round++) {
      byte[] archive = archives.get(round % archives.size()).clone();
      for (int n = 1 + random.nextInt(8); n > 0; n--) {
        archive[random.nextInt(archive.length)] = (byte) random.nextInt(256);
      }
      Findings found = scan(archive, limits); // whatever it is, nothing is thrown
      assertThat(found.modules.size() + found.problems.size())
          .as("seed %d round %d", seed, round)
          .isPositive();
    }
  }

  private Findings scan(byte[] archive, Limits limits) throws IOException {
    return Findings.of(Files.write(dir.resolve("archive"), archive).toString(), limits);
  }

  private static void assertProblem(Findings found, String what) {
    assertThat(found.problems).extracting(SourceProblem::what).hasSize(1);
    assertThat(found.problems.get(0).what()).contains(what);
  }

  private static TarArchiveEntry entry(String name, long size) {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(size);
    return entry;
  }

  private static Map<String, byte[]> ordered(Object... namesAndContents) {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    for (int i = 0; i < namesAndContents.length; i += 2) {
      entries.put((String) namesAndContents[i], (byte[]) namesAndContents[i + 1]);
    }
    return entries;
  }
}
