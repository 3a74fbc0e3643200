package dev.bysync.job.delta;

import io.delta.kernel.data.Row;
import io.delta.kernel.internal.InternalScanFileUtils;
import java.net.URI;
import org.apache.hadoop.fs.Path;

/**
 * A file of a table.
 *
 * @param scanFile Kernel's row of it
 */
public record DataFile(Row scanFile) {
  /** Its path as the log has it: relative to the table, or absolute where somebody cloned it. */
  public String path() {
    return add().getString(add().getSchema().indexOf("path"));
  }

  /** Whether some of its rows are deleted; not by us. */
  public boolean hasDeletions() {
    return InternalScanFileUtils.getDeletionVectorDescriptorFromRow(scanFile) != null;
  }

  /** Its name, which is unique in a table. */
  String name() {
    return path().substring(path().lastIndexOf('/') + 1);
  }

  /** Where it is, of a table with this path. */
  String place(String table) {
    URI uri = URI.create(path());
    return new Path(new Path(table), new Path(uri)).toString();
  }

  Row add() {
    return scanFile.getStruct(InternalScanFileUtils.ADD_FILE_ORDINAL);
  }
}
