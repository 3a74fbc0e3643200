package dev.bysync.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.verify.Verdict;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LineDisplayTest {
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private long seconds;
  private final LineDisplay display =
      new LineDisplay(
          new PrintStream(err, true, StandardCharsets.UTF_8), new Tally(this::nanos), this::nanos);

  private long nanos() {
    return TimeUnit.SECONDS.toNanos(seconds);
  }

  private List<String> counts() {
    return err.toString(StandardCharsets.UTF_8)
        .lines()
        .map(line -> line.substring(0, line.indexOf(',')))
        .toList();
  }

  @Test
  void saysAStateOnce() {
    display.total(2, 20);
    display.done(Verdict.VERIFIED, 10);
    seconds = 6;
    display.done(Verdict.VERIFIED, 10);
    display.finish();
    display.finish();
    assertThat(counts()).containsExactly("2/2 modules");
  }

  @Test
  void saysTheLastStateOfARunThatDidLessThanWasExpected() {
    display.total(9, 90);
    seconds = 6;
    display.done(Verdict.VERIFIED, 10);
    display.finish();
    assertThat(counts()).containsExactly("1/9 modules", "1/1 modules");
  }

  @Test
  void saysNothingOfNothing() {
    display.total(0, 0);
    display.finish();
    assertThat(err.size()).isZero();
  }
}
