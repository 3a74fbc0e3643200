package dev.bysync.report.summary;

import dev.bysync.report.run.RunModule;
import dev.bysync.verify.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Modules that are not VERIFIED for the same reason: reasons that differ in numbers, hashes and
 * quoted names alone are the same.
 *
 * @param verdict their verdict
 * @param cause the reason with its particulars left out
 * @param modules at least one
 */
public record FailureGroup(Verdict verdict, String cause, List<RunModule> modules) {
  private static final Pattern QUOTED = Pattern.compile("'[^']*'|\"[^\"]*\"|`[^`]*`");
  private static final Pattern NUMBER =
      Pattern.compile("0x[0-9a-fA-F]+|[0-9a-f]{16,}|[0-9]+(?:[,._][0-9]+)*");

  /** The groups, worst verdict first, then by size. */
  public static List<FailureGroup> of(List<RunModule> modules) {
    record Key(Verdict verdict, String cause) {}
    Map<Key, List<RunModule>> groups = new LinkedHashMap<>();
    for (RunModule module : modules) {
      if (module.row().verdict() != Verdict.VERIFIED) {
        groups
            .computeIfAbsent(
                new Key(module.row().verdict(), cause(module.row().reason())),
                key -> new ArrayList<>())
            .add(module);
      }
    }
    return groups.entrySet().stream()
        .map(
            group ->
                new FailureGroup(
                    group.getKey().verdict(),
                    group.getKey().cause(),
                    List.copyOf(group.getValue())))
        .sorted(
            Comparator.comparing(FailureGroup::verdict, Comparator.comparingInt(FailureGroup::rank))
                .thenComparing(group -> -group.modules().size()))
        .toList();
  }

  static String cause(String reason) {
    String text = NUMBER.matcher(QUOTED.matcher(reason).replaceAll("'…'")).replaceAll("#");
    return text.isEmpty() ? "no reason given" : text;
  }

  private static int rank(Verdict verdict) {
    return switch (verdict) {
      case ERROR -> 0;
      case MISMATCH -> 1;
      case BUDGET -> 2;
      case REJECTED -> 3;
      case UNEXERCISED -> 4;
      case VERIFIED -> 5;
    };
  }
}
