package dev.bysync.job.sink;

import io.delta.kernel.data.Row;

/** Columns of rows by their names. */
final class Rows {
  private Rows() {}

  static String text(Row row, String column) {
    return row.getString(row.getSchema().indexOf(column));
  }

  static long number(Row row, String column) {
    return row.getLong(row.getSchema().indexOf(column));
  }

  static int count(Row row, String column) {
    return row.getInt(row.getSchema().indexOf(column));
  }
}
