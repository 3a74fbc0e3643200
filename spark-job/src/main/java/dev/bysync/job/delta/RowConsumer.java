package dev.bysync.job.delta;

import io.delta.kernel.data.Row;
import java.io.IOException;

/** Takes one row after another. */
@FunctionalInterface
public interface RowConsumer {
  void accept(Row row) throws IOException;
}
