package dev.bysync.ingest.source;

/** What one file has cost so far, all its layers together. */
final class Budget {
  private final Limits limits;
  private long expanded;
  private int entries;

  Budget(Limits limits) {
    this.limits = limits;
  }

  void spendEntry() throws ScanException {
    if (++entries > limits.maxEntries()) {
      throw ScanException.limit(0, "more than %d entries".formatted(limits.maxEntries()));
    }
  }

  void spendExpanded(int bytes) throws ScanException {
    expanded += bytes;
    if (expanded > limits.maxExpandedBytes()) {
      throw ScanException.limit(
          0, "expands to more than %d bytes".formatted(limits.maxExpandedBytes()));
    }
  }

  int maxRatio() {
    return limits.maxRatio();
  }
}
