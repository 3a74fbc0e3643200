package dev.bysync.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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
