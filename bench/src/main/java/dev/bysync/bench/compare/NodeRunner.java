package dev.bysync.bench.compare;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bysync.bench.compare.ChildRun.End;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Runs workloads in Node: {@code node SCRIPT MODULE REPETITIONS}, whose last line is a JSON object
 * with {@code cpumin} (or {@code cpu}, or {@code ms}), milliseconds of a repetition, and optionally
 * {@code checksum}, which must be the same whichever form of the module runs.
 *
 * @param node the command for Node and its own options
 * @param repetitions passed to the script
 * @param rounds how often each form has its turn; they take turns, so that a slow spell of the
 *     machine meets all of them
 * @param limit a run that takes longer is ended
 */
record NodeRunner(List<String> node, int repetitions, int rounds, Duration limit) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> TIMES = List.of("cpumin", "cpu", "ms");

  /** A time in milliseconds with the program's checksum, or why there is none. */
  private record Outcome(double milliseconds, String checksum, String failure) {}

  /** Times a workload with each form of a module that there is. */
  NodeTime run(String name, Path script, Map<Form, Path> modules)
      throws IOException, InterruptedException {
    Map<Form, Double> best = new EnumMap<>(Form.class);
    Map<Form, String> failures = new EnumMap<>(Form.class);
    String checksum = null;
    for (int round = 0; round < rounds; round++) {
      for (Map.Entry<Form, Path> module : modules.entrySet()) {
        Form form = module.getKey();
        if (failures.containsKey(form)) {
          continue;
        }
        Outcome outcome = start(script, module.getValue());
        checksum = checksum == null && outcome.failure.isEmpty() ? outcome.checksum : checksum;
        if (!outcome.failure.isEmpty()) {
          failures.put(form, outcome.failure);
        } else if (!outcome.checksum.equals(checksum)) {
          failures.put(form, "checksum " + outcome.checksum + " instead of " + checksum);
        } else {
          best.merge(form, outcome.milliseconds, Math::min);
        }
      }
    }
    best.keySet().removeAll(failures.keySet());
    return new NodeTime(name, best, failures);
  }

  private Outcome start(Path script, Path module) throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(node);
    line.add(script.toString());
    line.add(module.toAbsolutePath().toString());
    line.add(Integer.toString(repetitions));
    ChildRun run = ChildRun.of(line, limit);
    JsonNode result = run.end() == End.DONE ? parse(run.lastLine()) : null;
    if (result != null) {
      for (String field : TIMES) {
        if (result.path(field).isNumber()) {
          return new Outcome(result.path(field).asDouble(), result.path("checksum").asText(), "");
        }
      }
    }
    return new Outcome(Double.NaN, "", run.end() + " " + run.lastWords());
  }

  private static @Nullable JsonNode parse(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      return null;
    }
  }

  /** Whether the command for Node can be started. */
  boolean isAvailable() throws InterruptedException {
    try {
      List<String> line = new ArrayList<>(node);
      line.add("--version");
      return ChildRun.of(line, Duration.ofMinutes(1)).end() == End.DONE;
    } catch (IOException e) {
      return false;
    }
  }
}
