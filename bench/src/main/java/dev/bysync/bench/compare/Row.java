package dev.bysync.bench.compare;

import java.util.List;

/**
 * All that is known of one module.
 *
 * @param name its file, shortened to what tells it apart
 * @param sha256 its hash
 * @param original its size
 * @param asyncify wasm-opt {@code --asyncify}
 * @param optimised wasm-opt {@code -O2}
 * @param optimisedAsyncify wasm-opt {@code -O2 --asyncify}
 * @param ours bysync
 * @param times workloads in Node
 */
record Row(
    String name,
    String sha256,
    Sizes original,
    PeerRun asyncify,
    PeerRun optimised,
    PeerRun optimisedAsyncify,
    OurRun ours,
    List<NodeTime> times) {

  /**
   * Bytes that bysync adds to the original, custom sections aside: debug information that is
   * dropped is no saving.
   */
  long ourAddition() {
    return ours.output().core() - original.core();
  }

  /** Bytes that {@code -O2 --asyncify} adds to what {@code -O2} makes, custom sections aside. */
  long theirAddition() {
    return optimisedAsyncify.output().core() - optimised.output().core();
  }

  /** {@link #ourAddition} over {@link #theirAddition}; NaN if one side failed. */
  double added() {
    return sized() ? (double) ourAddition() / theirAddition() : Double.NaN;
  }

  /** The same after gzip, of whole files; NaN too if one tool dropped custom sections. */
  double addedGzip() {
    long theirs = optimisedAsyncify.output().gzip() - optimised.output().gzip();
    boolean kept =
        ours.output().custom() >= original.custom()
            && optimisedAsyncify.output().custom() >= optimised.output().custom();
    return sized() && kept && theirs > 0
        ? (double) (ours.output().gzip() - original.gzip()) / theirs
        : Double.NaN;
  }

  private boolean sized() {
    return ours.isDone() && optimised.isDone() && optimisedAsyncify.isDone() && theirAddition() > 0;
  }

  /** Bytes of the module by second, warm, by the thread's processor time; NaN if it failed. */
  double throughput() {
    return ours.isDone() ? original.plain() / ours.warmCpuSeconds() : Double.NaN;
  }
}
