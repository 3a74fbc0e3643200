package dev.bysync.job.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bysync.engine.ModuleMetrics;
import dev.bysync.engine.ProcessedModule;
import dev.bysync.verify.Verdict;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class DeadlineTest {
  private static final Budgets ONE_SECOND = new Budgets(Budgets.Isolation.OUTLIERS, 1, 0, 0);

  @Test
  void aModuleThatTakesTooLongIsOverItsBudgetAndTheNextOneIsDone() {
    CountDownLatch never = new CountDownLatch(1);
    try (Deadline deadline = new Deadline(module -> process(module, never), ONE_SECOND)) {
      ProcessedModule stuck = deadline.apply(new byte[] {1});
      assertThat(stuck.verdict()).isEqualTo(Verdict.BUDGET);
      assertThat(stuck.reason()).contains("--module-seconds");
      assertThat(deadline.apply(new byte[] {2}).verdict()).isEqualTo(Verdict.VERIFIED);
    }
  }

  /** Spark kills a task by an interruption: no module is to blame. */
  @Test
  void anInterruptionIsNoVerdict() {
    CountDownLatch never = new CountDownLatch(1);
    try (Deadline deadline = new Deadline(module -> process(module, never), Budgets.defaults())) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> deadline.apply(new byte[] {1}))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("interrupted");
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  private static ProcessedModule process(byte[] module, CountDownLatch never) {
    try {
      if (module[0] == 1) {
        never.await();
      }
      return new ProcessedModule(Verdict.VERIFIED, "", module, ModuleMetrics.ofSize(1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
