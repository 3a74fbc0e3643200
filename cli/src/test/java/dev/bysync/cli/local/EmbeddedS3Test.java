package dev.bysync.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedS3Test {
  @TempDir Path temp;

  @Test
  void itsObjectsOutliveItAndAreCreatedOnce() throws Exception {
    org.apache.hadoop.fs.Path object = new org.apache.hadoop.fs.Path("s3a://results/a/object");
    try (EmbeddedS3 store = start();
        FileSystem files = files(store)) {
      createOnce(files, object, "first");
    }
    try (EmbeddedS3 store = start();
        FileSystem files = files(store)) {
      try (var in = files.open(object)) {
        assertThat(in.readAllBytes()).asString(StandardCharsets.US_ASCII).isEqualTo("first");
      }
      assertThatThrownBy(() -> createOnce(files, object, "second")).isInstanceOf(IOException.class);
    }
  }

  /** It asks for no login: whoever reaches it reads and writes. */
  @Test
  void noOtherMachineReachesIt() throws Exception {
    List<InetAddress> others =
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .filter(address -> !address.isLoopbackAddress())
            .toList();
    assumeFalse(others.isEmpty(), "needs an address of this machine that is no loopback one");
    try (EmbeddedS3 store = start()) {
      int port = URI.create(store.endpoint()).getPort();
      connect(InetAddress.getLoopbackAddress(), port);
      assertThat(others)
          .allSatisfy(
              other ->
                  assertThatThrownBy(() -> connect(other, port)).isInstanceOf(IOException.class));
    }
  }

  private static void connect(InetAddress address, int port) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, port), 5_000);
    }
  }

  private EmbeddedS3 start() {
    return EmbeddedS3.start(
        temp.resolve("s3"), "results", Path.of(System.getProperty("bysync.s3.jars")));
  }

  private static FileSystem files(EmbeddedS3 store) throws IOException {
    Configuration configuration = new Configuration();
    store.hadoopProperties().forEach(configuration::set);
    return FileSystem.newInstance(URI.create("s3a://results"), configuration);
  }

  private static void createOnce(FileSystem files, org.apache.hadoop.fs.Path object, String content)
      throws IOException {
    FSDataOutputStreamBuilder<?, ?> create = files.createFile(object);
    create.overwrite(true);
    create.must("fs.option.create.conditional.overwrite", true);
    try (FSDataOutputStream out = create.build()) {
      out.write(content.getBytes(StandardCharsets.US_ASCII));
    }
  }
}
