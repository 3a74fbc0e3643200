package dev.bysync.job.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.job.delta.Vacuum;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VacuumTest {
  private static final long WEEK = 7L * 24 * 3600 * 1000;

  @TempDir Path folder;

  @Test
  void deletesWhatNothingNeedsAndIsAWeekOld() throws IOException {
    Tables tables = Tables.of(new Configuration(), folder.toUri());
    Path modules = folder.resolve("tables/modules");
    try (TableWriter writer =
        TableWriter.open(tables, TableWriterTest.PROFILE, "r1", TableWriter.Mode.NEW_ONLY)) {
      writer.commit(batch(TableWriterTest.module("aa", 1)));
      writer.commit(batch(TableWriterTest.module("bb", 1)));
    }
    List<Path> before = files(modules);
    try (TableWriter writer =
        TableWriter.open(tables, TableWriterTest.PROFILE, "r2", TableWriter.Mode.FORCE)) {
      writer.commit(batch(TableWriterTest.module("aa", 2)));
    }
    Path orphan = Files.createFile(modules.resolve("orphan.parquet"));
    for (Path file : files(modules)) {
      growOld(file);
    }
    Path young = Files.createFile(modules.resolve("young.parquet"));

    assertThat(Vacuum.run(tables.modules())).isEqualTo(1);
    assertThat(orphan).doesNotExist();
    assertThat(young).exists();
    assertThat(files(modules))
        .as("taken out today: a reader may still have it")
        .containsAll(before);

    try (Stream<Path> log = Files.list(modules.resolve("_delta_log"))) {
      for (Path file : log.toList()) {
        growOld(file);
      }
    }
    assertThat(Vacuum.run(tables.modules())).as("the replaced one").isEqualTo(1);
    assertThat(MetricsTable.open(tables, TableWriterTest.PROFILE).modules())
        .containsExactly(TableWriterTest.module("aa", 2), TableWriterTest.module("bb", 1));
  }

  private static void growOld(Path file) throws IOException {
    Files.setLastModifiedTime(
        file, FileTime.fromMillis(System.currentTimeMillis() - WEEK - 3_600_000));
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".parquet")).toList();
    }
  }

  private static Batch batch(ModuleRow row) {
    return new Batch("t", Map.of(), List.of(row), List.of(), List.of(), 0);
  }
}
