package dev.bysync.ingest.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.ingest.http.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceListsTest {
  @TempDir Path dir;

  @Test
  void sourcesOfAnyKind() throws IOException {
    Path a = Files.write(dir.resolve("a"), Fixtures.module("a"));
    Path b = Files.write(dir.resolve("b"), Fixtures.module("b"));
    Path list = write("# those\n\n" + a + "\r\n  " + b + "  \nmissing\nlist:other");
    Findings found = Findings.of("list:" + list);
    assertThat(found.places()).containsExactly(a.toString(), b.toString());
    assertThat(found.problems)
        .extracting(SourceProblem::source)
        .containsExactly("missing", "list:other");
    assertThat(found.problems.get(1).what()).contains("a list inside a list");
  }

  @Test
  void packagesThatMatch() throws Exception {
    Path lines = write("source-map\n@acme/wasm-a@1.0.0\n@acme/other\nwasm-b\n");
    assertThat(items("npm-list:" + lines + "#**wasm*"))
        .containsExactly("npm:@acme/wasm-a@1.0.0", "npm:wasm-b");
    assertThat(items("npm-list:" + lines + "#@acme/*"))
        .containsExactly("npm:@acme/wasm-a@1.0.0", "npm:@acme/other");
    assertThat(items("npm-list:" + lines)).hasSize(4);
    assertThat(items("npm-list:" + write("\uFEFFfirst\nsecond")))
        .containsExactly("npm:first", "npm:second");
    assertThat(items("npm-list:" + write("\uFEFF\n  [\"first\"]"))).containsExactly("npm:first");
    Path json = write(" [\"a\", \"b\\u002fc\",\"d\"]".strip());
    assertThat(items("npm-list:" + json + "#{a,b/c}")).containsExactly("npm:a", "npm:b/c");
  }

  @Test
  void listsThatAreDamaged() throws Exception {
    for (String text : List.of("[\"a\", {}]", "[\"a\"", "[\"a\", 1]", "a\n" + "x".repeat(9000))) {
      List<SourceLists.Item> items = new ArrayList<>();
      try (SourceLists list = SourceLists.open("list:" + write(text))) {
        list.forEachRemaining(items::add);
      }
      assertThat(items).as(text.substring(0, 3)).hasSize(2);
      assertThat(items.get(0).source()).isEqualTo("a");
      assertThat(items.get(1).problem()).isNotNull();
    }
    assertThat(Findings.of("list:" + dir.resolve("none")).problems).hasSize(1);
    assertThat(Findings.of("list:" + write("a") + "#[").problems.get(0).what())
        .contains("no valid pattern");
    assertThat(Findings.of("list:" + write("a") + "#b").problems.get(0).what())
        .contains("nothing that matches");
    assertThat(Findings.of("list:" + write("")).problems.get(0).what())
        .contains("nothing in the list");
  }

  @Test
  void aLongListIsReadAsItIsNeeded() throws Exception {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 200_000; i++) {
      text.append("package-").append(i).append('\n');
    }
    AtomicInteger fetched = new AtomicInteger();
    try (SourceLists list = SourceLists.open("npm-list:" + write(text.toString()));
        Prefetch prefetch =
            new Prefetch(
                list,
                source -> {
                  fetched.incrementAndGet();
                  return null;
                },
                KnownPackages.NONE,
                3)) {
      for (int i = 0; i < 10; i++) {
        Prefetch.Ready ready = Objects.requireNonNull(prefetch.next());
        assertThat(ready.source()).isEqualTo("npm:package-" + i);
      }
    }
    assertThat(fetched.get()).isBetween(10, 16);
  }

  @Test
  void aFewAreFetchedAtATimeInOrderAndNothingIsLeft() throws Exception {
    try (TestServer server = new TestServer()) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < 40; i++) {
        byte[] module = Fixtures.module("m" + i);
        server.serve("/" + i, module);
        text.append(server.address()).append("/").append(i).append('\n');
      }
      CountDownLatch nextIsAsked = new CountDownLatch(1); // so that two overlap at any load
      server.on(
          "/0",
          exchange -> {
            awaitAtMostAMinute(nextIsAsked);
            TestServer.send(exchange, Fixtures.module("m0"));
          });
      server.on(
          "/1",
          exchange -> {
            nextIsAsked.countDown();
            TestServer.send(exchange, Fixtures.module("m1"));
          });
      text.insert(0, server.address() + "/missing\n");
      Path list = write(text.toString());
      Findings found = Findings.of("list:" + list);
      assertThat(found.modules).hasSize(40);
      for (int i = 0; i < 40; i++) {
        assertThat(found.places().get(i)).isEqualTo(server.address() + "/" + i);
      }
      assertThat(found.problems).hasSize(1);
      assertThat(found.problems.get(0).what()).contains("/missing: status 404");
      assertThat(server.mostAtATime.get()).isBetween(2, Limits.defaults().parallel());
    }
  }

  private static void awaitAtMostAMinute(CountDownLatch latch) {
    try {
      latch.await(1, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aFaultInOneStopsNoOther() throws Exception {
    PackageSource faulty =
        new PackageSource() {
          @Override
          public boolean takes(String text) {
            return true;
          }

          @Override
          public FetchedPackage fetch(String text, KnownPackages known) {
            throw new IllegalStateException("planted");
          }
        };
    List<SourceLists.Item> items =
        List.of(new SourceLists.Item("x", null), new SourceLists.Item("y", null));
    try (Prefetch prefetch =
        new Prefetch(
            items.iterator(), text -> text.equals("x") ? faulty : null, KnownPackages.NONE, 1)) {
      assertThat(Objects.requireNonNull(prefetch.next()).problem())
          .hasMessageContaining("IllegalStateException");
      assertThat(Objects.requireNonNull(prefetch.next()).problem()).isNull();
      assertThat(prefetch.next()).isNull();
    }
    assertThat(Findings.of("oci:a..b/x").problems).hasSize(1);
  }

  @Test
  void whatNobodyTookIsDeleted() throws Exception {
    Path scratch = Files.createDirectory(dir.resolve("fetched"));
    PackageSource source =
        new PackageSource() {
          @Override
          public boolean takes(String text) {
            return true;
          }

          @Override
          public FetchedPackage fetch(String text, KnownPackages known) {
            try {
              Path directory = Files.createTempDirectory(scratch, "x");
              Path file = Files.write(directory.resolve("file"), Fixtures.module("x"));
              return FetchedPackage.of(
                  List.of(new FetchedPackage.Part(file, Origin.file("x"))), "", directory);
            } catch (IOException e) {
              throw new AssertionError(e);
            }
          }
        };
    List<SourceLists.Item> items = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      items.add(new SourceLists.Item("x" + i, null));
    }
    try (Prefetch prefetch =
        new Prefetch(items.iterator(), text -> source, KnownPackages.NONE, 2)) {
      Prefetch.Ready first = Objects.requireNonNull(prefetch.next());
      Objects.requireNonNull(first.fetched()).close();
    }
    assertThat(scratch).isEmptyDirectory();
  }

  private static List<String> items(String list) throws FetchException {
    List<String> sources = new ArrayList<>();
    try (SourceLists items = SourceLists.open(list)) {
      items.forEachRemaining(item -> sources.add(item.source()));
    }
    return sources;
  }

  private Path write(String text) throws IOException {
    return Files.writeString(Files.createTempFile(dir, "list", ".txt"), text);
  }
}
