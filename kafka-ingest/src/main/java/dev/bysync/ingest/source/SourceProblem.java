package dev.bysync.ingest.source;

/**
 * Something in a source that could not be read; everything else was.
 *
 * @param source the source as the user wrote it
 * @param where the place in it
 * @param what what is wrong there
 * @param remedy what the user can do
 */
public record SourceProblem(String source, String where, String what, String remedy) {
  @Override
  public String toString() {
    return "%s: %s; %s".formatted(where, what, remedy);
  }
}
