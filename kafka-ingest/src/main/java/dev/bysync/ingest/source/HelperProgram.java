package dev.bysync.ingest.source;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Asks a program of the user's for something short, such as npm for its configuration. */
final class HelperProgram {
  private static final int SECONDS = 30;
  private static final int MAX_ANSWER_BYTES = 1 << 20;

  private HelperProgram() {}

  /**
   * What the program writes on standard output, at most 1 MiB; empty if it can't be started or
   * takes longer than 30 s. Its answer may hold secrets: it is kept in a file that only this user
   * can read, for as long as it takes.
   *
   * @param folder where it is started
   * @param question what it reads on standard input
   * @param kept which variables of our environment it sees
   */
  static Optional<byte[]> ask(
      List<String> command, Path folder, String question, Predicate<String> kept) {
    Path answer = null;
    try {
      answer = TemporaryFiles.create("helper");
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectOutput(answer.toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD);
      builder.environment().keySet().removeIf(kept.negate());
      Process program = builder.start();
      try {
        try (OutputStream in = program.getOutputStream()) {
          in.write(question.getBytes(StandardCharsets.UTF_8));
        }
        if (!program.waitFor(SECONDS, TimeUnit.SECONDS)) {
          return Optional.empty();
        }
      } finally {
        program.descendants().forEach(ProcessHandle::destroyForcibly);
        program.destroyForcibly();
      }
      try (InputStream out = Files.newInputStream(answer)) {
        return Optional.of(out.readNBytes(MAX_ANSWER_BYTES));
      }
    } catch (IOException e) {
      return Optional.empty(); // not installed, or not usable
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } finally {
      if (answer != null) {
        TemporaryFiles.delete(answer);
      }
    }
  }
}
