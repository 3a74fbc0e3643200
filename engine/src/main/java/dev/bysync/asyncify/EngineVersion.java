package dev.bysync.asyncify;

/** Which version of the engine this is: part of each result's identity, and of each record. */
public final class EngineVersion {
  /** Raised whenever the same input may give another output or verdict. */
  public static final String CURRENT = "9";

  private EngineVersion() {}
}
