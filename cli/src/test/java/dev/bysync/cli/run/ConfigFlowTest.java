package dev.bysync.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bysync.cli.outcome.CliFailure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFlowTest {
  @TempDir Path temp;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  @Test
  void everySettingTellsWhereItComesFrom() throws IOException {
    Path file = Files.writeString(temp.resolve("bysync.properties"), "seed=7\nfuel=8\ntopic=t\n");
    print(
        List.of("--config", file.toString(), "--topic", "line", "--out=/x"),
        Map.of("BYSYNC_FUEL", "9", "BYSYNC_TOPIC", "environment"));
    assertThat(lines())
        .contains("topic line [command line]")
        .contains("out /x [command line]")
        .contains("fuel 9 [environment BYSYNC_FUEL]")
        .contains("seed 7 [file " + file + "]")
        .contains("batch-events 1000 [default]")
        .contains("kafka - [default]");
  }

  @Test
  void secretsAreHidden() throws IOException {
    Path file =
        Files.writeString(
            temp.resolve("kafka.properties"),
            """
            security.protocol=SASL_SSL
            sasl.jaas.config=PlainLoginModule required username="u" password="planted-1";
            ssl.key.password=planted-2
            of.an.interceptor=planted-3
            sasl.oauthbearer.token.endpoint.url=https://u:planted-4@host/x?secret=planted-5
            """);
    assertThatThrownBy(
            () ->
                print(
                    List.of(
                        "--kafka-properties",
                        file.toString(),
                        "--out",
                        "s3a://key:planted-6@bucket/x"),
                    Map.of("AWS_SECRET_ACCESS_KEY", "planted-7")))
        .hasMessageContaining("--out has a password")
        .hasMessageNotContaining("planted");
    assertThat(out.toString(StandardCharsets.UTF_8)).doesNotContain("planted");
    assertThat(lines())
        .contains("security.protocol SASL_SSL [its file]")
        .contains("sasl.jaas.config (hidden) [its file]")
        .contains("AWS_SECRET_ACCESS_KEY (hidden) [environment]")
        .contains("out s3a://bucket/x [command line]");
  }

  @Test
  void whatIsWrongIsToldAfterwards() {
    assertThatThrownBy(() -> print(List.of("--no-such", "x"), Map.of()))
        .isInstanceOf(CliFailure.class)
        .hasMessageContaining("--no-such");
    assertThat(lines()).contains("topic bysync.modules [default]");
  }

  private void print(List<String> arguments, Map<String, String> environment) {
    ConfigFlow.print(arguments, environment, new PrintStream(out, true, StandardCharsets.UTF_8));
  }

  private List<String> lines() {
    return out.toString(StandardCharsets.UTF_8)
        .lines()
        .map(line -> line.strip().replaceAll(" +", " "))
        .toList();
  }
}
