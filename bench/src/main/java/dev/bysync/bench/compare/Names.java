package dev.bysync.bench.compare;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Short names for files: their paths below the deepest folder that holds all of them. */
final class Names {
  private Names() {}

  static @Nullable Path commonFolder(List<Path> files) {
    Path common = null;
    for (Path file : files) {
      Path folder = file.toAbsolutePath().normalize().getParent();
      while (common != null && folder != null && !folder.startsWith(common)) {
        common = common.getParent();
      }
      common = common == null ? folder : common;
    }
    return common;
  }

  static String below(@Nullable Path folder, Path file) {
    Path path = file.toAbsolutePath().normalize();
    return (folder == null ? path : folder.relativize(path)).toString();
  }
}
