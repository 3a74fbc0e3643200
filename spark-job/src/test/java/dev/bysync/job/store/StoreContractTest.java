package dev.bysync.job.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bysync.job.store.Store.Entry;
import dev.bysync.job.store.Store.Outcome;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every store must do. */
abstract class StoreContractTest {
  @TempDir Path folder;
  Store store;

  abstract Store open(Path folder) throws IOException;

  @BeforeEach
  void openStore() throws IOException {
    store = open(folder);
  }

  @Test
  void createsOnce() throws IOException {
    assertThat(store.create("a/b/one", bytes("first"))).isEqualTo(Outcome.CREATED);
    assertThat(store.create("a/b/one", bytes("second"))).isEqualTo(Outcome.EXISTED);
    assertThat(store.read("a/b/one", 100)).isEqualTo(bytes("first"));
  }

  @Test
  void replaces() throws IOException {
    store.replace("x/manifest", bytes("one"));
    store.replace("x/manifest", bytes("two"));
    assertThat(store.read("x/manifest", 3)).isEqualTo(bytes("two"));
  }

  @Test
  void readsNoMoreThanAllowed() throws IOException {
    store.create("big", new byte[1000]);
    assertThat(store.read("big", 1000)).hasSize(1000);
    assertThatThrownBy(() -> store.read("big", 999))
        .isInstanceOf(ObjectTooLargeException.class)
        .hasMessageContaining("999");
    assertThatThrownBy(() -> store.read("none", 10)).isInstanceOf(FileNotFoundException.class);
  }

  @Test
  void listsObjectsInOrder() throws IOException {
    store.create("list/b", bytes("22"));
    store.create("list/a", bytes("1"));
    store.create("list/deeper/c", bytes("3"));
    assertThat(store.list("list")).extracting(Entry::path).containsExactly("list/a", "list/b");
    assertThat(store.list("list")).extracting(Entry::bytes).containsExactly(1L, 2L);
    assertThat(store.list("nothing")).isEmpty();
  }

  @Test
  void deletes() throws IOException {
    store.create("gone/a", bytes("1"));
    store.create("gone/b", bytes("2"));
    store.delete("gone");
    store.delete("gone");
    assertThat(store.list("gone")).isEmpty();
  }

  @Test
  void sweepsWhatDeadWritersLeft() throws IOException {
    store.create(Store.TEMPORARY + "/left", bytes("half"));
    store.sweep(0);
    assertThat(store.list(Store.TEMPORARY)).hasSize(1);
    store.sweep(Long.MAX_VALUE);
    assertThat(store.list(Store.TEMPORARY)).isEmpty();
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
