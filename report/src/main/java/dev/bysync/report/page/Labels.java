package dev.bysync.report.page;

import dev.bysync.report.compare.Comparison;
import dev.bysync.report.run.Run;
import dev.bysync.report.run.RunModule;
import dev.bysync.strategy.Strategy;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Short names for the page: modules without the folder that they are in, if all that are in any are
 * in it; commands without the folders of their words.
 *
 * @param folder what is left out of the modules' names, with a slash at its end; or empty
 * @param strategies by their names
 */
record Labels(String folder, Map<String, String> strategies) {
  static Labels of(Report report) {
    Comparison comparison = report.comparison();
    Stream<Run> runs =
        comparison == null
            ? Stream.of(report.run())
            : Stream.of(report.run(), comparison.baseline());
    Set<String> names =
        runs.flatMap(run -> run.modules().stream())
            .map(RunModule::name)
            .filter(name -> name.contains("/"))
            .collect(Collectors.toSet());
    return new Labels(folder(names), strategies(report.run().strategies().keySet()));
  }

  String of(RunModule module) {
    String name = module.name();
    return name.startsWith(folder) ? name.substring(folder.length()) : name;
  }

  String strategy(String name) {
    return strategies.getOrDefault(name, name);
  }

  private static String folder(Collection<String> names) {
    if (names.size() < 2) {
      return "";
    }
    String common = names.iterator().next();
    for (String name : names) {
      int same = 0;
      int most = Math.min(common.length(), name.length());
      while (same < most && common.charAt(same) == name.charAt(same)) {
        same++;
      }
      common = common.substring(0, same);
    }
    return common.substring(0, common.lastIndexOf('/') + 1);
  }

  private static Map<String, String> strategies(Set<String> names) {
    Map<String, String> labels = new LinkedHashMap<>();
    for (String name : names) {
      labels.put(name, name.startsWith(Strategy.EXTERNAL) ? command(name) : name);
    }
    boolean distinct = new HashSet<>(labels.values()).size() == labels.size();
    return distinct ? labels : names.stream().collect(Collectors.toMap(n -> n, n -> n));
  }

  private static String command(String name) {
    return Arrays.stream(name.substring(Strategy.EXTERNAL.length()).split(" "))
        .map(word -> word.startsWith("/") ? word.substring(word.lastIndexOf('/') + 1) : word)
        .collect(Collectors.joining(" "));
  }
}
