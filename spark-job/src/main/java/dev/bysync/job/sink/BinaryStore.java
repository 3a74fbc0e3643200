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

  /** What becomes of an object that is there and holds other bytes. */
  public enum Existing {
    /** It stays, and the module is in error. */
    KEEP,
    /** It is replaced: a run with {@code --force} does all anew. */
    REPLACE
  }

  private final Store store;
  private final String profile;
  private final Existing existing;

  public BinaryStore(Store store, String profile, Existing existing) {
    this.store = store;
    this.profile = profile;
    this.existing = existing;
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
    if (holds(path, transformed)) {
      return Outcome.STORED;
    }
    if (existing == Existing.REPLACE) {
      store.replace(path, transformed);
      return Outcome.STORED;
    }
    return Outcome.DIFFERS;
  }

  private boolean holds(String path, byte[] content) throws IOException {
    try {
      return Arrays.equals(store.read(path, content.length), content);
    } catch (ObjectTooLargeException e) {
      return false;
    }
  }
}
