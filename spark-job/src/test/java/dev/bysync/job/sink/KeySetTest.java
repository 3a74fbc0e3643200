package dev.bysync.job.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class KeySetTest {
  @Test
  void remembersManyTexts() throws IOException {
    try (KeySet set = new KeySet()) {
      for (int i = 0; i < 20_000; i++) {
        assertThat(set.contains("text " + i)).isFalse();
        assertThat(set.add("text " + i)).isTrue();
      }
      for (int i = 0; i < 20_000; i++) {
        assertThat(set.add("text " + i)).isFalse();
      }
      assertThat(set.size()).isEqualTo(20_000);
      assertThat(set.contains("text 19999")).isTrue();
      assertThat(set.contains("text 20000")).isFalse();
    }
  }
}
