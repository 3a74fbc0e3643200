package dev.bysync.strategy;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** A folder for one run of a command. Links in it are never followed. */
record WorkFolder(Path path) {
  static WorkFolder create() throws IOException {
    return new WorkFolder(Files.createTempDirectory("bysync-external-"));
  }

  /**
   * Size of all files below a folder, bytes: each file and folder counts as a block at least, so
   * that many empty ones are much too. Files that vanish meanwhile don't count.
   */
  static long size(Path folder) throws IOException {
    Sizes sizes = new Sizes();
    Files.walkFileTree(folder, sizes);
    return sizes.total;
  }

  /** Removes the folder and all that is in it, as far as the system lets. */
  void delete() throws IOException {
    Files.walkFileTree(path, new Removal());
  }

  private static class Tolerant extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) {
      return FileVisitResult.CONTINUE;
    }
  }

  private static final class Sizes extends Tolerant {
    private static final long BLOCK = 4096;
    private long total;

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      total += Math.max(attributes.size(), BLOCK);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e) {
      total += BLOCK;
      return FileVisitResult.CONTINUE;
    }
  }

  private static final class Removal extends Tolerant {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e)
        throws IOException {
      Files.deleteIfExists(folder);
      return FileVisitResult.CONTINUE;
    }
  }
}
