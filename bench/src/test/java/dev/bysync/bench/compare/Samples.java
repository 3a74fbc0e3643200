package dev.bysync.bench.compare;

import dev.bysync.bench.compare.ChildRun.End;
import java.util.List;
import java.util.Map;

/** Rows with made-up figures. */
final class Samples {
  private Samples() {}

  static PeerRun peer(long bytes, double seconds) {
    return new PeerRun(
        "", "", "", End.DONE, "", seconds, seconds, 1, new Sizes(bytes, bytes / 2, 0));
  }

  static PeerRun failedPeer() {
    return new PeerRun("", "v", "-O2", End.FAILED, "Fatal: no", 1, 1, 1, Sizes.NONE);
  }

  static OurRun our(long bytes, double coldSeconds, double warmSeconds) {
    return new OurRun(
        End.DONE,
        "",
        coldSeconds,
        coldSeconds,
        1,
        warmSeconds,
        warmSeconds,
        new Sizes(bytes, bytes / 2, 0));
  }

  /** A module of a size, of which both tools add bytes to it. */
  static Row row(String name, long bytes, long weAdd, long theyAdd) {
    return new Row(
        name,
        name,
        new Sizes(bytes, bytes / 2, 0),
        peer(bytes + 3 * theyAdd, 10),
        peer(bytes, 10),
        peer(bytes + theyAdd, 20),
        our(bytes + weAdd, 1, bytes / 1e7),
        List.of());
  }

  static Row withTheirs(Row row, PeerRun theirs) {
    return new Row(
        row.name(),
        row.sha256(),
        row.original(),
        row.asyncify(),
        row.optimised(),
        theirs,
        row.ours(),
        row.times());
  }

  static Row withOurs(Row row, OurRun ours) {
    return new Row(
        row.name(),
        row.sha256(),
        row.original(),
        row.asyncify(),
        row.optimised(),
        row.optimisedAsyncify(),
        ours,
        row.times());
  }

  static Row withTimes(Row row, Map<Form, Double> milliseconds) {
    NodeTime time = new NodeTime("w", milliseconds, Map.of());
    return new Row(
        row.name(),
        row.sha256(),
        row.original(),
        row.asyncify(),
        row.optimised(),
        row.optimisedAsyncify(),
        row.ours(),
        List.of(time));
  }
}
