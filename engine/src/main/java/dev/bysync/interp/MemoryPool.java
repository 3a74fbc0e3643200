package dev.bysync.interp;

import java.lang.ref.SoftReference;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * Arrays of memories that nobody uses any more, for memories to come. Where a module is
 * instantiated again and again, most of what that costs is to have megabytes of zeros made and
 * collected, of which a run writes a few pages: so an array is cleared where it was written, and
 * used again. Few are kept, and none that the collector would like to have. Thread-safe.
 */
public final class MemoryPool {
  private static final int MAX_KEPT = 2;

  /** Larger ones than this many times what is wanted are left to others. */
  private static final int ROOMY = 4;

  private final Deque<SoftReference<byte[]>> kept = new ArrayDeque<>();

  /** An array of zeros with at least this many bytes. */
  synchronized byte[] take(int size) {
    for (Iterator<SoftReference<byte[]>> all = kept.iterator(); all.hasNext(); ) {
      byte[] array = all.next().get();
      if (array == null) {
        all.remove();
      } else if (array.length >= size && array.length / ROOMY <= size) {
        all.remove();
        return array;
      }
    }
    return new byte[size];
  }

  /** Takes an array of zeros back. */
  synchronized void give(byte[] zeros) {
    if (zeros.length > 0) {
      kept.addFirst(new SoftReference<>(zeros));
      if (kept.size() > MAX_KEPT) {
        kept.removeLast();
      }
    }
  }
}
