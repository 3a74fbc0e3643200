package dev.bysync.report.run;

import dev.bysync.job.sink.Words;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * A run with its modules.
 *
 * @param id its name
 * @param place root of the store that it is in
 * @param facts what is known of it beside its modules, by label: state, times, engine, options
 * @param strategies by name: the profile, identity of engine version, strategy and options
 * @param modules each once by each strategy, in the order of their names
 */
public record Run(
    String id,
    String place,
    Map<String, String> facts,
    Map<String, String> strategies,
    List<RunModule> modules) {
  /** Whether modules were transformed in several ways. */
  public boolean compares() {
    return strategies.size() > 1;
  }

  /** One of its settings by the setting's name; empty if it is not known. */
  public String setting(String name) {
    return facts.getOrDefault("Setting " + name, "");
  }

  /** The transform's options as words of a command line; none if they are not known. */
  public List<String> arguments() {
    try {
      return Words.read(setting("arguments"));
    } catch (IOException e) {
      return List.of(); // a manifest of ours has a list or nothing
    }
  }

  /** What one strategy made of it, as a run. */
  public Run only(String strategy) {
    return new Run(
        id, place, facts, Map.of(strategy, strategies.getOrDefault(strategy, "")), by(strategy));
  }

  /** The modules that one strategy transformed. */
  public List<RunModule> by(String strategy) {
    return modules.stream().filter(module -> module.row().strategy().equals(strategy)).toList();
  }
}
