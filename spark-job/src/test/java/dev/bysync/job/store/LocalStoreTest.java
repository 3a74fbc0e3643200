package dev.bysync.job.store;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class LocalStoreTest extends AtomicStoreContractTest {
  @Override
  Store open(Path folder) {
    return new LocalStore(folder);
  }

  @Test
  void staysInItsFolder() throws IOException {
    Store store = open(folder);
    assertThatThrownBy(() -> store.create("../outside", new byte[0]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
