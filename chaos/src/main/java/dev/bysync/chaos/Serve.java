package dev.bysync.chaos;

import dev.bysync.cli.local.EmbeddedBroker;
import dev.bysync.cli.local.EmbeddedS3;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/**
 * A broker or a store in a process of its own, which can be killed: {@code broker|store FOLDER}.
 */
final class Serve {
  /** The bucket that the store has. */
  static final String BUCKET = "chaos";

  private Serve() {}

  public static void main(String[] arguments) throws InterruptedException {
    Path folder = Path.of(arguments[1]);
    String address =
        arguments[0].equals("broker")
            ? EmbeddedBroker.start(folder).bootstrap()
            : EmbeddedS3.start(folder, BUCKET, Path.of(System.getProperty("bysync.s3.jars")))
                .endpoint();
    System.out.println("serving " + address);
    new CountDownLatch(1).await();
  }
}
