package dev.bysync.ingest.source;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** A sink that keeps what it gets. */
final class Findings implements ModuleSink<RuntimeException> {
  @SuppressWarnings("ArrayRecordComponent") // only read
  record Found(String where, byte[] bytes) {}

  final List<Found> modules = new ArrayList<>();
  final List<SourceProblem> problems = new ArrayList<>();

  static Findings of(String source) {
    return of(source, Limits.defaults());
  }

  static Findings of(String source, Limits limits) {
    return of(source, limits, Fetching.defaults());
  }

  static Findings of(String source, Limits limits, Fetching fetching) {
    Findings findings = new Findings();
    try (SourceScanner scanner = new SourceScanner(limits, KnownPackages.NONE, fetching)) {
      scanner.scan(List.of(source), findings);
    }
    return findings;
  }

  List<String> places() {
    return modules.stream().map(Found::where).toList();
  }

  @Override
  public void module(Origin origin, ModuleBytes bytes) {
    try (InputStream in = bytes.open()) {
      modules.add(new Found(origin.toString(), in.readAllBytes()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void problem(SourceProblem problem) {
    problems.add(problem);
  }
}
