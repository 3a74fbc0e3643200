package dev.bysync.cli.run;

import dev.bysync.verify.Verdict;
import java.io.PrintStream;

/** What the user sees while a run is under way; on standard error. Thread-safe. */
sealed interface Display permits TerminalDisplay, LineDisplay {
  /** A display for a terminal of this width, or plain lines if the width is 0. */
  static Display of(PrintStream err, int columns) {
    Tally tally = new Tally(System::nanoTime);
    return columns > 0
        ? new TerminalDisplay(err, columns, tally)
        : new LineDisplay(err, tally, System::nanoTime);
  }

  /** Says a line. */
  void say(String line);

  /** How much there is to do, as far as is known now. */
  void total(long modules, long bytes);

  /** A module is done. */
  void done(Verdict verdict, long bytes);

  /** Ends the progress; the last state stays visible. */
  void finish();
}
