package dev.bysync.cli.run;

import dev.bysync.cli.outcome.CliFailure;
import dev.bysync.cli.outcome.ExitCode;
import dev.bysync.ingest.source.SourceText;
import dev.bysync.job.config.Setting;
import dev.bysync.job.config.Settings;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;

/** Prints settings with where they come from, and without secrets. */
public final class ConfigFlow {
  private static final String HIDDEN = "(hidden)";

  /** What the store's and the registries' clients take from the environment; never shown. */
  private static final List<String> CREDENTIALS =
      List.of(
          "AWS_ACCESS_KEY_ID",
          "AWS_SECRET_ACCESS_KEY",
          "AWS_SESSION_TOKEN",
          "AWS_PROFILE",
          "AWS_ROLE_ARN",
          "AWS_WEB_IDENTITY_TOKEN_FILE",
          "HADOOP_CONF_DIR",
          "HADOOP_CREDSTORE_PASSWORD",
          "DOCKER_CONFIG",
          "NPM_CONFIG_USERCONFIG",
          "HTTP_PROXY",
          "HTTPS_PROXY",
          "NO_PROXY");

  private record Line(String name, String value, String from) {}

  private ConfigFlow() {}

  /**
   * Resolves as a run does and prints.
   *
   * @param arguments {@code --name}, {@code value}
   * @throws CliFailure naming all that can't be understood
   */
  public static ExitCode print(
      List<String> arguments, Map<String, String> environment, PrintStream out) {
    Settings settings = Settings.resolve(arguments.toArray(new String[0]), environment);
    List<Line> lines = new ArrayList<>();
    for (Setting setting : Setting.values()) {
      String value = SourceText.show(settings.text(setting));
      lines.add(new Line(setting.key(), value, settings.origin(setting)));
      if (setting == Setting.KAFKA_PROPERTIES) {
        new TreeMap<>(settings.properties(setting))
            .forEach(
                (name, text) -> lines.add(new Line("  " + name, property(name, text), "its file")));
      }
    }
    for (String name : CREDENTIALS) {
      if (environment.containsKey(name)) {
        lines.add(new Line(name, HIDDEN, "environment"));
      }
    }
    int names = lines.stream().mapToInt(line -> line.name().length()).max().orElse(0);
    for (Line line : lines) {
      out.println(
          String.format(
              Locale.ROOT,
              "%-" + names + "s  %s  [%s]",
              line.name(),
              line.value().isEmpty() ? "-" : Printable.of(line.value()),
              line.from()));
    }
    if (!settings.problems().isEmpty()) {
      throw CliFailure.usage(String.join("\n", settings.problems()));
    }
    return ExitCode.DONE;
  }

  /** Only what a client of Kafka knows and doesn't call a password is shown. */
  private static String property(String name, String value) {
    boolean open = false;
    for (ConfigDef known :
        List.of(
            AdminClientConfig.configDef(),
            ConsumerConfig.configDef(),
            ProducerConfig.configDef())) {
      ConfigDef.ConfigKey key = known.configKeys().get(name);
      if (key != null) {
        open = key.type != ConfigDef.Type.PASSWORD;
        break;
      }
    }
    return open ? SourceText.show(value) : HIDDEN;
  }
}
