package dev.bysync.interp;

import java.lang.ref.SoftReference;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Arrays of memories that nobody uses any more, for memories to come. Where a module is
 * instantiated again and again, most of what that costs is to have megabytes of zeros made and
 * collected, of which a run writes a few pages: so an array is cleared where it was written, and
 * used again. The largest few are kept, as long as the collector doesn't want them. Thread-safe.
 */
public final class MemoryPool {
  private static final int MAX_KEPT = 3;

  /** Larger ones than this many times what is wanted are left to others. */
  private static final int ROOMY = 4;

  private final List<SoftReference<byte[]>> kept = new ArrayList<>();

  /** An array of zeros with at least this many bytes: of those that fit the smallest. */
  synchronized byte[] take(int size) {
    byte[] best = null;
    int place = -1;
    for (int i = 0; i < kept.size(); i++) {
      byte[] array = kept.get(i).get();
      if (array != null
          && array.length >= size
          && array.length / ROOMY <= size
          && (best == null || array.length < best.length)) {
        best = array;
        place = i;
      }
    }
    if (best == null) {
      return new byte[size];
    }
    kept.remove(place);
    return best;
  }

  /** Takes an array of zeros back. */
  synchronized void give(byte[] zeros) {
    if (zeros.length == 0) {
      return;
    }
    kept.add(new SoftReference<>(zeros));
    if (kept.size() > MAX_KEPT) {
      int smallest = 0;
      for (int i = 1; i < kept.size(); i++) {
        smallest = length(kept.get(i).get()) < length(kept.get(smallest).get()) ? i : smallest;
      }
      kept.remove(smallest);
    }
  }

  private static int length(byte @Nullable [] array) {
    return array == null ? 0 : array.length;
  }
}
