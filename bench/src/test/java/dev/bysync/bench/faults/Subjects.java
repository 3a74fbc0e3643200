package dev.bysync.bench.faults;

import dev.bysync.asyncify.AsyncifyOptions;
import dev.bysync.asyncify.FeatureLevel;
import dev.bysync.asyncify.ProgramGenerator;
import dev.bysync.wasm.text.DebugNames;
import dev.bysync.wasm.text.WatReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Modules to plant faults in: the engine's fixtures, and generated programs. They are transformed
 * at feature level 3.0, at which every kind of fault has a place.
 */
final class Subjects {
  private static final Path FIXTURES = Path.of("../engine/src/test/resources/dev/bysync/asyncify");

  private Subjects() {}

  static Subject of(String name, String text) {
    AsyncifyOptions options = AsyncifyOptions.defaults().withLevel(FeatureLevel.V3_0);
    return new Subject(name, WatReader.assemble(text, DebugNames.DROP), options);
  }

  static List<Subject> fixtures() {
    List<Subject> subjects = new ArrayList<>();
    try (Stream<Path> files = Files.list(FIXTURES)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".wat")).sorted().toList()) {
        subjects.add(of(String.valueOf(file.getFileName()), Files.readString(file)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return subjects;
  }

  static List<Subject> generated(int count) {
    List<Subject> subjects = new ArrayList<>();
    for (int seed = 1; seed <= count; seed++) {
      subjects.add(of("seed " + seed, ProgramGenerator.generate(seed)));
    }
    return subjects;
  }
}
