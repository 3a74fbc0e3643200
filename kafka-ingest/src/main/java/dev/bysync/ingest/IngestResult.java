package dev.bysync.ingest;

import dev.bysync.ingest.source.SourceProblem;
import java.util.List;

/**
 * What an ingest found, all of it published.
 *
 * @param modules every finding, in the order of the sources; the same SHA-256 can be in several
 * @param problems what could not be read
 */
public record IngestResult(List<FoundModule> modules, List<SourceProblem> problems) {
  public IngestResult {
    modules = List.copyOf(modules);
    problems = List.copyOf(problems);
  }
}
