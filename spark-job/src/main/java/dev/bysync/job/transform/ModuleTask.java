package dev.bysync.job.transform;

import dev.bysync.engine.ModuleMetrics;
import dev.bysync.engine.ProcessedModule;
import dev.bysync.job.sink.BinaryStore;
import dev.bysync.job.sink.ModuleRow;
import dev.bysync.job.sink.ResponsibleText;
import dev.bysync.job.sink.UnmatchedText;
import dev.bysync.job.store.Store;
import dev.bysync.job.transform.IsolatedEngine.History;
import dev.bysync.verify.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;
import org.apache.spark.util.TaskInterruptListener;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Processes the modules of one task, one after another. A bad module gets a row with its reason;
 * only a store that fails ends the task.
 *
 * <p>A module may also take its whole executor down (an out-of-memory killer, a crash of the JVM).
 * Spark then runs the task again elsewhere, and so that this does not go on, every attempt but the
 * first runs the engine in a JVM of its own: see {@link IsolatedEngine}.
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
    IsolatedEngine engine = engine(context);
    Worker worker = new Worker(settings, engine, hadoop.value().value(), context);
    return worker.rows(rows);
  }

  private IsolatedEngine engine(TaskContext context) {
    // A lost executor takes shuffle files with it: then the stage is tried again, not the task.
    History history =
        context.attemptNumber() == 0 && context.stageAttemptNumber() == 0
            ? History.NONE
            : History.FAILED;
    int slots =
        settings.slots() > 0 ? settings.slots() : Runtime.getRuntime().availableProcessors();
    IsolatedEngine engine = new IsolatedEngine(factory, settings, history, slots);
    context.addTaskCompletionListener((TaskCompletionListener) done -> engine.close());
    context.addTaskInterruptListener((TaskInterruptListener) (task, reason) -> engine.kill());
    return engine;
  }

  /** One attempt of the task. */
  private static final class Worker {
    private final TaskSettings settings;
    private final IsolatedEngine engine;
    private final PayloadReader payloads;
    private final BinaryStore binaries;
    private final int attempt;
    private final String host;

    Worker(
        TaskSettings settings,
        IsolatedEngine engine,
        Configuration configuration,
        TaskContext context)
        throws IOException {
      URI out = URI.create(settings.out());
      this.settings = settings;
      this.engine = engine;
      this.payloads =
          new PayloadReader(configuration, out, settings.payloads(), settings.maxModuleBytes());
      this.binaries =
          new BinaryStore(open(configuration, out), settings.profile(), settings.existing());
      this.attempt = context.attemptNumber();
      this.host = hostName();
    }

    /**
     * A row for each module, as soon as it is done. Several events may say where one module is;
     * only if none of them is right there is a row that tells what is wrong.
     */
    Iterator<ModuleRow> rows(Iterator<Row> items) {
      return new Iterator<>() {
        private final Set<String> done = new HashSet<>();
        private final SortedMap<String, ModuleRow> unread = new TreeMap<>();
        private @Nullable ModuleRow next;

        @Override
        public boolean hasNext() {
          while (next == null && items.hasNext()) {
            WorkItem item = WorkItem.of(items.next());
            if (!done.contains(item.sha256())) {
              take(process(item));
            }
          }
          if (next == null && !unread.isEmpty()) {
            next = unread.remove(unread.firstKey());
          }
          return next != null;
        }

        @Override
        public ModuleRow next() {
          if (!hasNext() || next == null) {
            throw new NoSuchElementException();
          }
          ModuleRow row = next;
          next = null;
          return row;
        }

        private void take(ModuleRow row) {
          if (row.wasRead()) {
            done.add(row.sha256());
            unread.remove(row.sha256());
            next = row;
          } else { // of several reasons always the same, in whatever order they come
            unread.merge(
                row.sha256(), row, (a, b) -> a.reason().compareTo(b.reason()) <= 0 ? a : b);
          }
        }
      };
    }

    private ModuleRow process(WorkItem item) {
      MDC.put("run", settings.runId()); // for logs, also those of the engine and of the store
      MDC.put("module", item.sha256());
      try {
        return row(item);
      } catch (StoreFailedException e) {
        throw new UncheckedIOException(e);
      } finally {
        MDC.remove("run");
        MDC.remove("module");
      }
    }

    private ModuleRow row(WorkItem item) throws StoreFailedException {
      byte[] module;
      try {
        module = payloads.read(item);
      } catch (PayloadReader.BadPayloadException e) {
        String reason = String.valueOf(e.getMessage());
        return row(item, Guard.unread(reason, item.size()), "");
      }
      ProcessedModule processed = engine.process(item.sha256(), module);
      byte[] transformed = processed.transformed();
      if (transformed == null) {
        return row(item, processed, "");
      }
      String hash = Sha256.hex(transformed);
      if (put(item.sha256(), transformed) == BinaryStore.Outcome.DIFFERS) {
        String reason =
            "%s holds another binary: two builds of the engine, or versions of an external command, share profile %s; use another --out"
                .formatted(BinaryStore.path(settings.profile(), item.sha256()), settings.profile());
        return row(
            item, new ProcessedModule(Verdict.ERROR, reason, null, processed.metrics()), hash);
      }
      return row(item, processed, hash);
    }

    private BinaryStore.Outcome put(String sha256, byte[] transformed) throws StoreFailedException {
      try {
        return binaries.put(sha256, transformed);
      } catch (IOException e) {
        throw new StoreFailedException("can't write the transformed module of " + sha256, e);
      }
    }

    private ModuleRow row(WorkItem item, ProcessedModule processed, String transformedSha256) {
      String reason = processed.reason();
      ModuleMetrics metrics = processed.metrics();
      return new ModuleRow(
          item.sha256(),
          settings.profile(),
          settings.strategy(),
          processed.verdict(),
          reason.length() <= MAX_REASON_CHARS ? reason : reason.substring(0, MAX_REASON_CHARS),
          transformedSha256,
          metrics.originalBytes(),
          metrics.transformedBytes(),
          metrics.originalGzipBytes(),
          metrics.transformedGzipBytes(),
          metrics.functions(),
          metrics.instrumentedFunctions(),
          metrics.sites(),
          metrics.reachableSites(),
          metrics.sitesSuspended(),
          metrics.sitesByHost(),
          metrics.sitesForced(),
          metrics.sitesByFrames(),
          metrics.sitesByBranches(),
          metrics.functionsSuspended(),
          metrics.exportsRun(),
          metrics.hostCalls(),
          metrics.suspensions(),
          metrics.frameSuspensions(),
          metrics.fuelOriginal(),
          metrics.fuelTransformed(),
          metrics.suspensionFuel(),
          metrics.suspensionStackBytes(),
          metrics.deepestStackBytes(),
          metrics.largestFrameBytes(),
          metrics.originalCodeBytes(),
          metrics.transformedCodeBytes(),
          metrics.originalDataBytes(),
          metrics.transformedDataBytes(),
          metrics.originalCustomBytes(),
          metrics.transformedCustomBytes(),
          processed.second(),
          ResponsibleText.write(processed.responsible()),
          UnmatchedText.write(processed.unmatched()),
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
