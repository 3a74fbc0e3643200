package dev.bysync.ingest.source;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/** Directory trees, in the order of their names, links passed over. */
final class Directories {
  private Directories() {}

  static <E extends Exception> void scan(
      String source, Path root, ContentScanner<E> content, ModuleSink<E> sink) throws E {
    Deque<Path> pending = new ArrayDeque<>();
    pending.push(root);
    while (!pending.isEmpty()) {
      Path path = pending.pop();
      if (path.equals(root) || Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
        try {
          children(path).forEach(pending::push);
        } catch (IOException e) {
          sink.problem(
              new SourceProblem(
                  source, label(path), "can't be listed: " + e, "check its permissions"));
        }
      } else if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
        content.scan(
            path, Origin.file(label(path)), ContentScanner.Role.FOUND, LinkOption.NOFOLLOW_LINKS);
      }
    }
  }

  /** The path as the user began it, with slashes, fit to be shown. */
  static String label(Path path) {
    String text = EntryNames.printable(path.toString().replace(File.separatorChar, '/'));
    return EntryNames.shorten(text.isEmpty() ? "." : text, Origin.MAX_PATH_CHARS);
  }

  /** The last name first: they are pushed. */
  private static List<Path> children(Path directory) throws IOException {
    List<Path> children = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      stream.forEach(children::add);
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    children.sort(
        Comparator.comparing((Path child) -> String.valueOf(child.getFileName())).reversed());
    return children;
  }
}
