package dev.bysync.job.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.job.store.Store.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What every store must do but Hadoop's local one, which checks first and then renames. */
abstract class AtomicStoreContractTest extends StoreContractTest {
  @Test
  void letsOneOfManyWritersWin() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Callable<Outcome>> writers = new ArrayList<>();
      for (int i = 0; i < 32; i++) {
        byte[] content = bytes("writer " + i);
        writers.add(() -> store.create("race", content));
      }
      List<Outcome> outcomes = new ArrayList<>();
      for (Future<Outcome> outcome : threads.invokeAll(writers)) {
        outcomes.add(outcome.get());
      }
      assertThat(outcomes).containsOnlyOnce(Outcome.CREATED);
    } finally {
      threads.shutdown();
    }
    assertThat(new String(store.read("race", 100), StandardCharsets.UTF_8)).startsWith("writer ");
    assertThat(store.list(Store.TEMPORARY)).isEmpty();
  }
}
