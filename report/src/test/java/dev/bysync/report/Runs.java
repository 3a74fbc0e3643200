package dev.bysync.report;

import dev.bysync.job.sink.ModuleRow;
import dev.bysync.report.run.Run;
import dev.bysync.report.run.RunModule;
import dev.bysync.verify.SecondOpinion;
import dev.bysync.verify.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs made up for tests. */
public final class Runs {
  /** Nothing of a module may take effect where it is shown. */
  public static final String HOSTILE =
      "</script><script>alert(1)</script><img src=x onerror=alert(2)>${7*7}<#include \"x\">";

  private Runs() {}

  /** A run of one strategy. */
  public static Run of(String id, RunModule... modules) {
    return of(id, List.of(modules));
  }

  /** A run with the strategies that its modules name. */
  public static Run of(String id, List<RunModule> modules) {
    Map<String, String> strategies = new LinkedHashMap<>();
    for (RunModule module : modules) {
      strategies.put(module.row().strategy(), "0123456789abcdef");
    }
    return new Run(
        id,
        "file:///out",
        Map.of("Engine", "3", "State", "DONE"),
        strategies,
        List.copyOf(modules));
  }

  /** A verified module that grows from 1,000 to 1,400 bytes. */
  public static RunModule module(String name) {
    return module(name, Map.of());
  }

  /** A module with some figures of its own, by the names of {@link ModuleRow}'s components. */
  public static RunModule module(String name, Map<String, Object> figures) {
    Map<String, Object> values = new HashMap<>();
    values.put(
        "sha256",
        HexFormat.of()
            .formatHex(Arrays.copyOf(name.getBytes(java.nio.charset.StandardCharsets.UTF_8), 32)));
    values.put("profile", "0123456789abcdef");
    values.put("strategy", "dispatch");
    values.put("verdict", Verdict.VERIFIED);
    values.put("secondOpinion", SecondOpinion.Finding.NOT_ASKED);
    values.put("originalBytes", 1000L);
    values.put("transformedBytes", 1400L);
    values.put("originalGzipBytes", 500L);
    values.put("transformedGzipBytes", 600L);
    values.put("functions", 20);
    values.put("instrumentedFunctions", 5);
    values.put("sites", 40);
    values.put("reachableSites", 38);
    values.put("sitesSuspended", 10);
    values.put("sitesByHost", 4);
    values.put("sitesForced", 3);
    values.put("sitesByFrames", 2);
    values.put("sitesByBranches", 1);
    values.put("suspensions", 30L);
    values.put("fuelOriginal", 10_000L);
    values.put("fuelTransformed", 11_000L);
    values.put("transformNanos", 2_000_000L);
    values.put("verifyNanos", 80_000_000L);
    values.putAll(figures);
    try {
      return RunModule.of(List.of(name), false, row(values));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ModuleRow row(Map<String, Object> values) {
    RecordComponent[] components = ModuleRow.class.getRecordComponents();
    List<Object> arguments = new ArrayList<>();
    for (RecordComponent component : components) {
      Object none =
          component.getType() == int.class
              ? (Object) 0
              : component.getType() == long.class ? (Object) 0L : "";
      arguments.add(values.getOrDefault(component.getName(), none));
    }
    try {
      return ModuleRow.class
          .getDeclaredConstructor(
              Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new))
          .newInstance(arguments.toArray());
    } catch (NoSuchMethodException
        | InstantiationException
        | IllegalAccessException
        | InvocationTargetException e) {
      throw new IllegalStateException("a record has a canonical constructor", e);
    }
  }
}
