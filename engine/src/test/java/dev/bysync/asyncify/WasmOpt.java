package dev.bysync.asyncify;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Binaryen's {@code wasm-opt}, if it is on the PATH. */
public final class WasmOpt {
  /** What came of a run: the exit code and all that was printed. */
  record Result(int exitCode, String text) {}

  private WasmOpt() {}

  public static boolean isThere() throws InterruptedException {
    try {
      return new ProcessBuilder("wasm-opt", "--version")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** Its version, such as 132. */
  static int version() throws IOException, InterruptedException {
    Process process = new ProcessBuilder("wasm-opt", "--version").start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return Integer.parseInt(text.replaceAll("(?s)\\D*(\\d+).*", "$1"));
  }

  /** Runs it over a module; the result goes to {@code out.wasm} in the folder. */
  static Result run(Path folder, byte[] module, List<String> arguments)
      throws IOException, InterruptedException {
    Path in = Files.write(folder.resolve("in.wasm"), module);
    List<String> command = new ArrayList<>(List.of("wasm-opt", in.toString()));
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
