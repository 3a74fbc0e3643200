package dev.bysync.job.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordFileTest {
  record Before(String sha256, int functions, long bytes) {}

  enum Kind {
    NONE,
    SOME
  }

  record After(
      String sha256,
      String strategy,
      int functions,
      int sites,
      long bytes,
      long more,
      Kind state) {}

  @Test
  void rowsComeBack() throws IOException {
    RecordFile<After> format = new RecordFile<>(After.class);
    List<After> rows =
        List.of(
            new After("a", "s\u00e4", -1, 2, 1L << 40, 3, Kind.SOME),
            new After("", "", 0, 0, 0, 0, Kind.NONE));
    assertThat(format.read(format.write(rows))).isEqualTo(rows);
  }

  /** A table of an earlier version is read on, and its rows stand beside new ones. */
  @Test
  void columnsThatCameLaterAreEmptyInOlderFiles() throws IOException {
    byte[] old = new RecordFile<>(Before.class).write(List.of(new Before("a", 1, 2)));
    assertThat(new RecordFile<>(After.class).read(old))
        .containsExactly(new After("a", "", 1, 0, 2, 0, Kind.NONE));
  }
}
