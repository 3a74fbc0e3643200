package dev.bysync.cli.run;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bysync.cli.outcome.CliFailure;
import org.junit.jupiter.api.Test;

class SparkSessionsTest {
  @Test
  void aLocalClusterNeedsAnInstallation() {
    assertThatThrownBy(() -> SparkSessions.checkInstallation("local-cluster[2,1,1024]", null))
        .isInstanceOf(CliFailure.class)
        .hasMessageContaining("SPARK_HOME is not set");
    assertThatCode(() -> SparkSessions.checkInstallation("local-cluster[2,1,1024]", "/opt/spark"))
        .doesNotThrowAnyException();
    assertThatCode(() -> SparkSessions.checkInstallation("local[*]", null))
        .doesNotThrowAnyException();
  }
}
