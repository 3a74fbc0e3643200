package dev.bysync.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Runs {@code bin/bysync} as a user does, in a process of its own. */
final class Command {
  private static final List<String> INCIDENTAL =
      List.of("transformNanos", "verifyNanos", "runId", "host", "attempt", "processedAtMillis");

  private Command() {}

  /** How a command ended. */
  record Result(int exitCode, String out, String err) {
    /** The rows of a summary in JSON by SHA-256, without what the machine decides. */
    Map<String, JsonNode> rows() throws IOException {
      Map<String, JsonNode> rows = new TreeMap<>();
      for (JsonNode module : new ObjectMapper().readTree(out).get("modules")) {
        ObjectNode row = module.get("result").deepCopy();
        row.remove(INCIDENTAL);
        rows.put(module.get("sha256").asText(), row);
      }
      return rows;
    }

    /** Whether each module of a summary in JSON was known before. */
    List<Boolean> known() throws IOException {
      List<Boolean> known = new ArrayList<>();
      for (JsonNode module : new ObjectMapper().readTree(out).get("modules")) {
        known.add(module.get("known").asBoolean());
      }
      return known;
    }
  }

  /** Runs to the end, in this working directory; three minutes at most. */
  static Result run(Path directory, String... arguments) throws Exception {
    return run(directory, Map.of(), arguments);
  }

  /** The same with more variables in the environment. */
  static Result run(Path directory, Map<String, String> environment, String... arguments)
      throws Exception {
    Path out = Files.createTempFile(directory, "command", ".out");
    Path err = Files.createTempFile(directory, "command", ".err");
    ProcessBuilder builder = builder(directory, arguments);
    builder.environment().putAll(environment);
    Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    if (!process.waitFor(180, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("no end after three minutes: " + Files.readString(err));
    }
    return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  /** Starts a command whose output nobody reads. */
  static Process start(Path directory, String... arguments) throws IOException {
    return builder(directory, arguments)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static ProcessBuilder builder(Path directory, String... arguments) {
    List<String> line = new ArrayList<>();
    line.add(System.getProperty("bysync.command"));
    line.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(line).directory(directory.toFile());
    builder.environment().put("BYSYNC_NO_BUILD", "1");
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    return builder;
  }

  /** What a file says. */
  static String text(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.UTF_8);
  }
}
