package dev.bysync.schemas;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.data.TimeConversions;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.message.SchemaStore;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;

/**
 * One event in Avro's single-object encoding:
 *
 * <pre>
 * C3 01 | CRC-64-AVRO of the writer's schema, 8 bytes little endian | Avro binary data
 * </pre>
 *
 * @param <T> the event's class
 */
final class EventType<T extends SpecificRecordBase> {
  private static final int HEADER_BYTES = 10;

  private final String name;
  private final Schema current;
  private final List<Schema> released;
  private final SchemaStore.Cache store = new SchemaStore.Cache();
  private final BinaryMessageEncoder<T> encoder;
  private final BinaryMessageDecoder<T> decoder;

  EventType(Class<T> type, Schema current) {
    this.name = type.getSimpleName();
    this.current = current;
    this.released = released(name);
    // The classes' own loader: in Spark, Avro's cannot see them.
    SpecificData model = new SpecificData(type.getClassLoader());
    model.addLogicalTypeConversion(new TimeConversions.TimestampMillisConversion());
    released.forEach(store::addSchema);
    store.addSchema(current);
    this.encoder = new BinaryMessageEncoder<>(model, current);
    this.decoder = new BinaryMessageDecoder<>(model, current, store);
  }

  String name() {
    return name;
  }

  Schema current() {
    return current;
  }

  /** Every released version, the oldest first. */
  List<Schema> released() {
    return released;
  }

  byte[] encode(T event) {
    try {
      ByteBuffer encoded = encoder.encode(event);
      byte[] bytes = new byte[encoded.remaining()];
      encoded.get(bytes);
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    } catch (AvroRuntimeException | ClassCastException | NullPointerException e) {
      throw new IllegalArgumentException("not a valid " + name + ": " + e.getMessage(), e);
    }
  }

  T decode(byte @Nullable [] bytes) throws EventDecodingException {
    if (bytes == null) {
      throw new EventDecodingException("a record without a value is no " + name);
    }
    if (bytes.length > EventCodec.MAX_EVENT_BYTES) {
      throw new EventDecodingException(
          "%d bytes are too many for a %s: at most %d"
              .formatted(bytes.length, name, EventCodec.MAX_EVENT_BYTES));
    }
    Schema writer = writer(bytes);
    try {
      Bounds.check(writer, bytes, HEADER_BYTES);
      return decoder.decode(bytes);
    } catch (EOFException e) {
      throw new EventDecodingException(
          "damaged %s event of %d bytes: it ends too early".formatted(name, bytes.length), e);
    } catch (IOException | RuntimeException e) {
      throw new EventDecodingException(
          "damaged %s event of %d bytes: %s".formatted(name, bytes.length, e.getMessage()), e);
    }
  }

  @Override
  public String toString() {
    return name;
  }

  /** Whether this is the fingerprint of a version of this event. */
  boolean knows(long fingerprint) {
    return store.findByFingerprint(fingerprint) != null;
  }

  private Schema writer(byte[] bytes) throws EventDecodingException {
    if (bytes.length < HEADER_BYTES || bytes[0] != (byte) 0xC3 || bytes[1] != 0x01) {
      throw new EventDecodingException(
          "not a %s event: no Avro single-object header (C3 01 and a fingerprint)".formatted(name));
    }
    long fingerprint = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(2);
    Schema writer = store.findByFingerprint(fingerprint);
    if (writer == null) {
      throw new EventDecodingException(
          EventCodec.nameOf(fingerprint)
              .map(other -> "a %s event where a %s should be".formatted(other, name))
              .orElseGet(
                  () ->
                      "not a %s event of a known version (fingerprint %016x): a newer Bysync may have written it"
                          .formatted(name, fingerprint)));
    }
    return writer;
  }

  private static List<Schema> released(String name) {
    List<Schema> versions = new ArrayList<>();
    while (true) {
      String resource = "released/%s-%d.avsc".formatted(name, versions.size() + 1);
      try (InputStream in = EventType.class.getResourceAsStream(resource)) {
        if (in == null) {
          return List.copyOf(versions);
        }
        versions.add(new Schema.Parser().parse(in));
      } catch (IOException e) {
        throw new UncheckedIOException("can't read " + resource, e);
      }
    }
  }
}
