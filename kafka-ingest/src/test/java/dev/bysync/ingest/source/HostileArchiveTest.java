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
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
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

  @Test
  void hundredThousandEntriesAreLookedThrough() throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    for (int i = 0; i < 100_000; i++) {
      entries.put("folder/e" + i, new byte[0]);
    }
    entries.put("last.wasm", A);
    for (byte[] archive :
        List.of(
            Fixtures.zip(entries), Fixtures.tar(entries), Fixtures.gzip(Fixtures.tar(entries)))) {
      Findings found = scan(archive, Limits.defaults());
      assertThat(found.places()).containsExactly(dir + "/archive!/last.wasm");
      assertThat(found.problems).isEmpty();
    }
  }

  @Test
  void entriesBehindAnEncryptedOneAreFound() throws IOException {
    byte[] zip = stored("secret.wasm", A, "b.wasm", B);
    byte[] flagged = zip.clone();
    flagged[6] |= 1; // general purpose flag: encrypted
    byte[] aes = zip.clone();
    aes[6] |= 1;
    aes[8] = 99; // method: AES
    for (byte[] encrypted : List.of(flagged, aes)) {
      Findings found = scan(encrypted, Limits.defaults());
      assertThat(found.places()).containsExactly(dir + "/archive!/b.wasm");
      assertProblem(found, "encrypted");
      assertThat(found.problems.get(0).where()).isEqualTo(dir + "/archive!/secret.wasm");
    }
  }

  @Test
  void entriesThatOverlapInTheTableOfContentsAreReadOnce() throws IOException {
    byte[] zip = stored("a.wasm", A);
    int directory = 30 + "a.wasm".length() + A.length;
    int end = zip.length - 22;
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    bomb.write(zip, 0, directory);
    for (int i = 0; i < 1000; i++) { // a thousand times the same place
      bomb.write(zip, directory, end - directory);
    }
    bomb.write(zip, end, 22);
    assertThat(scan(bomb.toByteArray(), Limits.defaults()).modules).hasSize(1);
  }

  @Test
  void namesSayNothing() throws IOException {
    byte[] zip = Fixtures.zip(ordered("in.wasm", A));
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("1.wasm", zip);
    files.put("2.zip", Fixtures.gzip(Fixtures.tar(ordered("in.wasm", A))));
    files.put("3.tar.gz", A);
    files.put("4.jpg", Fixtures.tar(ordered("in.wasm", A)));
    files.put("5", Fixtures.gzip(zip));
    files.put("6.zip", "no zip".getBytes(StandardCharsets.UTF_8));
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Files.write(dir.resolve(file.getKey()), file.getValue());
    }
    Findings found = Findings.of(dir.toString());
    assertThat(found.places())
        .containsExactly(
            dir + "/1.wasm!/in.wasm",
            dir + "/2.zip!/in.wasm",
            dir + "/3.tar.gz",
            dir + "/4.jpg!/in.wasm",
            dir + "/5!/in.wasm");
    assertThat(found.problems).isEmpty();
  }

  @Test
  void devicesAndSizesThatAreNotThere() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      for (byte type :
          new byte[] {TarConstants.LF_CHR, TarConstants.LF_BLK, TarConstants.LF_FIFO}) {
        tar.putArchiveEntry(new TarArchiveEntry("dev/x", type));
        tar.closeArchiveEntry();
      }
      for (int i = 0; i < 2; i++) { // the same name twice
        tar.putArchiveEntry(entry("a.wasm", A.length));
        tar.write(A);
        tar.closeArchiveEntry();
      }
    }
    byte[] tar = bytes.toByteArray();
    assertThat(scan(tar, Limits.defaults()).places())
        .containsExactly(dir + "/archive!/a.wasm", dir + "/archive!/a.wasm");
    byte[] liar = Fixtures.tar(ordered("huge.wasm", A));
    System.arraycopy("77777777777".getBytes(StandardCharsets.US_ASCII), 0, liar, 124, 11); // 8 GiB
    byte[] sum = "        ".getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(sum, 0, liar, 148, 8);
    int checksum = 0;
    for (int i = 0; i < 512; i++) {
      checksum += liar[i];
    }
    System.arraycopy(
        "%06o\0 ".formatted(checksum).getBytes(StandardCharsets.US_ASCII), 0, liar, 148, 8);
    assertProblem(scan(liar, Limits.defaults()), "Truncated");
  }

  /** In a process with a heap of 64 MiB and a temporary directory of its own. */
  @Test
  void nothingIsHeldAndNothingIsLeft() throws Exception {
    Path input = Files.createDirectories(dir.resolve("x/y/input"));
    Path temporary = Files.createDirectories(dir.resolve("x/tmp"));
    byte[] zeros = new byte[40 << 20];
    Files.write(input.resolve("ratio.zip"), Fixtures.zip(ordered("a.wasm", A, "zeros", zeros)));
    byte[] large = new byte[20 << 20];
    System.arraycopy(A, 0, large, 0, A.length); // a module of zeros: spooled, and then refused
    Files.write(input.resolve("module.tgz"), Fixtures.gzip(Fixtures.tar(ordered("m", large))));
    Map<String, byte[]> names = new LinkedHashMap<>();
    names.put("../../../up.wasm", A);
    names.put("/tmp/absolute.wasm", B);
    for (int i = 0; i < 30_000; i++) {
      names.put("e" + i + "/" + "n".repeat(120), new byte[0]);
    }
    Files.write(input.resolve("names.tar"), Fixtures.tar(names));
    Files.write(input.resolve("names.zip"), Fixtures.zip(names));
    byte[] layer = Fixtures.zip(Map.of("zeros", new byte[15 << 20]));
    for (int i = 0; i < 4; i++) {
      Map<String, byte[]> copies = new LinkedHashMap<>();
      for (int n = 0; n < 10; n++) {
        copies.put("copy" + n, layer);
      }
      layer = Fixtures.zip(copies);
    }
    Files.write(input.resolve("nested.zip"), layer); // 150 GB
    Process scan =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx64m",
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                System.getProperty("java.class.path"),
                CountMain.class.getName(),
                input.toString())
            .redirectErrorStream(true)
            .start();
    String out = new String(scan.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(scan.waitFor()).as(out).isZero();
    assertThat(out)
        .contains("5 modules")
        .contains("ratio.zip: expands to more than 250 times")
        .contains("nested.zip: expands to more than");
    assertThat(temporary).isEmptyDirectory();
    try (Stream<Path> files = Files.walk(dir.resolve("x"))) {
      assertThat(files.filter(Files::isRegularFile))
          .allMatch(file -> input.equals(file.getParent()))
          .hasSize(5);
    }
  }

  /** Counts what it finds in its argument, a module being at most 16 MiB, an archive 1 GiB. */
  static final class CountMain {
    private CountMain() {}

    public static void main(String[] args) {
      Limits limits = new Limits(16L << 20, 1L << 30, 250, 6, 200_000, Duration.ofMinutes(1));
      int[] count = {0};
      try (SourceScanner scanner =
          new SourceScanner(limits, KnownPackages.NONE, Fetching.defaults())) {
        scanner.scan(
            List.of(args),
            new ModuleSink<RuntimeException>() {
              @Override
              public void module(Origin origin, ModuleBytes bytes) {
                count[0]++;
              }

              @Override
              public void problem(SourceProblem problem) {
                System.out.println(problem);
              }
            });
      }
      System.out.println(count[0] + " modules");
    }
  }

  /** Entries of known size, not compressed. */
  private static byte[] stored(Object... namesAndContents) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> each : ordered(namesAndContents).entrySet()) {
        CRC32 crc = new CRC32();
        crc.update(each.getValue());
        ZipEntry entry = new ZipEntry(each.getKey());
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(each.getValue().length);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(each.getValue());
      }
    }
    return bytes.toByteArray();
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
