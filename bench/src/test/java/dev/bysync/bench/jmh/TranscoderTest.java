package dev.bysync.bench.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.wasm.binary.ByteSink;
import dev.bysync.wasm.module.Module;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The yardstick does all of its work: what it writes is the code that it read. */
final class TranscoderTest {
  @Test
  void codeInItsShortestFormComesOutTheSame() {
    byte[] bytes = GeneratedModule.of(200);
    Module module = Module.read(bytes);
    Module.Section code =
        module.sections().stream().filter(section -> section.id() == 10).findFirst().orElseThrow();
    ByteSink count = new ByteSink();
    count.u32(module.bodyCount());

    ByteSink out = new Transcoder(module).transcode();

    assertThat(out.toByteArray())
        .isEqualTo(Arrays.copyOfRange(bytes, code.start() + count.size(), code.end()));
  }
}
