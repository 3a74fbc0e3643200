package dev.bysync.bench.compare;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The {@code wasm-opt} that is compared with.
 *
 * @param command how it is started, without arguments
 * @param version its first line for {@code --version}
 * @param features arguments with which it takes every module and writes what Node 20 reads
 */
record WasmOpt(List<String> command, String version, List<String> features) {
  /** Environment variable that names the command, split at spaces, in place of the PATH. */
  static final String VARIABLE = "WASM_OPT";

  private static final String ALL = "-all";

  /** What it writes with {@link #ALL} by itself, and what Node 20 doesn't read. */
  private static final String NO_COMPACT_IMPORTS = "--disable-compact-imports";

  /** Deep modules overflow Node's default stack inside npm's wasm-opt. */
  private static final String STACK = "--stack-size=8000";

  /** The command that the variable names, else the first {@code wasm-opt} of the PATH. */
  static Optional<WasmOpt> find() throws IOException, InterruptedException {
    String named = System.getenv(VARIABLE);
    if (named != null && !named.isBlank()) {
      return Optional.of(of(List.of(named.strip().split("\\s+", -1))));
    }
    String path = System.getenv("PATH");
    for (String folder : (path == null ? "" : path).split(File.pathSeparator, -1)) {
      Path file = Path.of(folder, "wasm-opt");
      if (Files.isExecutable(file) && Files.isRegularFile(file)) {
        return Optional.of(of(starting(file)));
      }
    }
    return Optional.empty();
  }

  /** npm's wasm-opt is a script for Node, and needs more stack than its first line asks for. */
  static List<String> starting(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      String head = new String(in.readNBytes(64), StandardCharsets.ISO_8859_1);
      boolean script =
          head.startsWith("#!") && head.lines().findFirst().orElse("").contains("node");
      return script
          ? List.of("node", STACK, file.toRealPath().toString())
          : List.of(file.toString());
    }
  }

  private static WasmOpt of(List<String> command) throws IOException, InterruptedException {
    String version = ask(command, "--version").lines().findFirst().orElse("unknown");
    List<String> features =
        ask(command, "--help").contains(NO_COMPACT_IMPORTS)
            ? List.of(ALL, NO_COMPACT_IMPORTS)
            : List.of(ALL);
    return new WasmOpt(command, version, features);
  }

  private static String ask(List<String> command, String option)
      throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(command);
    line.add(option);
    ChildRun run = ChildRun.of(line, Duration.ofMinutes(1));
    if (run.end() != ChildRun.End.DONE) {
      throw new IOException(String.join(" ", line) + " failed: " + run.lastWords());
    }
    return run.output();
  }

  /** Runs it on a module. */
  ChildRun run(List<String> arguments, Path module, Path output, Duration limit)
      throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(command);
    line.addAll(arguments);
    line.add(module.toString());
    line.add("-o");
    line.add(output.toString());
    return ChildRun.of(line, limit);
  }
}
