package dev.bysync.strategy;

import dev.bysync.asyncify.AsyncifyOptions;
import dev.bysync.asyncify.AsyncifyOptions.FrameMemory;
import dev.bysync.strategy.StrategyException.Kind;
import dev.bysync.wasm.module.Module;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Any command that reads a module and writes its asyncified form, such as {@code wasm-opt -all
 * --asyncify -O2 {in} -o {out}}.
 *
 * <p>It runs in a folder of its own, which is removed afterwards; {@code {in}} and {@code {out}}
 * stand for files in it, by names that have nothing to do with the module's. So a path in the
 * command has to be absolute, the program's aside, which is looked for as usual. No shell takes
 * part. What the command leaves running is ended with it. The transform's options mean nothing to
 * it, but for the export of the memory that holds frames, which the verification has to know.
 *
 * @param command the command, as {@link CommandTemplate} reads it
 * @param limits what one run may take
 */
public record External(String command, ExternalLimits limits) implements Strategy {
  private static final String IN = "in.wasm";
  private static final String OUT = "out.wasm";

  /**
   * Checks the command.
   *
   * @throws dev.bysync.analysis.OptionException if it can't be understood
   */
  public External {
    CommandTemplate.words(command);
  }

  @Override
  public String name() {
    return EXTERNAL + command;
  }

  @Override
  public String canonical(AsyncifyOptions options) {
    FrameMemory memory = options.memory();
    return "strategy=%s %s%s"
        .formatted(name(), limits, memory.equals(FrameMemory.defaults()) ? "" : " " + memory);
  }

  @Override
  public StrategyResult transform(byte[] module, AsyncifyOptions options) {
    int functions = Module.read(module).bodyCount(); // any bytes but a module's are told here
    try {
      WorkFolder folder = WorkFolder.create();
      try {
        return run(module, functions, folder.path());
      } finally {
        folder.delete();
      }
    } catch (IOException e) {
      throw new StrategyException(Kind.UNAVAILABLE, "no files for " + program() + ": " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StrategyException(Kind.UNAVAILABLE, program() + " was interrupted");
    }
  }

  private String program() {
    return CommandTemplate.words(command).get(0);
  }

  private StrategyResult run(byte[] module, int functions, Path folder)
      throws IOException, InterruptedException {
    Files.write(folder.resolve(IN), module);
    List<String> words =
        new ArrayList<>(CommandTemplate.fill(CommandTemplate.words(command), IN, OUT));
    if (words.get(0).contains("/")) {
      words.set(0, Path.of(words.get(0)).toAbsolutePath().toString());
    }
    ChildProcess.Ended ended = ChildProcess.run(words, folder, limits);
    if (ended.exitCode() != 0) {
      throw new StrategyException(
          Kind.REFUSED, "%s: exit code %d%s".formatted(program(), ended.exitCode(), ended.tail()));
    }
    Path out = folder.resolve(OUT);
    if (!Files.isRegularFile(out, LinkOption.NOFOLLOW_LINKS)) {
      throw new StrategyException(
          Kind.REFUSED, "%s: exit code 0, but no {out}%s".formatted(program(), ended.tail()));
    }
    return new StrategyResult(
        Files.readAllBytes(out),
        functions,
        0,
        null,
        null,
        ended.isMemoryLimited() ? List.of() : UNBOUND,
        List.of());
  }

  private static final List<String> UNBOUND =
      List.of("the memory of external commands is not limited here: there is no /proc");
}
