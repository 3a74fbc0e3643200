package dev.bysync.cli.contract;

import java.util.Map;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;

/** Needs Docker. */
@Testcontainers(disabledWithoutDocker = true)
class ContainerS3ContractTest extends S3ContractTest {
  private static final int PORT = 9090;

  @Container
  private static final GenericContainer<?> STORE =
      new GenericContainer<>("adobe/s3mock:5.0.0")
          .withEnv(Map.of("COM_ADOBE_TESTING_S3MOCK_STORE_INITIALBUCKETS", BUCKET))
          .withExposedPorts(PORT)
          .waitingFor(Wait.forHttp("/" + BUCKET).forPort(PORT));

  @Override
  String endpoint() {
    return "http://%s:%d".formatted(STORE.getHost(), STORE.getMappedPort(PORT));
  }
}
