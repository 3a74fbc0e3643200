package dev.bysync.job.config;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Resolved settings. Precedence: command line ({@code --name value} or {@code --name=value}, or the
 * name alone of what is true or false), environment ({@code BYSYNC_NAME}), the properties file
 * named by {@code --config} or {@code BYSYNC_CONFIG}, default. What can't be understood is
 * collected, so that all of it is reported at once.
 */
public final class Settings {
  private static final String CONFIG = "config";

  /** User and password of an address. */
  private static final Pattern PASSWORD = Pattern.compile("//[^/?#\\s]*:[^/?#\\s]*@");

  private final Map<Setting, String> values = new EnumMap<>(Setting.class);
  private final Map<Setting, String> origins = new EnumMap<>(Setting.class);
  private final List<String> problems = new ArrayList<>();

  private Settings() {}

  /** Resolves all settings. */
  public static Settings resolve(String[] arguments, Map<String, String> environment) {
    Settings settings = new Settings();
    Map<String, String> line = settings.parse(arguments);
    String file = line.getOrDefault(CONFIG, environment.getOrDefault("BYSYNC_CONFIG", ""));
    Map<String, String> fromFile = file.isEmpty() ? Map.of() : settings.load(file);
    for (Setting setting : Setting.values()) {
      String value = line.get(setting.key());
      String origin = "command line";
      if (value == null) {
        value = environment.get(setting.variable());
        origin = "environment " + setting.variable();
      }
      if (value == null) {
        value = fromFile.get(setting.key());
        origin = "file " + file;
      }
      if (value != null && PASSWORD.matcher(value).find()) {
        settings.problems.add(
            "--%s has a password in it, which would be stored and shown: give credentials by the environment or a file of the client"
                .formatted(setting.key()));
        value = PASSWORD.matcher(value).replaceAll("//");
      }
      settings.values.put(setting, value == null ? setting.defaultValue() : value);
      settings.origins.put(setting, value == null ? "default" : origin);
    }
    line.keySet().stream()
        .filter(key -> !key.equals(CONFIG) && !isKnown(key))
        .sorted()
        .forEach(key -> settings.problems.add("unknown option --" + key));
    fromFile.keySet().stream()
        .filter(key -> !isKnown(key))
        .sorted()
        .forEach(key -> settings.problems.add("unknown setting %s in %s".formatted(key, file)));
    return settings;
  }

  /** One line for each option. */
  public static String help() {
    return Arrays.stream(Setting.values())
        .map(Setting::help)
        .collect(
            Collectors.joining(
                "\n",
                "",
                "\n  --%-18s %s".formatted(CONFIG, "properties file with any of these settings")));
  }

  public String text(Setting setting) {
    return Objects.requireNonNull(values.get(setting));
  }

  /** Where a setting comes from: the command line, a variable, a file, or the default. */
  public String origin(Setting setting) {
    return Objects.requireNonNull(origins.get(setting));
  }

  /** A whole number; another text is a problem and gives 0. */
  public long number(Setting setting) {
    try {
      return Long.parseLong(text(setting).strip());
    } catch (NumberFormatException e) {
      problems.add("--%s must be a whole number, not '%s'".formatted(setting.key(), text(setting)));
      return 0;
    }
  }

  /** A flag; another text than true or false is a problem and gives false. */
  public boolean flag(Setting setting) {
    String text = text(setting).strip().toLowerCase(Locale.ROOT);
    if (!text.equals("true") && !text.equals("false")) {
      problems.add("--%s must be true or false, not '%s'".formatted(setting.key(), text));
    }
    return text.equals("true");
  }

  /** The properties in the file that a setting names; none if it names none. */
  public Map<String, String> properties(Setting setting) {
    return text(setting).isEmpty() ? Map.of() : load(text(setting));
  }

  /** What could not be understood so far, one sentence each. */
  public List<String> problems() {
    return Collections.unmodifiableList(problems);
  }

  private Map<String, String> parse(String[] arguments) {
    Map<String, String> line = new HashMap<>();
    int i = 0;
    while (i < arguments.length) {
      String argument = arguments[i++];
      int equals = argument.indexOf('=');
      if (!argument.startsWith("--")) {
        problems.add("unexpected argument '%s'".formatted(argument));
      } else if (equals > 0) {
        line.put(argument.substring(2, equals), argument.substring(equals + 1));
      } else if (isFlag(argument.substring(2))
          && (i == arguments.length || arguments[i].startsWith("--"))) {
        line.put(argument.substring(2), "true");
      } else if (i < arguments.length) {
        line.put(argument.substring(2), arguments[i++]);
      } else {
        problems.add(argument + " needs a value");
      }
    }
    return line;
  }

  private Map<String, String> load(String file) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(Path.of(file))) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      problems.add("can't read %s: %s".formatted(file, e));
      return Map.of();
    }
    return properties.stringPropertyNames().stream()
        .collect(Collectors.toMap(name -> name, properties::getProperty));
  }

  private static boolean isFlag(String key) {
    return Arrays.stream(Setting.values())
        .anyMatch(setting -> setting.isFlag() && setting.key().equals(key));
  }

  private static boolean isKnown(String key) {
    return Arrays.stream(Setting.values()).anyMatch(setting -> setting.key().equals(key));
  }
}
