package dev.bysync.asyncify;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** The fixtures: modules in the text format beside this package's classes. */
final class Resources {
  private Resources() {}

  static String read(String name) {
    try {
      return Files.readString(folder().resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Names of the fixtures in a folder below this package's, in order. */
  static List<String> names(String folder) {
    try (Stream<Path> files = Files.list(folder().resolve(folder))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".wat"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path folder() {
    try {
      URI known = Objects.requireNonNull(Resources.class.getResource("recursion.wat")).toURI();
      return Objects.requireNonNull(Path.of(known).getParent());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
