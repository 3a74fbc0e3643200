package dev.bysync.asyncify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * V8 by way of Node: {@code node} on the PATH, or {@code -Dbysync.node=FILE}. A test that needs it
 * skips itself where it can't be started.
 */
final class Node {
  private static final String NODE = System.getProperty("bysync.node", "node");
  private static final long MINUTES = 3;

  private Node() {}

  /**
   * Runs a script of the resources, which is copied to the folder, and returns what it printed.
   *
   * @param script a name below {@code v8}
   */
  static String run(Path folder, String script, Path... arguments)
      throws IOException, InterruptedException {
    Path copy = Files.writeString(folder.resolve(script), Resources.read("v8/" + script));
    List<String> command = new ArrayList<>(List.of(NODE, copy.toString()));
    for (Path argument : arguments) {
      command.add(argument.toString());
    }
    Process process = start(command);
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(MINUTES, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    return output;
  }

  private static Process start(List<String> command) {
    try {
      return new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      assumeTrue(false, NODE + " can't be started: " + e.getMessage());
      throw new IllegalStateException(e);
    }
  }
}
