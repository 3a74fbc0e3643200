package dev.bysync.cli;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What {@code COPY . .} of the Dockerfile has: the tree without what {@code .dockerignore} names.
 */
final class BuildContext {
  private static final String ANYWHERE = "**/";

  private final Path root;
  private final Set<Path> atTheTop = new HashSet<>();
  private final Set<Path> anywhere = new HashSet<>();

  BuildContext(Path root) throws IOException {
    this.root = root;
    for (String line : Files.readAllLines(root.resolve(".dockerignore"))) {
      String pattern = line.strip();
      boolean everywhere = pattern.startsWith(ANYWHERE);
      String name = everywhere ? pattern.substring(ANYWHERE.length()) : pattern;
      if (name.matches(".*[*?!\\[\\\\].*")) {
        throw new IOException("a pattern that this test doesn't know: " + pattern);
      }
      if (!name.isEmpty() && !name.startsWith("#")) {
        (everywhere ? anywhere : atTheTop).add(Path.of(name));
      }
    }
  }

  boolean has(Path relative) {
    for (int i = 1; i <= relative.getNameCount(); i++) {
      if (atTheTop.contains(relative.subpath(0, i)) || anywhere.contains(relative.getName(i - 1))) {
        return false;
      }
    }
    return Files.exists(root.resolve(relative));
  }

  void copy(Path target) throws IOException {
    copyTree(root, target, this::has);
  }

  /** As {@code COPY} does. */
  static void copyTree(Path from, Path to, Predicate<Path> filter) throws IOException {
    if (Files.isRegularFile(from)) {
      Files.createDirectories(to.getParent());
      Files.copy(from, to);
      return;
    }
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            Path relative = from.relativize(folder);
            if (!folder.equals(from) && !filter.test(relative)) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            Files.createDirectories(to.resolve(relative.toString()));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Path relative = from.relativize(file);
            if (filter.test(relative)) {
              Files.copy(file, to.resolve(relative.toString()));
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
