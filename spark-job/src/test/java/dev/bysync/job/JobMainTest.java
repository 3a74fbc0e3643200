package dev.bysync.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bysync.engine.ProcessOptions;
import dev.bysync.job.JobConfig.InvalidConfigException;
import dev.bysync.job.config.Settings;
import dev.bysync.job.transform.Budgets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobMainTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC);

  @TempDir Path folder;

  @Test
  void takesDefaults() {
    JobConfig config = configure("--kafka", "localhost:9092", "--out", "s3a://bucket/out/");
    assertThat(config.topic()).isEqualTo("bysync.modules");
    assertThat(config.deadLetterTopic()).isEqualTo("bysync.modules.dead-letters");
    assertThat(config.runId()).matches("20260102-030405-[0-9a-f]{4}");
    assertThat(config.reading()).isEqualTo(Reading.defaults());
    assertThat(config.budgets()).isEqualTo(Budgets.defaults());
    assertThat(config.slots()).isZero();
    assertThat(config.maxModuleBytes()).isEqualTo(256L << 20);
    assertThat(config.process().minSites()).isEqualTo(90);
  }

  /** What decides verdicts belongs to the profile: another share makes another table. */
  @Test
  void theShareOfSitesBelongsToTheProfile() {
    ProcessOptions asked =
        configure("--kafka", "h:1", "--out", "out", "--min-sites", "95").process();
    assertThat(asked.minSites()).isEqualTo(95);
    assertThat(asked.profile())
        .isNotEqualTo(configure("--kafka", "h:1", "--out", "out").process().profile());
  }

  @Test
  void takesAPathForTheStore() {
    assertThat(configure("--kafka", "h:1", "--out", "relative").out())
        .hasScheme("file")
        .asString()
        .endsWith("/relative");
  }

  @Test
  void neverPrintsKafkaPasswords() throws IOException {
    Path properties = folder.resolve("kafka.properties");
    Files.writeString(properties, "sasl.jaas.config=secret\n");
    JobConfig config =
        configure("--kafka", "h:1", "--out", "out", "--kafka-properties", properties.toString());
    assertThat(config.kafka()).containsEntry("sasl.jaas.config", "secret");
    assertThat(config.toString()).contains("sasl.jaas.config").doesNotContain("secret");
  }

  @Test
  void reportsAllProblemsAtOnce() {
    assertThatThrownBy(
            () ->
                configure(
                    "--topic",
                    "a b",
                    "--run-id",
                    "../x",
                    "--slots",
                    "-1",
                    "--batch-events",
                    "0",
                    "--max-module-bytes",
                    "0",
                    "--fuel",
                    "0",
                    "--min-sites",
                    "101",
                    "--unknown",
                    "1"))
        .isInstanceOfSatisfying(
            InvalidConfigException.class, e -> assertThat(e.problems()).hasSize(10));
  }

  @Test
  void aNameThatMatchesNowhereIsAnErrorWhereThatWasAskedFor() {
    Settings plain = Settings.resolve(new String[0], Map.of());
    Settings strict = Settings.resolve(new String[] {"--strict"}, Map.of());
    assertThat(JobMain.listStatus(List.of("a warning"), plain)).isZero();
    assertThat(JobMain.listStatus(List.of("a warning"), strict)).isEqualTo(2);
    assertThat(JobMain.listStatus(List.of(), strict)).isZero();
  }

  @Test
  void exitsWithTwoForWrongSettings() {
    assertThat(JobMain.run(new String[] {"--kafka", "h:1"}, Map.of())).isEqualTo(2);
  }

  private static JobConfig configure(String... arguments) {
    return JobMain.configure(arguments, Map.of(), CLOCK);
  }

  @Test
  void aJobHasOneStrategy() {
    String command = "external:tool {in} {out}";
    assertThat(
            configure("--kafka", "h:1", "--out", "out", "--strategy", command)
                .process()
                .strategy()
                .name())
        .isEqualTo(command);
    assertThatThrownBy(
            () -> configure("--kafka", "h:1", "--out", "o", "--strategy", command + "\ndispatch"))
        .hasMessageContaining("a job has one strategy");
  }
}
