package dev.bysync.cli.run;

import dev.bysync.verify.Verdict;
import java.io.PrintStream;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** A progress bar that is redrawn in place. */
final class TerminalDisplay implements Display {
  private final PrintStream err;
  private final int columns;
  private final Tally tally;
  private @Nullable ProgressBar bar;

  TerminalDisplay(PrintStream err, int columns, Tally tally) {
    this.err = err;
    this.columns = columns;
    this.tally = tally;
  }

  @Override
  public synchronized void say(String line) {
    err.println(line);
  }

  @Override
  public synchronized void total(long modules, long bytes) {
    tally.total(modules, bytes);
    if (bar == null && modules > 0) {
      bar =
          new ProgressBarBuilder()
              .setTaskName("Modules")
              .setStyle(ProgressBarStyle.ASCII)
              .setUpdateIntervalMillis(250)
              .setConsumer(new ConsoleProgressBarConsumer(err, columns - 1))
              .hideEta()
              .build();
    }
    redraw();
  }

  @Override
  public synchronized void done(Verdict verdict, long bytes) {
    tally.done(verdict, bytes);
    redraw();
  }

  @Override
  public synchronized void finish() {
    tally.finish();
    if (bar != null) {
      redraw();
      bar.close();
      bar = null;
    }
  }

  private void redraw() {
    if (bar != null) {
      bar.maxHint(tally.totalModules());
      bar.stepTo(tally.modules());
      bar.setExtraMessage(" " + tally.details());
    }
  }
}
