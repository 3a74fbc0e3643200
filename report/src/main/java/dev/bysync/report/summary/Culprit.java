package dev.bysync.report.summary;

import dev.bysync.engine.Responsible;
import dev.bysync.engine.Responsible.Kind;
import dev.bysync.report.run.RunModule;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An import, or a type of indirect calls, with all that is instrumented for it in all modules.
 *
 * @param kind what it is
 * @param name its name, see {@link Responsible}
 * @param modules how many modules it instruments functions of
 * @param functions instrumented functions whose shortest way to what suspends leads through it
 * @param bytes size of their bodies in the originals
 * @param alone instrumented functions that would not be if it did not suspend
 * @param aloneBytes size of their bodies in the originals
 */
public record Culprit(
    Kind kind, String name, int modules, long functions, long bytes, long alone, long aloneBytes) {

  /** Those of one kind, with the most code first. */
  public static List<Culprit> of(List<RunModule> modules, Kind kind) {
    Map<String, Culprit> culprits = new LinkedHashMap<>();
    for (RunModule module : modules) {
      for (Responsible one : module.responsible()) {
        if (one.kind() == kind) {
          culprits.merge(
              one.name(),
              new Culprit(
                  kind, one.name(), 1, one.functions(), one.bytes(), one.alone(), one.aloneBytes()),
              Culprit::plus);
        }
      }
    }
    return culprits.values().stream()
        .sorted(
            Comparator.comparingLong(Culprit::bytes)
                .thenComparingLong(Culprit::aloneBytes)
                .reversed()
                .thenComparing(Culprit::name))
        .toList();
  }

  private Culprit plus(Culprit other) {
    return new Culprit(
        kind,
        name,
        modules + other.modules,
        functions + other.functions,
        bytes + other.bytes,
        alone + other.alone,
        aloneBytes + other.aloneBytes);
  }
}
