package dev.bysync.bench.compare;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bysync.bench.compare.ChildRun.End;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;

/**
 * wasm-opt's results by module and arguments: taken from a folder if they are there, else measured
 * and put there. What lies in the folder is named by the module's hash, the version and the
 * arguments, so that nothing else is ever taken for it.
 */
final class Peer {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final WasmOpt wasmOpt;
  private final Path folder;
  private final Duration limit;
  private int measured;
  private int taken;

  Peer(WasmOpt wasmOpt, Path folder, Duration limit) {
    this.wasmOpt = wasmOpt;
    this.folder = folder;
    this.limit = limit;
  }

  /** The result for a module; wasm-opt runs only if it is not known. */
  PeerRun run(String sha256, Path module, List<String> arguments)
      throws IOException, InterruptedException {
    Path entry = entry(sha256, arguments, ".json");
    if (Files.exists(entry)) {
      taken++;
      return JSON.readValue(Files.readAllBytes(entry), PeerRun.class);
    }
    Files.createDirectories(entry.getParent());
    Path part = entry(sha256, arguments, ".part");
    ChildRun run = wasmOpt.run(arguments, module, part, limit);
    measured++;
    boolean done = run.end() == End.DONE && Files.exists(part);
    Sizes size = done ? Sizes.of(Files.readAllBytes(part)) : Sizes.NONE;
    if (done) {
      Files.move(part, output(sha256, arguments), StandardCopyOption.REPLACE_EXISTING);
    } else {
      Files.deleteIfExists(part);
    }
    PeerRun result =
        new PeerRun(
            sha256,
            wasmOpt.version(),
            String.join(" ", arguments),
            run.end() == End.DONE && !done ? End.FAILED : run.end(),
            done ? "" : run.lastWords(),
            run.seconds(),
            run.cpuSeconds(),
            run.peakBytes(),
            size);
    Files.write(part, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(result));
    Files.move(part, entry, StandardCopyOption.REPLACE_EXISTING);
    return result;
  }

  /** Where the result's bytes are if the run was a success. */
  Path output(String sha256, List<String> arguments) {
    return entry(sha256, arguments, ".wasm");
  }

  /** How many results were measured now. */
  int measured() {
    return measured;
  }

  /** How many results an earlier run had left. */
  int taken() {
    return taken;
  }

  private Path entry(String sha256, List<String> arguments, String suffix) {
    String key = wasmOpt.version() + "\n" + String.join(" ", arguments);
    String name = Hash.of(key.getBytes(StandardCharsets.UTF_8)).substring(0, 16);
    return folder.resolve(sha256).resolve(name + suffix);
  }
}
