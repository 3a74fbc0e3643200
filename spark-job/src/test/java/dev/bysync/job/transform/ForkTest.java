package dev.bysync.job.transform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.analysis.Selection.NamedList;
import dev.bysync.analysis.Unmatched;
import dev.bysync.engine.ModuleMetrics;
import dev.bysync.engine.ProcessedModule;
import dev.bysync.engine.Responsible;
import dev.bysync.verify.SecondOpinion;
import dev.bysync.verify.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForkTest {
  private static final Budgets BUDGETS = Budgets.defaults();

  @Test
  void outlivesModulesThatTakeTheirJvmDown() {
    try (Fork fork = new Fork(new Engine(), BUDGETS, 4)) {
      ProcessedModule first = fork.apply(new byte[] {1, 2});
      assertThat(first.verdict()).isEqualTo(Verdict.VERIFIED);
      assertThat(first.reason()).isEqualTo("wäsm");
      assertThat(first.transformed()).containsExactly(1, 2);
      assertThat(first.metrics()).isEqualTo(Engine.METRICS);
      assertThat(first.responsible()).isEqualTo(Engine.RESPONSIBLE);
      assertThat(first.unmatched()).isEqualTo(Engine.UNMATCHED);
      assertThat(fork.apply(new byte[] {9}).reason()).contains("died twice").contains("code 13");
      assertThat(fork.apply(new byte[] {8}).reason()).contains("IllegalStateException: poison");
      assertThat(fork.apply(new byte[0]).transformed()).isNull();
    }
  }

  /** The build plants it: see the module's pom. */
  @Test
  void inheritsNoCredentials() {
    assertThat(System.getenv()).containsKey("AWS_SECRET_ACCESS_KEY");
    try (Fork fork = new Fork(new Engine(), BUDGETS, 4)) {
      assertThat(fork.apply(new byte[] {5}).reason()).isEqualTo("null");
    }
  }

  /** The first JVM may have died for what others used up. */
  @Test
  void givesAModuleASecondJvm(@TempDir Path folder) throws IOException {
    String marker = folder.resolve("died").toString();
    try (Fork fork = new Fork(new Engine(), BUDGETS, 4)) {
      byte[] module = ("\7" + marker).getBytes(StandardCharsets.UTF_8);
      assertThat(fork.apply(module).verdict()).isEqualTo(Verdict.VERIFIED);
    }
    assertThat(Path.of(marker)).exists();
  }

  @Test
  void endsWhatTakesTooLong() {
    Budgets seconds = new Budgets(Budgets.Isolation.ALL, 2, 0, 64);
    try (Fork fork = new Fork(new Engine(), seconds, 4)) {
      ProcessedModule stuck = fork.apply(new byte[] {6});
      assertThat(stuck.verdict()).isEqualTo(Verdict.BUDGET);
      assertThat(stuck.reason()).contains("not done after 2 s");
      assertThat(stuck.metrics().originalGzipBytes()).isPositive();
      assertThat(fork.apply(new byte[] {1}).verdict()).isEqualTo(Verdict.VERIFIED);
    }
  }

  private static final class Engine implements ProcessorFactory {
    static final ModuleMetrics METRICS =
        new ModuleMetrics(
            1L << 40, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22,
            23, 24, 25, 26, 27, 28, 29, 30, 31, 32);

    static final List<Responsible> RESPONSIBLE =
        List.of(
            new Responsible(Responsible.Kind.IMPORT, "env.wärten", 1, 1L << 40, 3, 1L << 41),
            new Responsible(Responsible.Kind.INDIRECT_CALLS, "() -> ()", 5, 6, 7, 8));

    static final List<Unmatched> UNMATCHED =
        List.of(
            new Unmatched(NamedList.IMPORTS, 0, "env.wartén", List.of("env.wärten", "env.b")),
            new Unmatched(NamedList.ONLY_LIST, 7, "n".repeat(70_000), List.of()));

    @Override
    public Function<byte[], ProcessedModule> create() {
      return Engine::process;
    }

    private static ProcessedModule process(byte[] module) {
      if (module.length == 0) {
        return new ProcessedModule(
            Verdict.REJECTED,
            "empty",
            null,
            METRICS,
            SecondOpinion.Finding.NOT_RUN,
            List.of(),
            List.of());
      }
      System.out.println("chatter");
      if (module[0] == 9) {
        Runtime.getRuntime().halt(13);
      }
      if (module[0] == 7) {
        dieOnce(Path.of(new String(module, 1, module.length - 1, StandardCharsets.UTF_8)));
      }
      while (module[0] == 6) {
        Thread.onSpinWait();
      }
      if (module[0] == 8) {
        throw new IllegalStateException("poison");
      }
      return new ProcessedModule(
          Verdict.VERIFIED,
          module[0] == 5 ? String.valueOf(System.getenv("AWS_SECRET_ACCESS_KEY")) : "wäsm",
          module,
          METRICS,
          SecondOpinion.Finding.AGREES,
          RESPONSIBLE,
          UNMATCHED);
    }

    private static void dieOnce(Path marker) {
      try {
        if (Files.notExists(marker)) {
          Files.createFile(marker);
          Runtime.getRuntime().halt(13);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
