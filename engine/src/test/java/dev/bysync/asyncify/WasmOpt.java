package dev.bysync.asyncify;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Binaryen's {@code wasm-opt}, in a version whose behaviour the tests know: what it refuses, prints
 * and gets wrong differs from version to version, so that another one says nothing of ours. {@code
 * .ci/peers} fetches such a one.
 */
public final class WasmOpt {
  /** What came of a run: the exit code and all that was printed. */
  record Result(int exitCode, String text) {}

  private static final Set<Integer> KNOWN = Set.of(132);
  private static final Pattern VERSION = Pattern.compile("wasm-opt version ([0-9]{1,6})\\b.*");

  private final String program;
  private final String missing;

  private WasmOpt(String program, String missing) {
    this.program = program;
    this.missing = missing;
  }

  /**
   * The first on the PATH of a known version; the test is skipped, with the reason, without one.
   */
  public static WasmOpt required() throws IOException, InterruptedException {
    WasmOpt found = find(System.getenv().getOrDefault("PATH", ""));
    assumeTrue(found.missing.isEmpty(), found.missing);
    return found;
  }

  static WasmOpt find(String path) throws IOException, InterruptedException {
    List<String> others = new ArrayList<>();
    for (String folder : path.split(Pattern.quote(File.pathSeparator), -1)) {
      try {
        Path program = Path.of(folder, "wasm-opt");
        if (!folder.isEmpty() && Files.isExecutable(program)) {
          String version = version(program);
          Matcher matcher = VERSION.matcher(version);
          if (matcher.matches() && KNOWN.contains(Integer.parseInt(matcher.group(1)))) {
            return new WasmOpt(program.toString(), "");
          }
          others.add("%s is '%s'".formatted(program, version));
        }
      } catch (InvalidPathException e) {
        others.add("'%s' is no folder".formatted(folder));
      }
    }
    String found = others.isEmpty() ? "it is not there" : String.join(", ", others);
    return new WasmOpt(
        "", "needs wasm-opt in version %s on the PATH: %s (.ci/peers)".formatted(KNOWN, found));
  }

  private static String version(Path program) throws IOException, InterruptedException {
    Path log = Files.createTempFile("wasm-opt", ".version");
    try {
      Process process =
          new ProcessBuilder(program.toString(), "--version")
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      if (!process.waitFor(1, TimeUnit.MINUTES)) {
        process.destroyForcibly().waitFor();
      }
      return Files.readString(log, StandardCharsets.ISO_8859_1)
          .lines()
          .findFirst()
          .orElse("")
          .strip();
    } finally {
      Files.delete(log);
    }
  }

  /** Its path. */
  public String program() {
    return program;
  }

  /** Why there is none; empty if there is one. */
  String missing() {
    return missing;
  }

  /** Runs it over a module; the result goes to {@code out.wasm} in the folder. */
  Result run(Path folder, byte[] module, List<String> arguments)
      throws IOException, InterruptedException {
    Path in = Files.write(folder.resolve("in.wasm"), module);
    List<String> command = new ArrayList<>(List.of(program, in.toString()));
    command.addAll(arguments);
    command.addAll(List.of("-o", folder.resolve("out.wasm").toString()));
    Path log = folder.resolve("log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    if (!process.waitFor(2, TimeUnit.MINUTES)) {
      process.destroyForcibly().waitFor();
    }
    return new Result(process.exitValue(), Files.readString(log, StandardCharsets.UTF_8));
  }
}
