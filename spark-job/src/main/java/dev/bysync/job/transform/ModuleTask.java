package dev.bysync.job.transform;

import dev.bysync.engine.ModuleMetrics;
import dev.bysync.engine.ProcessedModule;
import dev.bysync.job.sink.BinaryStore;
import dev.bysync.job.sink.ModuleRow;
import dev.bysync.job.store.Store;
import dev.bysync.verify.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Iterator;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Processes the modules of one task, one after another. A bad module gets a row with its reason;
 * only a store that fails ends the task.
 *
 * <p>A module may also take its whole executor down (an out-of-memory killer, a crash of the JVM).
 * Spark then runs the task again elsewhere. From the second attempt on, the task notes each module
 * in the store before it starts and removes the note when it is done, so that the third attempt
 * finds out which module it was, gives it the verdict ERROR and goes on: no retry storm, and no
 * cost in the usual case of a first attempt.
 */
final class ModuleTask implements FlatMapFunction<Iterator<Row>, ModuleRow> {
  private static final int MAX_REASON_CHARS = 2000;

  private final TaskSettings settings;
  private final ProcessorFactory factory;
  private final Broadcast<SerializableConfiguration> hadoop;

  ModuleTask(
      TaskSettings settings,
      ProcessorFactory factory,
      Broadcast<SerializableConfiguration> hadoop) {
    this.settings = settings;
    this.factory = factory;
    this.hadoop = hadoop;
  }

  @Override
  public Iterator<ModuleRow> call(Iterator<Row> rows) throws IOException {
    TaskContext context = TaskContext.get();
    Worker worker = new Worker(settings, factory.create(), hadoop.value().value(), context);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return rows.hasNext();
      }

      @Override
      public ModuleRow next() {
        return worker.process(WorkItem.of(rows.next()));
      }
    };
  }

  /** One attempt of the task. */
  private static final class Worker {
    private final TaskSettings settings;
    private final Function<byte[], ProcessedModule> processor;
    private final PayloadReader payloads;
    private final Store store;
    private final BinaryStore binaries;
    private final int attempt;
    private final String host;

    Worker(
        TaskSettings settings,
        Function<byte[], ProcessedModule> processor,
        Configuration configuration,
        TaskContext context)
        throws IOException {
      URI out = URI.create(settings.out());
      this.settings = settings;
      this.processor = processor;
      this.payloads = new PayloadReader(configuration, out, settings.maxModuleBytes());
      this.store = open(configuration, out);
      this.binaries = new BinaryStore(store, settings.profile());
      this.attempt = context.attemptNumber();
      this.host = hostName();
    }

    ModuleRow process(WorkItem item) {
      try {
        if (attempt == 0) {
          return row(item);
        }
        String note = settings.notes() + "/" + item.sha256();
        if (note(note) == Store.Outcome.EXISTED) {
          return failed(item, Verdict.ERROR, "its executor died twice while it was processed");
        }
        ModuleRow row = row(item);
        store.delete(note);
        return row;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private Store.Outcome note(String path) throws IOException {
      // A first attempt leaves no note, so one that is there is of an attempt that died.
      return store.create(path, new byte[0]);
    }

    private ModuleRow row(WorkItem item) throws StoreFailedException {
      byte[] module;
      try {
        module = payloads.read(item);
      } catch (PayloadReader.BadPayloadException e) {
        return failed(item, Verdict.REJECTED, String.valueOf(e.getMessage()));
      }
      ProcessedModule processed;
      try {
        processed = processor.apply(module);
      } catch (RuntimeException | StackOverflowError | OutOfMemoryError | AssertionError e) {
        if (Thread.currentThread().isInterrupted()) {
          throw e; // the task is being killed, which is not the module's doing
        }
        return failed(item, Verdict.ERROR, "the engine failed: " + e);
      }
      byte[] transformed = processed.transformed();
      if (transformed == null) {
        return row(item, processed, processed.verdict(), processed.reason(), "");
      }
      String hash = Sha256.hex(transformed);
      if (put(item.sha256(), transformed) == BinaryStore.Outcome.DIFFERS) {
        String reason =
            "%s holds another binary: two builds of the engine share profile %s; use another --out"
                .formatted(BinaryStore.path(settings.profile(), item.sha256()), settings.profile());
        return row(item, processed, Verdict.ERROR, reason, hash);
      }
      return row(item, processed, processed.verdict(), processed.reason(), hash);
    }

    private BinaryStore.Outcome put(String sha256, byte[] transformed) throws StoreFailedException {
      try {
        return binaries.put(sha256, transformed);
      } catch (IOException e) {
        throw new StoreFailedException("can't write the transformed module of " + sha256, e);
      }
    }

    private ModuleRow failed(WorkItem item, Verdict verdict, String reason) {
      ModuleMetrics none = new ModuleMetrics(item.size(), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
      return row(item, new ProcessedModule(verdict, reason, null, none), verdict, reason, "");
    }

    private ModuleRow row(
        WorkItem item,
        ProcessedModule processed,
        Verdict verdict,
        String reason,
        String transformedSha256) {
      ModuleMetrics metrics = processed.metrics();
      return new ModuleRow(
          item.sha256(),
          settings.profile(),
          verdict,
          reason.length() <= MAX_REASON_CHARS ? reason : reason.substring(0, MAX_REASON_CHARS),
          transformedSha256,
          metrics.originalBytes(),
          metrics.transformedBytes(),
          metrics.originalGzipBytes(),
          metrics.transformedGzipBytes(),
          metrics.functions(),
          metrics.instrumentedFunctions(),
          metrics.sites(),
          metrics.sitesSuspended(),
          metrics.exportsRun(),
          metrics.hostCalls(),
          metrics.suspensions(),
          metrics.fuelOriginal(),
          metrics.fuelTransformed(),
          metrics.transformNanos(),
          metrics.verifyNanos(),
          settings.runId(),
          host,
          attempt,
          System.currentTimeMillis());
    }

    private static Store open(Configuration configuration, URI out) throws StoreFailedException {
      try {
        return Store.open(configuration, out);
      } catch (IOException e) {
        throw new StoreFailedException("can't open " + out, e);
      }
    }

    private static String hostName() {
      try {
        return InetAddress.getLocalHost().getHostName();
      } catch (UnknownHostException e) {
        return "unknown";
      }
    }
  }
}
