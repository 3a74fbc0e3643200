package dev.bysync.ingest.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** Compressions other than gzip, which {@link HostileArchiveTest} has: bzip2, XZ, Zstandard. */
class CompressionTest {
  private static final byte[] A = Fixtures.module("a");
  private static final byte[] B = Fixtures.module("b");

  @TempDir Path dir;

  @ParameterizedTest
  @EnumSource(names = {"BZIP2", "XZ", "ZSTD"})
  void aTarInIt(Format format) throws IOException {
    byte[] packed = compressed(format, Fixtures.tar(entries()));
    assertThat(Format.of(packed)).isEqualTo(format);
    Findings found = scan(packed, Limits.defaults());
    assertThat(found.places()).containsExactly(dir + "/file!/a.wasm", dir + "/file!/b.wasm");
    assertThat(found.modules.get(1).bytes()).isEqualTo(B);
    assertThat(found.problems).isEmpty();
    Findings alone = scan(compressed(format, A), Limits.defaults());
    assertThat(alone.places()).containsExactly(dir + "/file");
    assertThat(alone.modules.get(0).bytes()).isEqualTo(A);
  }

  @ParameterizedTest
  @EnumSource(names = {"BZIP2", "XZ", "ZSTD"})
  void bombs(Format format) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("a.wasm", A);
    entries.put("zeros", new byte[40 << 20]);
    Findings found = scan(compressed(format, Fixtures.tar(entries)), Limits.defaults());
    assertThat(found.places()).containsExactly(dir + "/file!/a.wasm");
    assertThat(found.problems).hasSize(1);
    assertThat(found.problems.get(0).what()).contains("expands to more than 250 times its size");
  }

  @ParameterizedTest
  @EnumSource(names = {"BZIP2", "XZ", "ZSTD"})
  void everyTruncationIsNoticed(Format format) throws IOException {
    byte[] whole = compressed(format, Fixtures.tar(entries()));
    for (int length = 16; length < whole.length; length++) {
      Findings found = scan(Arrays.copyOf(whole, length), Limits.defaults());
      assertThat(found.problems).as("cut at %d of %d", length, whole.length).isNotEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BZIP2", "XZ", "ZSTD"})
  void anyBytesGiveAResult(Format format) throws IOException {
    byte[] whole = compressed(format, Fixtures.tar(entries()));
    Random random = new Random(7);
    Limits limits = new Limits(1 << 20, 1 << 24, 250, 4, 1000, Duration.ofSeconds(1));
    for (int round = 0; round < 300; round++) {
      byte[] damaged = whole.clone();
      for (int n = 1 + random.nextInt(8); n > 0; n--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      Findings found = scan(damaged, limits); // whatever it is, nothing is thrown
      assertThat(found.modules.size() + found.problems.size()).as("round %d", round).isPositive();
    }
  }

  /** XZ's header says how much memory the reader needs, up to 4 GiB. */
  @Test
  void moreMemoryThanAllowedIsRefused() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    LZMA2Options options = new LZMA2Options(0);
    options.setDictSize(256 << 20);
    try (OutputStream out = new XZOutputStream(bytes, options)) {
      out.write(A);
    }
    Findings found = scan(bytes.toByteArray(), Limits.defaults());
    assertThat(found.modules).isEmpty();
    assertThat(found.problems).hasSize(1);
    assertThat(found.problems.get(0).what()).contains("memory");
  }

  private static Map<String, byte[]> entries() {
    byte[] noise = new byte[2000];
    new Random(3).nextBytes(noise);
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("a.wasm", A);
    entries.put("noise", noise);
    entries.put("b.wasm", B);
    return entries;
  }

  private static byte[] compressed(Format format, byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out =
        switch (format) {
          case BZIP2 -> new BZip2CompressorOutputStream(bytes);
          case XZ -> new XZOutputStream(bytes, new LZMA2Options(1));
          case ZSTD -> new ZstdCompressorOutputStream(bytes);
          default -> throw new IllegalArgumentException(format.name());
        }) {
      out.write(content);
    }
    return bytes.toByteArray();
  }

  private Findings scan(byte[] file, Limits limits) throws IOException {
    return Findings.of(Files.write(dir.resolve("file"), file).toString(), limits);
  }
}
