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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Publishes modules; see the package for what that promises. Not thread-safe. After an exception
 * only {@link #close} may be called.
 */
public final class Publisher implements AutoCloseable {
  private static final int MAX_PENDING_EVENTS = 64;
  private static final long MAX_PENDING_BYTES = 16L << 20;
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  /** An event on its way. */
  private record Sent(String id, String sha256, Future<RecordMetadata> acknowledged) {}

  private final Target target;
  private final KafkaSettings settings;
  private final Clock clock;
  private final ModuleStore store;
  private final KafkaProducer<String, byte[]> producer;
  private final PublishedIndex index;
  private final List<Sent> pending = new ArrayList<>();
  private final List<Future<RecordMetadata>> marks = new ArrayList<>();
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
   * Connects, makes missing topics, and reads what is published.
   *
   * @throws PublishException within about 15 s if broker or store can't be reached
   */
  public static Publisher open(Target target, Clock clock) throws PublishException {
    KafkaSettings settings = new KafkaSettings(target.kafka(), target.topic());
    Uuid topicId = Topics.prepare(settings, target.partitions());
    PublishedIndex index = PublishedIndex.load(settings, topicId);
    ModuleStore store = ModuleStore.open(target.store(), target.hadoop());
    Publisher publisher = null;
    try {
      KafkaProducer<String, byte[]> producer =
          new KafkaProducer<>(
              settings.producer(), new StringSerializer(), new ByteArraySerializer());
      publisher = new Publisher(target, settings, clock, store, producer, index);
    } catch (KafkaException e) {
      throw settings.explain(e);
    } finally {
      if (publisher == null) {
        store.close();
      }
    }
    boolean ready = false;
    try {
      publisher.writeIndex(index.missing());
      ready = true;
      return publisher;
    } finally {
      if (!ready) {
        publisher.close();
      }
    }
  }

  /** Publishes a module unless it is known; it is sure to be there only after {@link #commit}. */
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
    pending.add(new Sent(id, sha256, send(new ProducerRecord<>(target.topic(), sha256, event))));
    pendingBytes += event.length;
    index.add(id, sha256);
    for (Sent sent : pending) { // without a broker every further send would take its time to fail
      if (sent.acknowledged().isDone()) {
        acknowledged(sent.acknowledged());
      }
    }
  }

  /** Whether so much is on its way that {@link #commit} should be called. */
  public boolean isCommitDue() {
    return pending.size() >= MAX_PENDING_EVENTS || pendingBytes >= MAX_PENDING_BYTES;
  }

  /** Waits until everything published so far is on the topic, and in the index. */
  public void commit() throws PublishException {
    List<PublishedIndex.Entry> entries = new ArrayList<>();
    for (Sent sent : pending) {
      RecordMetadata event = acknowledged(sent.acknowledged());
      entries.add(
          new PublishedIndex.Entry(sent.id(), sent.sha256(), event.partition(), event.offset()));
    }
    writeIndex(entries);
    for (Future<RecordMetadata> mark : marks) {
      acknowledged(mark);
    }
    marks.clear();
    pending.clear();
    pendingBytes = 0;
  }

  /**
   * Whether a package was looked through to its end, in this topic's life; may be asked by several
   * threads.
   */
  public boolean hasRead(String identity) {
    return index.hasRead(identity);
  }

  /** Notes that a package was looked through to its end; all of it must be committed. */
  public void markRead(String identity) throws PublishException {
    marks.add(send(index.readRecord(identity)));
  }

  private void writeIndex(List<PublishedIndex.Entry> entries) throws PublishException {
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    for (PublishedIndex.Entry entry : entries) {
      sent.add(send(index.record(entry)));
    }
    for (Future<RecordMetadata> each : sent) {
      acknowledged(each);
    }
  }

  private Future<RecordMetadata> send(ProducerRecord<String, byte[]> message)
      throws PublishException {
    try {
      return producer.send(message);
    } catch (KafkaException e) {
      throw settings.explain(e);
    }
  }

  private RecordMetadata acknowledged(Future<RecordMetadata> sent) throws PublishException {
    try {
      return sent.get(); // bounded by the delivery timeout
    } catch (ExecutionException e) {
      throw settings.explain(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PublishException("interrupted while publishing", e);
    }
  }

  /** Does not wait for what is not committed. */
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
