package dev.bysync.job.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
  @TempDir Path folder;

  @Test
  void prefersCommandLineThenEnvironmentThenFile() throws IOException {
    Path file = folder.resolve("bysync.properties");
    Files.writeString(file, "kafka=file:1\ntopic=from-file\nout=file:///from-file\nslots=3\n");
    Settings settings =
        Settings.resolve(
            new String[] {"--kafka=line:1", "--config", file.toString()},
            Map.of("BYSYNC_KAFKA", "environment:1", "BYSYNC_TOPIC", "from-environment"));
    assertThat(settings.problems()).isEmpty();
    assertThat(settings.text(Setting.KAFKA)).isEqualTo("line:1");
    assertThat(settings.text(Setting.TOPIC)).isEqualTo("from-environment");
    assertThat(settings.text(Setting.OUT)).isEqualTo("file:///from-file");
    assertThat(settings.number(Setting.SLOTS)).isEqualTo(3);
    assertThat(settings.text(Setting.BATCH_EVENTS)).isEqualTo("1000");
  }

  @Test
  void collectsAllProblems() {
    Settings settings =
        Settings.resolve(
            new String[] {
              "stray", "--nonsense", "1", "--slots", "many", "--config", "/no/file", "--out"
            },
            Map.of());
    settings.number(Setting.SLOTS);
    assertThat(settings.problems())
        .anyMatch(problem -> problem.contains("'stray'"))
        .anyMatch(problem -> problem.contains("--nonsense"))
        .anyMatch(problem -> problem.contains("'many'"))
        .anyMatch(problem -> problem.contains("/no/file"))
        .anyMatch(problem -> problem.contains("--out needs a value"));
  }

  @Test
  void aPasswordInAnAddressIsRefusedAndForgotten() {
    Settings settings =
        Settings.resolve(
            new String[] {"--out", "s3a://key:planted@bucket/x", "--topic", "a@b"},
            Map.of("BYSYNC_CONFIG", ""));
    assertThat(settings.text(Setting.OUT)).isEqualTo("s3a://bucket/x");
    assertThat(settings.problems())
        .singleElement()
        .asString()
        .contains("--out has a password")
        .doesNotContain("planted");
    assertThat(
            Settings.resolve(new String[] {"--out=abfs://container@account/x"}, Map.of())
                .problems())
        .isEmpty();
  }

  @Test
  void everySettingHasAnOrigin() throws IOException {
    Path file = Files.writeString(folder.resolve("p"), "seed=3\n");
    Settings settings =
        Settings.resolve(
            new String[] {"--fuel", "2", "--config=" + file}, Map.of("BYSYNC_TOPIC", "t"));
    assertThat(settings.origin(Setting.FUEL)).isEqualTo("command line");
    assertThat(settings.origin(Setting.TOPIC)).isEqualTo("environment BYSYNC_TOPIC");
    assertThat(settings.origin(Setting.SEED)).isEqualTo("file " + file);
    assertThat(settings.origin(Setting.OUT)).isEqualTo("default");
  }
}
