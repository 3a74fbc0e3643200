package dev.bysync.job.config;

import java.util.Locale;

/** What can be set. On the command line as {@code --name}, in a file as {@code name}. */
public enum Setting {
  KAFKA("kafka", "", "Kafka's brokers, host:port[,host:port...]"),
  KAFKA_PROPERTIES("kafka-properties", "", "file of further Kafka properties, such as security"),
  TOPIC("topic", "bysync.modules", "topic of submitted modules"),
  OUT("out", "", "root of the store: file:///path, s3a://bucket/path or another Hadoop URI"),
  RUN_ID("run-id", "", "name of the run; default: the time it starts, and four digits"),
  REVISION("revision", "", "revision of what runs, kept in the run's manifest"),
  NPM_REGISTRY("npm-registry", "", "where npm packages are found; default: npm's configuration"),
  MAVEN_REPOSITORY(
      "maven-repository", "", "where Maven artifacts are found; default: Maven's settings"),
  INTERNAL_REDIRECTS(
      "internal-redirects", "false", "servers may lead the ingest to addresses of its network"),
  CONTINUOUS("continuous", "false", "wait for further events until stopped by SIGTERM"),
  POLL_SECONDS("poll-seconds", "10", "how often a continuous run looks for events"),
  FROM("from", "committed", "where to start on the topic: committed, or earliest"),
  FORCE("force", "false", "process all modules again, also those in the table"),
  SLOTS("slots", "0", "modules processed at the same time; 0: as many as Spark has cores"),
  BATCH_EVENTS("batch-events", "1000", "events in one batch"),
  MAX_MODULE_BYTES("max-module-bytes", "268435456", "largest module that is processed"),
  PAYLOAD_ROOTS(
      "payload-roots",
      "",
      "folders that modules beside the topic are read from, URI,...; default: OUT/modules"),
  PAYLOAD_SECONDS("payload-seconds", "300", "wall time of reading one of them"),
  ISOLATION("isolation", "outliers", "what gets a JVM of its own: outliers, or all"),
  MODULE_SECONDS("module-seconds", "600", "wall time of one module"),
  FORK_ABOVE("fork-above", "33554432", "modules of more bytes are outliers"),
  FORK_MEMORY("fork-memory", "0", "heap of a JVM of its own, MiB; 0: an equal share of the heap"),
  METRICS("metrics", "", "address where Prometheus finds figures, HOST:PORT or :PORT"),
  JSON_LOG("json-log", "", "file for one JSON line for each event and module, - for stdout"),
  SEED("seed", "1", "seed of all that the verification draws"),
  FUEL("fuel", "20000000", "instructions that one run of one module may execute"),
  MIN_SITES("min-sites", "90", "percent of the reachable sites that VERIFIED asks for"),
  SECOND_OPINIONS("second-opinions", "1", "percent of modules that another interpreter runs, too"),

  STRATEGY("strategy", "dispatch", "what transforms: dispatch, or external:COMMAND"),
  EXTERNAL_SECONDS("external-seconds", "600", "wall time of one run of an external command"),
  EXTERNAL_MEMORY("external-memory", "4096", "its memory, MiB"),
  EXTERNAL_OUTPUT("external-output", "1024", "what it may write, MiB"),

  // options of the transform, by the names of its command; flags are true or false
  IMPORTS("imports", "", "imports that may suspend, module.name,... or @FILE; default: all"),
  IGNORE_IMPORTS("ignore-imports", "false", "no import suspends"),
  INDIRECT("indirect", "", "what indirect calls may reach: default, declared or never"),
  IGNORE_INDIRECT("ignore-indirect", "false", "the same as indirect=never"),
  REMOVE_LIST("remove-list", "", "functions that are not instrumented, NAME,... or @FILE"),
  ADD_LIST("add-list", "", "functions that are instrumented, NAME,... or @FILE"),
  PROPAGATE_ADD_LIST("propagate-add-list", "false", "and their callers"),
  ONLY_LIST("only-list", "", "the only functions that are instrumented, NAME,... or @FILE"),
  ASSERTS("asserts", "false", "outputs trap where they suspend in a call that was said not to"),
  MEMORY("memory", "", "the export that names the memory for frames"),
  IN_SECONDARY_MEMORY("in-secondary-memory", "false", "frames go to a memory of their own"),
  SECONDARY_MEMORY_SIZE("secondary-memory-size", "", "its size in pages of 64 KiB; default: 1"),
  IMPORT_GLOBALS("import-globals", "false", "import __asyncify_state and __asyncify_data"),
  EXPORT_GLOBALS("export-globals", "false", "export __asyncify_state and __asyncify_data"),
  IGNORE_UNWIND_FROM_CATCH(
      "ignore-unwind-from-catch", "false", "calls inside a legacy catch never suspend"),
  SPLIT_ABOVE("split-above", "", "bodies of more values than this are written twice"),
  FEATURE_LEVEL("feature-level", "", "version of the specification that added code keeps to"),
  NO_RECORD("no-record", "false", "outputs don't say what they were made with"),
  STRICT("strict", "false", "an entry of a list that matches in no module of the run is an error");

  private final String key;
  private final String defaultValue;
  private final String description;

  Setting(String key, String defaultValue, String description) {
    this.key = key;
    this.defaultValue = defaultValue;
    this.description = description;
  }

  public String key() {
    return key;
  }

  /** Whether it is true or false, so that its name alone may stand for true. */
  boolean isFlag() {
    return defaultValue.equals("false");
  }

  String defaultValue() {
    return defaultValue;
  }

  /** Name in the environment, such as BYSYNC_RUN_ID. */
  String variable() {
    return "BYSYNC_" + key.replace('-', '_').toUpperCase(Locale.ROOT);
  }

  String help() {
    String suffix = defaultValue.isEmpty() ? "" : " (default " + defaultValue + ")";
    return "  --%-18s %s%s".formatted(key, description, suffix);
  }
}
