package dev.bysync.bench.faults;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Outcomes in a file, a JSON object a line, so that a run can go on where another was ended. */
final class OutcomeLog {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final @Nullable Path file;
  private final List<Outcome> known = new ArrayList<>();

  /**
   * @param file what it holds already is known; null for none
   */
  OutcomeLog(@Nullable Path file) throws IOException {
    this.file = file;
    if (file != null && Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        known.add(JSON.readValue(line, Outcome.class));
      }
    }
  }

  /** What is known of a mutant. */
  Optional<Outcome> find(Outcome like) {
    return known.stream().filter(outcome -> outcome.isOf(like)).findFirst();
  }

  /** Adds an outcome; from any thread. */
  synchronized void add(Outcome outcome) {
    if (file == null) {
      return;
    }
    try {
      Files.writeString(
          file,
          JSON.writeValueAsString(outcome) + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
