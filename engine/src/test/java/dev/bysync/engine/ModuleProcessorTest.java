package dev.bysync.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.verify.Verdict;
import dev.bysync.wasm.text.WatReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

final class ModuleProcessorTest {
  private final ModuleProcessor processor = new ModuleProcessor(ProcessOptions.defaults());

  @Test
  void bytesThatAreNoModuleAreRejectedWithAReason() {
    for (String text : new String[] {"", "x", "\0asm", "\0asm\1\0\0\0garbage"}) {
      byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);

      ProcessedModule processed = processor.process(bytes);

      assertThat(processed.verdict()).isEqualTo(Verdict.REJECTED);
      assertThat(processed.reason()).isNotEmpty();
      assertThat(processed.transformed()).isNull();
      assertThat(processed.metrics().originalBytes()).isEqualTo(bytes.length);
    }
  }

  @Test
  void randomBytesBehindAHeaderNeverThrow() {
    Random random = new Random(1);
    byte[] module = WatReader.assemble("(module (func (export \"f\") (result i32) i32.const 1))");
    for (int i = 0; i < 300; i++) {
      byte[] changed = module.clone();
      for (int j = 0; j < 3; j++) {
        changed[8 + random.nextInt(changed.length - 8)] = (byte) random.nextInt();
      }

      assertThat(processor.process(changed).verdict())
          .as("round %d", i)
          .isNotEqualTo(Verdict.ERROR);
    }
  }

  @Test
  void gzipSizeIsThatOfAFile() throws IOException {
    byte[] bytes = new byte[100_000];
    new Random(1).nextBytes(bytes);
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] &= 7;
    }
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(file)) {
      gzip.write(bytes);
    }

    assertThat(Gzip.size(bytes)).isEqualTo(file.size());
  }
}
