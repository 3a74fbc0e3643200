package dev.bysync.job.store;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;

/** The way of file systems that rename atomically, on Hadoop's local one. */
class HadoopStoreTest extends StoreContractTest {
  @Override
  Store open(Path folder) throws IOException {
    return HadoopStore.open(new Configuration(), folder.toUri());
  }
}
