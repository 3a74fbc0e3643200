package dev.bysync.job.sink;

import dev.bysync.job.store.ObjectTooLargeException;
import dev.bysync.job.store.Store;
import java.io.IOException;
import java.util.Arrays;

/**
 * Transformed modules, one object for each (profile, SHA-256 of the original). The name decides the
 * content, so retries, speculative attempts and reruns may all write it.
 */
public final class BinaryStore {
  /** What became of a write. */
  public enum Outcome {
    /** The object holds these bytes, written now or earlier. */
    STORED,
    /** It holds other bytes: two builds of the engine share one profile. */
    DIFFERS
  }

  private final Store store;
  private final String profile;

  public BinaryStore(Store store, String profile) {
    this.store = store;
    this.profile = profile;
  }

  /** Path of a transformed module from the store's root. */
  public static String path(String profile, String sha256) {
    return "transformed/%s/%s/%s.wasm".formatted(profile, sha256.substring(0, 2), sha256);
  }

  /** Stores the transformed form of the module with this SHA-256. */
  public Outcome put(String sha256, byte[] transformed) throws IOException {
    String path = path(profile, sha256);
    if (store.create(path, transformed) == Store.Outcome.CREATED) {
      return Outcome.STORED;
    }
    try {
      byte[] stored = store.read(path, transformed.length);
      return Arrays.equals(stored, transformed) ? Outcome.STORED : Outcome.DIFFERS;
    } catch (ObjectTooLargeException e) {
      return Outcome.DIFFERS;
    }
  }
}
