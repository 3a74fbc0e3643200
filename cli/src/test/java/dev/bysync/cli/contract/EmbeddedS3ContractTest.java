package dev.bysync.cli.contract;

import dev.bysync.cli.local.EmbeddedS3;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EmbeddedS3ContractTest extends S3ContractTest {
  private final EmbeddedS3 store;

  EmbeddedS3ContractTest(@TempDir Path objects) {
    store = EmbeddedS3.start(objects, BUCKET, Path.of(System.getProperty("bysync.s3.jars")));
  }

  @Override
  String endpoint() {
    return store.endpoint();
  }

  @AfterAll
  void stop() throws IOException {
    store.close();
  }
}
