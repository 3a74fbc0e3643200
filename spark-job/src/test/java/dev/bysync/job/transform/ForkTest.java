package dev.bysync.job.transform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.engine.ModuleMetrics;
import dev.bysync.engine.ProcessedModule;
import dev.bysync.verify.Verdict;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class ForkTest {
  @Test
  void outlivesModulesThatTakeTheirJvmDown() {
    try (Fork fork = new Fork(new Engine(), 4)) {
      ProcessedModule first = fork.apply(new byte[] {1, 2});
      assertThat(first.verdict()).isEqualTo(Verdict.VERIFIED);
      assertThat(first.reason()).isEqualTo("wäsm");
      assertThat(first.transformed()).containsExactly(1, 2);
      assertThat(first.metrics()).isEqualTo(Engine.METRICS);
      assertThat(fork.apply(new byte[] {9}).reason()).contains("exit code 13");
      assertThat(fork.apply(new byte[] {8}).reason()).contains("IllegalStateException: poison");
      assertThat(fork.apply(new byte[0]).transformed()).isNull();
    }
  }

  private static final class Engine implements ProcessorFactory {
    static final ModuleMetrics METRICS =
        new ModuleMetrics(
            1L << 40, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20);

    @Override
    public Function<byte[], ProcessedModule> create() {
      return Engine::process;
    }

    private static ProcessedModule process(byte[] module) {
      if (module.length == 0) {
        return new ProcessedModule(Verdict.REJECTED, "empty", null, METRICS);
      }
      System.out.println("chatter");
      if (module[0] == 9) {
        Runtime.getRuntime().halt(13);
      }
      if (module[0] == 8) {
        throw new IllegalStateException("poison");
      }
      return new ProcessedModule(Verdict.VERIFIED, "wäsm", module, METRICS);
    }
  }
}
