package dev.bysync.job;

import dev.bysync.analysis.OptionException;
import dev.bysync.asyncify.AsyncifyOptions;
import dev.bysync.asyncify.AsyncifyOptions.FrameMemory;
import dev.bysync.job.config.Setting;
import dev.bysync.job.config.Settings;
import dev.bysync.strategy.Dispatch;
import dev.bysync.strategy.ExternalLimits;
import dev.bysync.strategy.Strategy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What transforms the modules, out of the settings: one strategy, or several, a line each. */
public final class StrategySettings {
  private StrategySettings() {}

  /**
   * The strategies, each once, in their order.
   *
   * @param problems where it is told what is wrong; {@code dispatch} is given for it
   */
  public static List<Strategy> strategies(Settings settings, List<String> problems) {
    ExternalLimits limits = ExternalLimits.defaults();
    try {
      limits =
          new ExternalLimits(
              clamp(settings.number(Setting.EXTERNAL_SECONDS)),
              clamp(settings.number(Setting.EXTERNAL_MEMORY)),
              clamp(settings.number(Setting.EXTERNAL_OUTPUT)));
    } catch (OptionException e) {
      problems.add(String.valueOf(e.getMessage()));
    }
    Map<String, Strategy> strategies = new LinkedHashMap<>();
    for (String line : settings.text(Setting.STRATEGY).lines().toList()) {
      if (!line.isBlank()) {
        try {
          Strategy strategy = Strategy.parse(line, limits);
          strategies.putIfAbsent(strategy.name(), strategy);
        } catch (OptionException e) {
          problems.add(e.getMessage() + " (--strategy)");
        }
      }
    }
    if (strategies.isEmpty()) {
      strategies.put("dispatch", Strategy.parse("dispatch", limits));
    }
    return new ArrayList<>(strategies.values());
  }

  /** Tells of options that would do nothing: only our own transform follows them. */
  public static void checkOptions(
      List<Strategy> strategies, AsyncifyOptions asyncify, List<String> problems) {
    boolean ours = strategies.stream().anyMatch(Dispatch.class::isInstance);
    if (!ours && !asyncify.withMemory(FrameMemory.defaults()).equals(AsyncifyOptions.defaults())) {
      problems.add(
          "options of the transform do nothing where only external commands transform: write them"
              + " into the command (--memory aside, which the verification follows)");
    }
  }

  private static int clamp(long value) {
    return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, value));
  }
}
