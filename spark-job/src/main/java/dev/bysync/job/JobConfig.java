package dev.bysync.job;

import dev.bysync.engine.ProcessOptions;
import dev.bysync.job.transform.Budgets;
import dev.bysync.job.transform.PayloadRules;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What one run reads, does and writes. Made by {@link #builder()}.
 *
 * @param bootstrap Kafka's brokers, {@code host:port[,host:port...]}
 * @param kafka further properties of Kafka clients, security among them; never printed
 * @param topic the topic of submitted modules; undecodable records go to {@code TOPIC.dead-letters}
 * @param out root of the store: a {@code file:}, {@code s3a:} or other Hadoop URI without a query
 * @param runId name of the run: letters, digits, dot, dash and underscore, at most 100
 * @param process how modules are processed
 * @param reading which of the topic's events are read, until when, and what is done with modules
 *     that the table has
 * @param slots modules that are processed at the same time, at least 1, or 0 (the default) for as
 *     many as Spark has cores; decides how work is cut into tasks, not what Spark runs
 * @param batchEvents events in one batch, 1 to 100,000, default 1000: what a killed run does again,
 *     and what the driver holds at a time
 * @param maxModuleBytes the largest module that is processed, bytes, 1 to 2 GiB - 64 KiB, default
 *     256 MiB: an executor needs several times this for each slot; larger ones are REJECTED
 * @param payloads where modules that are not in their events are read from
 * @param budgets what one module may use beside its fuel, and where it is processed
 * @param notes folder on this machine where attempts are noted if the driver does the work; empty
 *     for none
 * @param telemetry what the run tells while it is under way
 * @param revision what the operator wants to find in the run's manifest as its revision
 */
public record JobConfig(
    String bootstrap,
    Map<String, String> kafka,
    String topic,
    URI out,
    String runId,
    ProcessOptions process,
    Reading reading,
    int slots,
    int batchEvents,
    long maxModuleBytes,
    PayloadRules payloads,
    Budgets budgets,
    String notes,
    Telemetry telemetry,
    String revision) {
  /** All that is wrong with a configuration. */
  public static final class InvalidConfigException extends IllegalArgumentException {
    private final transient List<String> problems;

    InvalidConfigException(List<String> problems) {
      super(String.join("; ", problems));
      this.problems = List.copyOf(problems);
    }

    /** One sentence for each problem. */
    public List<String> problems() {
      return problems;
    }
  }

  private static final Pattern RUN_ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
  private static final Pattern TOPIC = Pattern.compile("[A-Za-z0-9._-]{1,230}");
  private static final long LARGEST_MODULE = (2L << 30) - (64 << 10);

  /**
   * Checks everything.
   *
   * @throws InvalidConfigException with all problems at once
   */
  public JobConfig {
    kafka = Map.copyOf(kafka);
    List<String> problems = new ArrayList<>();
    check(problems, !bootstrap.isBlank(), "no Kafka brokers: give host:port (--kafka)");
    check(
        problems,
        TOPIC.matcher(topic).matches(),
        "'%s' is no topic's name: letters, digits, '.', '_' and '-' (--topic)".formatted(topic));
    check(
        problems,
        out.getRawUserInfo() == null,
        "no user and password in an address: they would end up in logs; use Hadoop's credential"
            + " providers or the environment (--out)");
    check(
        problems,
        out.getRawUserInfo() != null
            || (out.isAbsolute() && !out.isOpaque() && out.getQuery() == null),
        "'%s' is no store: give a URI such as file:///path or s3a://bucket/path (--out)"
            .formatted(out));
    check(
        problems,
        RUN_ID.matcher(runId).matches(),
        "'%s' is no run id: letters, digits, '.', '_' and '-', at most 100 (--run-id)"
            .formatted(runId));
    check(problems, slots >= 0, "slots must be 0 or more, not %d (--slots)".formatted(slots));
    check(
        problems,
        batchEvents >= 1 && batchEvents <= 100_000,
        "batch events must be 1 to 100000, not %d (--batch-events)".formatted(batchEvents));
    check(
        problems,
        maxModuleBytes >= 1 && maxModuleBytes <= LARGEST_MODULE,
        "the largest module must be 1 to %d bytes, not %d (--max-module-bytes)"
            .formatted(LARGEST_MODULE, maxModuleBytes));
    problems.addAll(reading.problems());
    problems.addAll(payloads.problems());
    problems.addAll(budgets.problems());
    problems.addAll(telemetry.problems());
    if (!problems.isEmpty()) {
      throw new InvalidConfigException(problems);
    }
  }

  public static Builder builder() {
    return new Builder();
  }

  /** The topic of records that are no events. */
  public String deadLetterTopic() {
    return topic + ".dead-letters";
  }

  /** Without the values of Kafka's properties: there may be passwords among them. */
  @Override
  public String toString() {
    return "JobConfig[bootstrap=%s, kafka=%s, topic=%s, out=%s, runId=%s, process=%s, reading=%s, slots=%d, batchEvents=%d, maxModuleBytes=%d, payloads=%s, budgets=%s, notes=%s, telemetry=%s, revision=%s]"
        .formatted(
            bootstrap,
            kafka.keySet(),
            topic,
            out,
            runId,
            process,
            reading,
            slots,
            batchEvents,
            maxModuleBytes,
            payloads,
            budgets,
            notes,
            telemetry,
            revision);
  }

  private static void check(List<String> problems, boolean good, String problem) {
    if (!good) {
      problems.add(problem);
    }
  }

  /** Collects settings; brokers, store and run id have no default. */
  public static final class Builder {
    private static final URI NONE = URI.create("");

    private String bootstrap = "";
    private final Map<String, String> kafka = new HashMap<>();
    private String topic = "bysync.modules";
    private URI out = NONE;
    private String runId = "";
    private ProcessOptions process = ProcessOptions.defaults();
    private Reading reading = Reading.defaults();
    private int slots;
    private int batchEvents = 1000;
    private long maxModuleBytes = 256L << 20;
    private PayloadRules payloads = PayloadRules.defaults();
    private Budgets budgets = Budgets.defaults();
    private String notes = "";
    private Telemetry telemetry = Telemetry.none();
    private String revision = "";

    private Builder() {}

    public Builder bootstrap(String value) {
      bootstrap = value;
      return this;
    }

    /** Adds properties of Kafka clients. */
    public Builder kafka(Map<String, String> values) {
      kafka.putAll(values);
      return this;
    }

    public Builder topic(String value) {
      topic = value;
      return this;
    }

    public Builder out(URI value) {
      out = value;
      return this;
    }

    public Builder runId(String value) {
      runId = value;
      return this;
    }

    public Builder process(ProcessOptions value) {
      process = value;
      return this;
    }

    public Builder reading(Reading value) {
      reading = value;
      return this;
    }

    public Builder payloads(PayloadRules value) {
      payloads = value;
      return this;
    }

    public Builder budgets(Budgets value) {
      budgets = value;
      return this;
    }

    /** The folder for notes of attempts; empty for none. */
    public Builder notes(String value) {
      notes = value;
      return this;
    }

    public Builder telemetry(Telemetry value) {
      telemetry = value;
      return this;
    }

    public Builder revision(String value) {
      revision = value;
      return this;
    }

    public Builder slots(int value) {
      slots = value;
      return this;
    }

    public Builder batchEvents(int value) {
      batchEvents = value;
      return this;
    }

    public Builder maxModuleBytes(long value) {
      maxModuleBytes = value;
      return this;
    }

    /**
     * The configuration.
     *
     * @throws InvalidConfigException with all problems at once
     */
    public JobConfig build() {
      return new JobConfig(
          bootstrap,
          kafka,
          topic,
          out,
          runId,
          process,
          reading,
          slots,
          batchEvents,
          maxModuleBytes,
          payloads,
          budgets,
          notes,
          telemetry,
          revision);
    }
  }
}
