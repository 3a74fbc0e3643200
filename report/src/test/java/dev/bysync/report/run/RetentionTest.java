package dev.bysync.report.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.job.sink.RunCounts;
import dev.bysync.job.sink.RunManifest;
import dev.bysync.job.sink.RunManifest.State;
import dev.bysync.job.store.Store;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetentionTest {
  @TempDir Path folder;

  @Test
  void keepsTheLatestRunsAndAllThatTheyReferTo() throws IOException {
    Store store = Store.open(new Configuration(), folder.toUri());
    List<RunManifest> runs =
        List.of(
            run("1", "old", State.DONE),
            run("2", "shared", State.DONE),
            run("3", "shared", State.FAILED),
            run("4", "new", State.DONE));
    for (RunManifest run : runs) {
      run.write(store);
      store.create("transformed/%s/aa/x.wasm".formatted(run.profile()), bytes());
      store.create("metrics/profile=%s/table.json".formatted(run.profile()), bytes());
    }
    Retention retention = Retention.of(runs, 2, Set.of());
    assertThat(retention)
        .isEqualTo(new Retention(List.of("2", "1"), List.of("old"), List.of("4", "3")));
    retention.apply(store, () -> runs.subList(2, 4));
    assertThat(Files.exists(folder.resolve("runs/1"))).isFalse();
    assertThat(Files.exists(folder.resolve("runs/2"))).isFalse();
    assertThat(folder.resolve("runs/3")).isDirectory();
    assertThat(Files.exists(folder.resolve("transformed/old/aa/x.wasm"))).isFalse();
    assertThat(Files.exists(folder.resolve("metrics/profile=old/table.json"))).isFalse();
    assertThat(folder.resolve("transformed/shared/aa/x.wasm")).isRegularFile();
    assertThat(folder.resolve("metrics/profile=shared/table.json")).isRegularFile();
  }

  @Test
  void keepsWhatIsUnderWay() {
    List<RunManifest> runs =
        List.of(run("1", "a", State.RUNNING), run("2", "b", State.DONE), run("3", "c", State.DONE));
    assertThat(Retention.of(runs, 1, Set.of()))
        .isEqualTo(new Retention(List.of("2"), List.of("b"), List.of("3", "1")));
  }

  @Test
  void keepsWhatIsNamedWithAllThatItRefersTo() {
    List<RunManifest> runs =
        List.of(run("1", "a", State.DONE), run("2", "b", State.DONE), run("3", "c", State.DONE));
    assertThat(Retention.of(runs, 1, Set.of("1")))
        .isEqualTo(new Retention(List.of("2"), List.of("b"), List.of("3", "1")));
  }

  @Test
  void leavesAProfileThatARunTookUpMeanwhile() throws IOException {
    Store store = Store.open(new Configuration(), folder.toUri());
    store.create("metrics/profile=a/table.json", bytes());
    List<RunManifest> runs =
        new ArrayList<>(List.of(run("1", "a", State.DONE), run("2", "b", State.DONE)));
    Retention retention = Retention.of(runs, 1, Set.of());
    runs.add(run("3", "a", State.RUNNING));
    retention.apply(store, () -> runs.subList(1, 3));
    assertThat(folder.resolve("metrics/profile=a/table.json")).isRegularFile();
  }

  private static byte[] bytes() {
    return "x".getBytes(StandardCharsets.UTF_8);
  }

  private static RunManifest run(String id, String profile, State state) {
    return new RunManifest(
        RunManifest.VERSION,
        id,
        state,
        "topic",
        profile,
        Map.of(),
        new RunManifest.Origin("", "", "", "", "", "", "", ""),
        Long.parseLong(id),
        0,
        RunCounts.NONE,
        0,
        "");
  }
}
