package dev.bysync.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.bench.compare.ChildRun.End;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs of processes end in all three ways, and what they use is seen. */
final class ChildRunTest {
  private static final Duration LONG = Duration.ofMinutes(5);

  @TempDir Path folder;

  private ChildRun run(String script, Duration limit) throws Exception {
    return ChildRun.of(List.of(ScriptFile.write(folder, "script", script).toString()), limit);
  }

  @Test
  void theLastLineOfASuccessIsKept() throws Exception {
    ChildRun run = run("echo one\necho two >&2\n", LONG);

    assertThat(run.end()).isEqualTo(End.DONE);
    assertThat(run.output()).isEqualTo("one\ntwo");
    assertThat(run.lastLine()).isEqualTo("two");
  }

  @Test
  void anotherExitCodeIsAFailure() throws Exception {
    ChildRun run = run("echo why\nexit 3\n", LONG);

    assertThat(run.end()).isEqualTo(End.FAILED);
    assertThat(run.lastWords()).isEqualTo("why");
  }

  @Test
  void whatNeverEndsIsEnded() throws Exception {
    ChildRun run = run("while :; do :; done\n", Duration.ofMillis(300));

    assertThat(run.end()).isEqualTo(End.TIMEOUT);
  }

  @Test
  void memoryAndTimeOfAJavaAreSeen() throws Exception {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");

    ChildRun run = ChildRun.of(List.of(java.toString(), "-version"), LONG);

    assertThat(run.end()).isEqualTo(End.DONE);
    assertThat(run.seconds()).isPositive();
    // a JVM maps its class data alone in more than this
    assertThat(run.peakBytes()).isGreaterThan(4_000_000);
  }
}
