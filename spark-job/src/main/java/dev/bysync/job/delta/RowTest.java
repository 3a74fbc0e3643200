package dev.bysync.job.delta;

import io.delta.kernel.data.Row;

/** Whether a row is meant. */
@FunctionalInterface
public interface RowTest {
  boolean test(Row row);
}
