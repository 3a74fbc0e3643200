package dev.bysync.job.source;

import java.io.Serializable;

/** Where a record is on the topic. */
public record Position(int partition, long offset) implements Serializable, Comparable<Position> {
  @Override
  public int compareTo(Position other) {
    int byPartition = Integer.compare(partition, other.partition);
    return byPartition != 0 ? byPartition : Long.compare(offset, other.offset);
  }
}
