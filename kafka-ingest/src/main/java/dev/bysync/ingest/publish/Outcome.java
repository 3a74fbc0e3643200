package dev.bysync.ingest.publish;

/** What publishing did with a module. */
public enum Outcome {
  /** The first event of these bytes: it has the payload. */
  NEW_MODULE,
  /** The bytes were known; an event adds where else they are. */
  NEW_SOURCE,
  /** Nothing: the same bytes from the same origin were published before. */
  KNOWN
}
