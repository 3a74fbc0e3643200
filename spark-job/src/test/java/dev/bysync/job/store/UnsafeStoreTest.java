package dev.bysync.job.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bysync.job.delta.AtomicLogStore;
import dev.bysync.job.store.Store.Outcome;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Object stores that fail, or keep less than S3 promises. */
class UnsafeStoreTest {
  private static final URI ROOT = URI.create("s3a://bucket/out");

  private final Configuration configuration = UnsafeS3.configuration();
  private Store store;

  @BeforeEach
  void open() throws IOException {
    UnsafeS3.reset();
    store = Store.open(configuration, ROOT);
  }

  @AfterEach
  void forget() {
    UnsafeS3.reset();
  }

  @Test
  void aGoodOneIsSafe() throws IOException {
    StoreProbe.check(store);
    StoreProbe.race(store, 3);
    assertThat(UnsafeS3.OBJECTS).as("the probes are gone").isEmpty();
  }

  @Test
  void oneThatIgnoresTheConditionIsRefused() {
    UnsafeS3.ignoresCondition = true;
    assertThatThrownBy(() -> StoreProbe.check(store))
        .isInstanceOf(StoreProbe.UnsafeStoreException.class)
        .hasMessageContaining("s3a://bucket/out is not safe")
        .hasMessageContaining("If-None-Match");
    assertThatThrownBy(() -> StoreProbe.race(store, 1))
        .isInstanceOf(StoreProbe.UnsafeStoreException.class);
    assertThat(UnsafeS3.OBJECTS).isEmpty();
  }

  @Test
  void aFolderIsSafe(@TempDir Path folder) {
    assertThatCode(() -> StoreProbe.race(Store.open(new Configuration(), folder.toUri()), 3))
        .doesNotThrowAnyException();
  }

  @Test
  void aConflictIsTriedAgain() throws IOException {
    UnsafeS3.CONFLICTS.set(3);
    assertThat(store.create("a", bytes("one"))).isEqualTo(Outcome.CREATED);
    UnsafeS3.CONFLICTS.set(100);
    assertThatThrownBy(() -> store.create("b", bytes("one")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("409");
    assertThat(UnsafeS3.OBJECTS).hasSize(1);
  }

  @Test
  void halfAnObjectIsNeverPublished() {
    UnsafeS3.failsHalfWay = true;
    assertThatThrownBy(() -> store.create("a", bytes("content"))).hasMessage("no route to host");
    assertThatThrownBy(() -> store.replace("b", bytes("content"))).hasMessage("no route to host");
    assertThat(UnsafeS3.OBJECTS).isEmpty();
  }

  /** Else a checkpoint whose writer was killed would be half there, and taken for one. */
  @Test
  void checkpointsAreRenamedIntoPlaceWhereHalfOfOneWouldBeSeen(@TempDir Path folder)
      throws IOException {
    AtomicLogStore log = new AtomicLogStore(configuration);
    assertThat(
            log.isPartialWriteVisible(new org.apache.hadoop.fs.Path(folder.toUri()), configuration))
        .isTrue();
    assertThat(log.isPartialWriteVisible(new org.apache.hadoop.fs.Path(ROOT), configuration))
        .isFalse();
  }

  @Test
  void aCommitIsWrittenOnceOrNotAtAll() throws IOException {
    AtomicLogStore log = new AtomicLogStore(configuration);
    org.apache.hadoop.fs.Path path =
        new org.apache.hadoop.fs.Path("s3a://bucket/out/tables/t/_delta_log/1.json");
    UnsafeS3.failsHalfWay = true;
    assertThatThrownBy(() -> log.write(path, lines("a"), false, configuration))
        .hasMessage("no route to host");
    assertThat(UnsafeS3.OBJECTS).isEmpty();
    UnsafeS3.failsHalfWay = false;
    UnsafeS3.CONFLICTS.set(1);
    log.write(path, lines("a", "b"), false, configuration);
    assertThat(UnsafeS3.OBJECTS.get("/out/tables/t/_delta_log/1.json")).isEqualTo(bytes("a\nb\n"));
    // an answer that was lost
    log.write(path, lines("a", "b"), false, configuration);
    assertThatThrownBy(() -> log.write(path, lines("c"), false, configuration))
        .isInstanceOf(FileAlreadyExistsException.class);
    log.write(path, lines("d"), true, configuration);
    assertThat(UnsafeS3.OBJECTS.get("/out/tables/t/_delta_log/1.json")).isEqualTo(bytes("d\n"));
  }

  private static Iterator<String> lines(String... lines) {
    return List.of(lines).iterator();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
