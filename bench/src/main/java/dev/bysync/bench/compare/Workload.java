package dev.bysync.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A program to run in Node.
 *
 * @param name what it is called in the report
 * @param script what Node is given
 * @param sha256 hash of the module that it stands for; empty if it takes any
 */
record Workload(String name, Path script, String sha256) {
  private static final String LIST = "workloads.tsv";

  /**
   * The workloads of a path: a script is one workload for every module; a folder has a file {@code
   * workloads.tsv} of lines {@code NAME SHA256 ...} and a {@code NAME.mjs} for each.
   *
   * @return empty if there is nothing at the path
   * @throws IOException if the list can't be read
   */
  static List<Workload> of(Path path) throws IOException {
    if (Files.isRegularFile(path)) {
      return List.of(new Workload(path.getFileName().toString(), path.toAbsolutePath(), ""));
    }
    Path list = path.resolve(LIST);
    if (!Files.isRegularFile(list)) {
      return List.of();
    }
    List<Workload> workloads = new ArrayList<>();
    for (String line : Files.readAllLines(list)) {
      String[] cells = line.split("\t", -1);
      if (cells.length >= 2) {
        Path script = path.resolve(cells[0] + ".mjs").toAbsolutePath();
        workloads.add(new Workload(cells[0], script, cells[1]));
      }
    }
    return workloads;
  }

  boolean takes(String module) {
    return sha256.isEmpty() || sha256.equals(module);
  }
}
