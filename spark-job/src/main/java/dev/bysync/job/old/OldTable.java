package dev.bysync.job.old;

import dev.bysync.job.old.Commit.DataFile;
import dev.bysync.job.old.Commit.Part;
import dev.bysync.job.sink.Json;
import dev.bysync.job.sink.RunManifest;
import dev.bysync.job.sink.RunModules;
import dev.bysync.job.store.Store;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** The old table of one profile. */
final class OldTable {
  private static final long MAX_FILE_BYTES = 1L << 30;
  private static final String FOLDER = "metrics";
  private static final String PREFIX = FOLDER + "/profile=";
  private static final Pattern FOUND = Pattern.compile(".*/found-[0-9]{1,9}\\.parquet");

  private final Store store;
  private final String folder;

  OldTable(Store store, String profile) {
    this.store = store;
    this.folder = PREFIX + profile;
  }

  /** The profiles that have one. */
  static List<String> profiles(Store store) throws IOException {
    return store.folders(FOLDER).stream()
        .filter(name -> name.startsWith(PREFIX))
        .map(name -> name.substring(PREFIX.length()))
        .toList();
  }

  /** The commits in their order. */
  List<Commit> commits() throws IOException {
    List<Commit> commits = new ArrayList<>();
    for (Optional<Commit> next = read(1); next.isPresent(); next = read(commits.size() + 1L)) {
      commits.add(next.get());
    }
    int there = store.list(folder + "/commits").size();
    if (there != commits.size()) {
      throw new IOException(
          "the table is damaged: %s/%s has gone, and later commits are there"
              .formatted(folder, Commit.name(commits.size() + 1L)));
    }
    return commits;
  }

  private Optional<Commit> read(long number) throws IOException {
    String path = "%s/commits/%s".formatted(folder, Commit.name(number));
    try {
      return Optional.of(Commit.fromJson(store.read(path, MAX_FILE_BYTES), path));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  /** The rows that a commit added to a part. */
  <T extends Record> void rows(Commit commit, Part part, Class<T> type, Consumer<T> rows)
      throws IOException {
    for (DataFile file : commit.files()) {
      if (file.part() == part) {
        new RecordFile<>(type).read(store.read(folder + "/" + file.path(), MAX_FILE_BYTES), rows);
      }
    }
  }

  /** The manifests of all runs. */
  static List<RunManifest> runs(Store store) throws IOException {
    List<RunManifest> runs = new ArrayList<>();
    for (String run : store.folders("runs")) {
      for (Store.Entry entry : store.list(run)) {
        if (entry.path().matches(".*/manifest-[^/]*\\.json")) {
          byte[] json = store.read(entry.path(), MAX_FILE_BYTES);
          runs.add(Json.read(json, RunManifest.class, entry.path()));
        }
      }
    }
    return runs;
  }

  /** The modules that a run found. */
  static List<RunModules.Found> found(Store store, String runId) throws IOException {
    List<RunModules.Found> found = new ArrayList<>();
    for (Store.Entry entry : store.list("runs/" + runId)) {
      if (FOUND.matcher(entry.path()).matches()) {
        new RecordFile<>(RunModules.Found.class)
            .read(store.read(entry.path(), MAX_FILE_BYTES), found::add);
      }
    }
    return found;
  }
}
