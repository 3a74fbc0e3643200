package dev.bysync.cli;

import dev.bysync.analysis.Unmatched;
import dev.bysync.asyncify.OptionParser;
import dev.bysync.asyncify.TransformOption;
import dev.bysync.cli.outcome.CliFailure;
import java.util.List;
import java.util.stream.Collectors;

/** What becomes of names and patterns that match nothing: a warning, or the command's end. */
final class ListCheck {
  private ListCheck() {}

  /**
   * With {@code --strict}, none may be left.
   *
   * @param in what the module is called
   * @throws CliFailure that names all of them
   */
  static void check(String in, List<Unmatched> unmatched, OptionParser given) {
    if (given.has(TransformOption.STRICT) && !unmatched.isEmpty()) {
      throw CliFailure.usage(
          unmatched.stream()
              .map(entry -> in + ": " + entry.sentence())
              .collect(Collectors.joining("\n")));
    }
  }
}
