package dev.bysync.job.transform;

import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * One module on its way to its task.
 *
 * @param task number of the task
 * @param sha256 SHA-256 as the event says
 * @param size size as the event says, bytes
 * @param uri the object that holds it, empty if it is inline
 * @param inline the module if it is inline, else empty
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never shared
record WorkItem(int task, String sha256, long size, String uri, byte[] inline) {
  static final StructType SCHEMA =
      new StructType()
          .add("task", DataTypes.IntegerType, false)
          .add("sha256", DataTypes.StringType, false)
          .add("size", DataTypes.LongType, false)
          .add("uri", DataTypes.StringType, false)
          .add("inline", DataTypes.BinaryType, false);

  Row toRow() {
    return RowFactory.create(task, sha256, size, uri, inline);
  }

  static WorkItem of(Row row) {
    return new WorkItem(
        row.getInt(0), row.getString(1), row.getLong(2), row.getString(3), row.getAs(4));
  }
}
