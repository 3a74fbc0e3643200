package dev.bysync.ingest.source;

/**
 * Takes what a scan finds, in a fixed order.
 *
 * @param <E> what ends the scan: the sink's own failure, never the source's
 */
public interface ModuleSink<E extends Exception> {
  /** A module. The bytes are closed after the call. */
  void module(Origin origin, ModuleBytes bytes) throws E;

  /** Something that could not be read. */
  void problem(SourceProblem problem) throws E;

  /** A source is done with. */
  default void end(SourceEnd end) throws E {}
}
