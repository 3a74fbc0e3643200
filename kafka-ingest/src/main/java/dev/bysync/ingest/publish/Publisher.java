package dev.bysync.ingest.publish;

import dev.bysync.events.ModuleSource;
import dev.bysync.events.ModuleSubmitted;
import dev.bysync.ingest.source.ModuleBytes;
import dev.bysync.ingest.source.Origin;
import dev.bysync.schemas.EventCodec;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Publishes modules in transactions; see the package for what that promises. Not thread-safe. After
 * an exception only {@link #close} may be called.
 */
public final class Publisher implements AutoCloseable {
  private static final int MAX_PENDING_RECORDS = 128;
  private static final long MAX_PENDING_BYTES = 16L << 20;
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  private final Target target;
  private final KafkaSettings settings;
  private final Clock clock;
  private final ModuleStore store;
  private final KafkaProducer<String, byte[]> producer;
  private final PublishedIndex index;
  private final List<Future<RecordMetadata>> pending = new ArrayList<>();
  private long pendingBytes;

  private Publisher(
      Target target,
      KafkaSettings settings,
      Clock clock,
      ModuleStore store,
      KafkaProducer<String, byte[]> producer,
      PublishedIndex index) {
    this.target = target;
    this.settings = settings;
    this.clock = clock;
    this.store = store;
    this.producer = producer;
    this.index = index;
  }

  /**
   * Connects, makes missing topics, ends what an earlier publisher left open, and reads what is
   * published.
   *
   * @throws PublishException within about 15 s if broker or store can't be reached
   */
  public static Publisher open(Target target, Clock clock) throws PublishException {
    KafkaSettings settings = new KafkaSettings(target.kafka(), target.topic());
    Uuid topicId = Topics.prepare(settings, target.partitions());
    ModuleStore store = ModuleStore.open(target.store(), target.hadoop());
    KafkaProducer<String, byte[]> producer = null;
    Publisher publisher = null;
    try {
      producer =
          new KafkaProducer<>(
              settings.producer(), new StringSerializer(), new ByteArraySerializer());
      producer.initTransactions(); // first: the index is final only after it
      publisher =
          new Publisher(
              target, settings, clock, store, producer, PublishedIndex.load(settings, topicId));
      return publisher;
    } catch (KafkaException e) {
      throw settings.explain(e);
    } finally {
      if (publisher == null) {
        if (producer != null) {
          producer.close(CLOSE_TIMEOUT);
        }
        store.close();
      }
    }
  }

  /** Publishes a module unless it is known; it counts only after {@link #commit}. */
  public Outcome publish(Origin origin, ModuleBytes module) throws PublishException {
    ModuleSource source = origin.toEvent();
    String sha256 = module.sha256();
    String id = EventCodec.id(sha256, source);
    if (index.hasEvent(id)) {
      return Outcome.KNOWN;
    }
    Outcome outcome = index.hasModule(sha256) ? Outcome.NEW_SOURCE : Outcome.NEW_MODULE;
    ModuleSubmitted event =
        ModuleSubmitted.newBuilder()
            .setId(id)
            .setSha256(sha256)
            .setSize(module.size())
            .setPayload(outcome == Outcome.NEW_MODULE ? payload(module) : null)
            .setSource(source)
            .setCorpus(target.corpus())
            .setSubmittedAt(clock.instant().truncatedTo(ChronoUnit.MILLIS))
            .setOptions(Map.of())
            .build();
    send(id, sha256, EventCodec.encode(event));
    return outcome;
  }

  private Object payload(ModuleBytes module) throws PublishException {
    Optional<byte[]> inline = module.inMemory();
    return inline.isPresent() ? ByteBuffer.wrap(inline.get()) : store.put(module).toString();
  }

  private void send(String id, String sha256, byte[] event) throws PublishException {
    try {
      if (pending.isEmpty()) {
        producer.beginTransaction();
      }
      pendingBytes += event.length;
      pending.add(producer.send(new ProducerRecord<>(target.topic(), sha256, event)));
      pending.add(producer.send(index.entry(settings.indexTopic(), id, sha256)));
      index.add(id, sha256);
    } catch (KafkaException e) {
      throw settings.explain(e);
    }
  }

  /** Whether so much is uncommitted that {@link #commit} should be called. */
  public boolean isCommitDue() {
    return pending.size() >= MAX_PENDING_RECORDS || pendingBytes >= MAX_PENDING_BYTES;
  }

  /** Makes everything published so far visible, all at once. */
  public void commit() throws PublishException {
    if (pending.isEmpty()) {
      return;
    }
    try {
      producer.commitTransaction(); // fails if any of the sends did
      pending.clear();
      pendingBytes = 0;
    } catch (KafkaException e) {
      throw settings.explain(e);
    }
  }

  /** Gives up what is not committed. */
  @Override
  public void close() throws PublishException {
    try {
      producer.close(CLOSE_TIMEOUT);
    } catch (KafkaException e) {
      throw settings.explain(e);
    } finally {
      store.close();
    }
  }
}
