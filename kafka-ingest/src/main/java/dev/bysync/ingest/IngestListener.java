package dev.bysync.ingest;

import dev.bysync.ingest.source.Origin;
import dev.bysync.ingest.source.SourceProblem;

/** Follows an ingest, called in its thread. */
public interface IngestListener {
  /** Hears nothing. */
  IngestListener NONE = new IngestListener() {};

  /** A module was found; {@link #published} or {@link #skipped} follows. */
  default void found(Origin source, String sha256, long size) {}

  /** The module's event is committed. */
  default void published(FoundModule module) {}

  /** Nothing was to be done: the module was published from this source before. */
  default void skipped(FoundModule module) {}

  /** A package was not fetched: it was looked through before, and never changes. */
  default void passedOver(String source) {}

  /** Something could not be read; the rest goes on. */
  default void problem(SourceProblem problem) {}
}
