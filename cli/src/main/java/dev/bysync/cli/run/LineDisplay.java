package dev.bysync.cli.run;

import dev.bysync.verify.Verdict;
import java.io.PrintStream;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Progress in plain lines, every five seconds at most: for log files and pipes. */
final class LineDisplay implements Display {
  private static final long INTERVAL = TimeUnit.SECONDS.toNanos(5);

  private final PrintStream err;
  private final Tally tally;
  private final LongSupplier nanoTime;
  private long last;
  private String printed = "";

  LineDisplay(PrintStream err, Tally tally, LongSupplier nanoTime) {
    this.err = err;
    this.tally = tally;
    this.nanoTime = nanoTime;
    this.last = nanoTime.getAsLong();
  }

  @Override
  public synchronized void say(String line) {
    err.println(line);
  }

  @Override
  public void total(long modules, long bytes) {
    tally.total(modules, bytes);
  }

  @Override
  public synchronized void done(Verdict verdict, long bytes) {
    tally.done(verdict, bytes);
    long now = nanoTime.getAsLong();
    if (now - last >= INTERVAL) {
      last = now;
      print();
    }
  }

  @Override
  public synchronized void finish() {
    tally.finish();
    if (tally.modules() > 0 && !printed.equals(count())) {
      print();
    }
  }

  private void print() {
    printed = count();
    err.println(printed + ", " + tally.details());
  }

  private String count() {
    return "%d/%d modules".formatted(tally.modules(), tally.totalModules());
  }
}
