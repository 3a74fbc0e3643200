package dev.bysync.job;

import dev.bysync.job.Reading.From;
import dev.bysync.job.Reading.Until;
import dev.bysync.job.config.Setting;
import dev.bysync.job.config.Settings;
import dev.bysync.job.sink.TableWriter;
import dev.bysync.job.transform.Budgets;
import dev.bysync.job.transform.Budgets.Isolation;
import dev.bysync.job.transform.PayloadRules;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/** How a run reads, isolates and tells, out of the settings. */
public final class ReadingSettings {
  private ReadingSettings() {}

  /**
   * Which events are read.
   *
   * @param problems where it is told what is wrong; a default is given for it
   */
  public static Reading reading(Settings settings, List<String> problems) {
    From from = choice(settings, Setting.FROM, From.values(), problems);
    boolean force = settings.flag(Setting.FORCE);
    Until until = settings.flag(Setting.CONTINUOUS) ? Until.STOPPED : Until.AVAILABLE_NOW;
    return new Reading(
        until,
        force ? From.EARLIEST : from,
        force ? TableWriter.Mode.FORCE : TableWriter.Mode.NEW_ONLY,
        clamp(settings.number(Setting.POLL_SECONDS)));
  }

  /**
   * What a module may use.
   *
   * @param problems where it is told what is wrong; a default is given for it
   */
  public static Budgets budgets(Settings settings, List<String> problems) {
    return new Budgets(
        choice(settings, Setting.ISOLATION, Isolation.values(), problems),
        clamp(settings.number(Setting.MODULE_SECONDS)),
        settings.number(Setting.FORK_ABOVE),
        clamp(settings.number(Setting.FORK_MEMORY)));
  }

  /** Where modules that are not in their events are read from; a path without a scheme is local. */
  public static PayloadRules payloads(Settings settings) {
    List<String> roots =
        Stream.of(settings.text(Setting.PAYLOAD_ROOTS).split(",", -1))
            .map(String::strip)
            .filter(root -> !root.isEmpty())
            .map(root -> root.startsWith("/") ? Path.of(root).toUri().toString() : root)
            .toList();
    return new PayloadRules(roots, clamp(settings.number(Setting.PAYLOAD_SECONDS)));
  }

  public static Telemetry telemetry(Settings settings) {
    return new Telemetry(settings.text(Setting.METRICS), settings.text(Setting.JSON_LOG));
  }

  /** The name that was given, or one that no other run has: the time and four digits. */
  public static String runId(String given, Clock clock) {
    return given.isEmpty()
        ? "%s-%04x"
            .formatted(
                DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss")
                    .withZone(ZoneOffset.UTC)
                    .format(clock.instant()),
                ThreadLocalRandom.current().nextInt(1 << 16))
        : given;
  }

  /**
   * A number from 0 to 100.
   *
   * @param problems where it is told that it is none; the nearest one is given then
   */
  public static int percent(Settings settings, Setting setting, List<String> problems) {
    long value = settings.number(setting);
    if (value < 0 || value > 100) {
      problems.add("%s must be 0 to 100, not %d (--%1$s)".formatted(setting.key(), value));
    }
    return (int) Math.max(0, Math.min(100, value));
  }

  /** A number as an int, or the nearest one: the check that follows tells what is wrong. */
  public static int clamp(long value) {
    return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, value));
  }

  private static <E extends Enum<E>> E choice(
      Settings settings, Setting setting, E[] choices, List<String> problems) {
    String text = settings.text(setting).strip().toUpperCase(Locale.ROOT);
    for (E choice : choices) {
      if (choice.name().equals(text)) {
        return choice;
      }
    }
    problems.add(
        "--%s must be %s, not '%s'"
            .formatted(
                setting.key(),
                String.join(
                    " or ",
                    List.of(choices).stream()
                        .map(choice -> choice.name().toLowerCase(Locale.ROOT))
                        .toList()),
                settings.text(setting)));
    return choices[0];
  }
}
