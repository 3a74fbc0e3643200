package dev.bysync.cli.run;

import dev.bysync.cli.outcome.CliFailure;
import dev.bysync.job.config.Setting;
import dev.bysync.job.config.Settings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A broker and a topic, for commands that need nothing else.
 *
 * @param kafka settings of Kafka's clients, the brokers among them; never printed
 * @param topic topic of submitted modules
 */
record BrokerSettings(Map<String, Object> kafka, String topic) {
  /**
   * Resolves them as a run does.
   *
   * @throws CliFailure naming all problems at once
   */
  static BrokerSettings resolve(List<String> arguments, Map<String, String> environment) {
    Settings settings = Settings.resolve(arguments.toArray(new String[0]), environment);
    Map<String, Object> kafka = new HashMap<>(settings.properties(Setting.KAFKA_PROPERTIES));
    List<String> problems = new ArrayList<>(settings.problems());
    String brokers = settings.text(Setting.KAFKA);
    if (brokers.isEmpty()) {
      problems.add("no Kafka broker: give --kafka HOST:PORT, or set BYSYNC_KAFKA");
    }
    if (!problems.isEmpty()) {
      throw CliFailure.usage(String.join("\n", problems));
    }
    kafka.put("bootstrap.servers", brokers);
    return new BrokerSettings(Map.copyOf(kafka), settings.text(Setting.TOPIC));
  }

  /** Without the values: there may be passwords among them. */
  @Override
  public String toString() {
    return "BrokerSettings[kafka=%s, topic=%s]".formatted(kafka.keySet(), topic);
  }
}
