package dev.bysync.bench.compare;

import dev.bysync.bench.compare.ChildRun.End;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures bysync: the command as whole processes, then the transform in this JVM.
 *
 * @param command the command and its arguments up to the module
 * @param warm the transform in this JVM
 * @param folder where results go
 * @param repetitions cold runs and warm measurements of each module
 * @param limit a cold run that takes longer is ended
 */
record Ours(
    List<String> command, WarmTransform warm, Path folder, int repetitions, Duration limit) {

  OurRun run(String sha256, Path module) throws IOException, InterruptedException {
    List<Double> seconds = new ArrayList<>();
    List<Double> cpuSeconds = new ArrayList<>();
    List<Double> peaks = new ArrayList<>();
    for (int i = 0; i < repetitions; i++) {
      ChildRun run = cold(module, output(sha256));
      if (run.end() != End.DONE) {
        return OurRun.failed(run.end(), run.lastWords());
      }
      seconds.add(run.seconds());
      cpuSeconds.add(run.cpuSeconds());
      peaks.add((double) run.peakBytes());
    }
    WarmTransform.Time time = warm.measure(Files.readAllBytes(module), repetitions);
    return new OurRun(
        End.DONE,
        "",
        Statistics.median(seconds),
        Statistics.median(cpuSeconds),
        Statistics.median(peaks),
        time.seconds(),
        time.cpuSeconds(),
        Sizes.of(Files.readAllBytes(output(sha256))));
  }

  /** Runs the command once. */
  ChildRun cold(Path module, Path output) throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(command);
    line.add(module.toString());
    line.add("-o");
    line.add(output.toString());
    return ChildRun.of(line, limit);
  }

  /** Where the result's bytes are if the run was a success. */
  Path output(String sha256) {
    return folder.resolve(sha256 + ".wasm");
  }
}
