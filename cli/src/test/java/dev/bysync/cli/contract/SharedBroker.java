package dev.bysync.cli.contract;

import dev.bysync.cli.local.EmbeddedBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The embedded broker, one for all tests of this JVM; it ends with the JVM. */
final class SharedBroker {
  private static final class Holder {
    static final EmbeddedBroker BROKER = start();
  }

  private SharedBroker() {}

  static String bootstrap() {
    return Holder.BROKER.bootstrap();
  }

  private static EmbeddedBroker start() {
    try {
      return EmbeddedBroker.start(
          Files.createTempDirectory(Path.of("target").toAbsolutePath(), "broker-"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
