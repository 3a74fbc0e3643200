package dev.bysync.job.sink;

/** Rows for tests of other packages. */
public final class OldRows {
  public static final String PROFILE = TableWriterTest.PROFILE;

  private OldRows() {}

  public static ModuleRow module(String sha256, int run) {
    return TableWriterTest.module(sha256, run);
  }

  public static ProvenanceRow source(String id) {
    return TableWriterTest.source(id);
  }

  public static RunManifest run(String id, RunManifest.State state) {
    return RunLogTest.run(id, PROFILE, state, 7);
  }

  public static RunCounts counts(Batch batch) {
    return batch.counts();
  }
}
