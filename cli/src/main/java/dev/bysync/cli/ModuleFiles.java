package dev.bysync.cli;

import dev.bysync.cli.outcome.CliFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** Modules by files and folders, for commands that take many. */
final class ModuleFiles {
  private static final String SUFFIX = ".wasm";

  private ModuleFiles() {}

  /**
   * A module.
   *
   * @param file where it is
   * @param name its path below the folder that was given, or its file name: what comes of it is
   *     called so
   */
  record ModuleFile(Path file, Path name) {}

  /** Whether a command's arguments mean many modules: a folder, or more than one file. */
  static boolean areMany(List<String> arguments) {
    return arguments.size() > 1 || isFolder(arguments.get(0));
  }

  static boolean isFolder(String argument) {
    return !argument.equals(WasmFiles.STREAM) && Files.isDirectory(Path.of(argument));
  }

  /**
   * Finds them: files as they are given, of folders all files below whose names end in {@code
   * .wasm}, sorted. Symbolic links are followed, but not in circles.
   *
   * @throws CliFailure if there is none, a file or folder can't be read, or two have one name
   */
  static List<ModuleFile> find(List<String> arguments) {
    List<ModuleFile> found = new ArrayList<>();
    for (String argument : arguments) {
      if (argument.equals(WasmFiles.STREAM)) {
        throw CliFailure.usage("standard input is one module: it can't be among several");
      }
      Path path = Path.of(argument);
      if (Files.isDirectory(path)) {
        below(path, found);
      } else {
        found.add(new ModuleFile(path, path.getFileName()));
      }
    }
    if (found.isEmpty()) {
      throw CliFailure.badInput(
          String.join(", ", arguments) + ": no file there has a name that ends in " + SUFFIX, null);
    }
    refuseEqualNames(found);
    return found;
  }

  /** So many modules, for people. */
  static String count(int modules) {
    return String.format(Locale.ROOT, "%,d module%s", modules, modules == 1 ? "" : "s");
  }

  private static void below(Path folder, List<ModuleFile> found) {
    try (Stream<Path> files = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
      files
          .filter(file -> file.getFileName().toString().endsWith(SUFFIX))
          .filter(Files::isRegularFile)
          .sorted()
          .forEach(file -> found.add(new ModuleFile(file, folder.relativize(file))));
    } catch (IOException | UncheckedIOException e) {
      throw CliFailure.badInput(folder + ": can't be searched: " + e.getMessage(), e);
    }
  }

  private static void refuseEqualNames(List<ModuleFile> found) {
    Map<Path, Path> files = new HashMap<>();
    for (ModuleFile module : found) {
      Path other = files.put(module.name(), module.file());
      if (other != null) {
        throw CliFailure.usage(
            "%s and %s would both be %s in the result: give one of them, or the folder that both are in"
                .formatted(other, module.file(), module.name()));
      }
    }
  }
}
