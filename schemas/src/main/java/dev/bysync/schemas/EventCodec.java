package dev.bysync.schemas;

import dev.bysync.events.DeadLetter;
import dev.bysync.events.ModuleProcessed;
import dev.bysync.events.ModuleSource;
import dev.bysync.events.ModuleSubmitted;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Writes events as bytes and reads them back, in Avro's single-object encoding. Thread-safe.
 *
 * <p>Decoding takes any bytes: it needs memory in proportion to them, reads every released version
 * of the event, and throws nothing but {@link EventDecodingException}. Encoding throws {@link
 * IllegalArgumentException} for an event that could not be decoded again.
 */
public final class EventCodec {
  /** A larger module goes to the object store, and its event carries the object's URI. */
  public static final int MAX_INLINE_BYTES = 512 * 1024;

  /** The largest encoded event. */
  public static final int MAX_EVENT_BYTES = MAX_INLINE_BYTES + 128 * 1024;

  /** How much of an undecodable record a dead letter keeps. */
  public static final int MAX_DEAD_LETTER_BYTES = 64 * 1024;

  private static final int MAX_REASON_CHARS = 4096;
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  private static final EventType<ModuleSubmitted> SUBMITTED =
      new EventType<>(ModuleSubmitted.class, ModuleSubmitted.getClassSchema());
  private static final EventType<ModuleProcessed> PROCESSED =
      new EventType<>(ModuleProcessed.class, ModuleProcessed.getClassSchema());
  private static final EventType<DeadLetter> DEAD_LETTER =
      new EventType<>(DeadLetter.class, DeadLetter.getClassSchema());

  private EventCodec() {}

  public static byte[] encode(ModuleSubmitted event) {
    byte[] bytes = bounded(SUBMITTED.encode(event));
    problem(event)
        .ifPresent(
            problem -> {
              throw new IllegalArgumentException(problem);
            });
    return bytes;
  }

  public static byte[] encode(ModuleProcessed event) {
    return bounded(PROCESSED.encode(event));
  }

  public static byte[] encode(DeadLetter event) {
    return bounded(DEAD_LETTER.encode(event));
  }

  /**
   * Reads a submission: SHA-256 well-formed, size and payload in agreement, payload's URI absolute.
   * That the payload has this SHA-256 is not checked here.
   */
  public static ModuleSubmitted decodeModuleSubmitted(byte @Nullable [] bytes)
      throws EventDecodingException {
    ModuleSubmitted event = SUBMITTED.decode(bytes);
    Optional<String> problem = problem(event);
    if (problem.isPresent()) {
      throw new EventDecodingException(problem.get());
    }
    return event;
  }

  public static ModuleProcessed decodeModuleProcessed(byte @Nullable [] bytes)
      throws EventDecodingException {
    return PROCESSED.decode(bytes);
  }

  public static DeadLetter decodeDeadLetter(byte @Nullable [] bytes) throws EventDecodingException {
    return DEAD_LETTER.decode(bytes);
  }

  /** A dead letter for a record, with reason and value cut to their bounds. */
  public static DeadLetter deadLetter(
      String topic, int partition, long offset, String reason, byte @Nullable [] value) {
    byte[] raw = value == null ? new byte[0] : value;
    return DeadLetter.newBuilder()
        .setTopic(topic)
        .setPartition(partition)
        .setOffset(offset)
        .setReason(reason.substring(0, Math.min(reason.length(), MAX_REASON_CHARS)))
        .setRawSize(raw.length)
        .setRaw(ByteBuffer.wrap(Arrays.copyOf(raw, Math.min(raw.length, MAX_DEAD_LETTER_BYTES))))
        .build();
  }

  /**
   * The id of the event that says that this module was found there. The registry is left out: the
   * same package from a mirror or a cache is the same finding.
   */
  public static String id(String sha256, ModuleSource source) {
    MessageDigest digest = sha256();
    for (String part :
        List.of(
            sha256,
            source.getKind().name(),
            source.getPackageName(),
            source.getVersion(),
            source.getPath())) {
      byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
      digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
      digest.update(bytes);
    }
    return HexFormat.of().formatHex(digest.digest(), 0, 16);
  }

  static List<EventType<?>> types() {
    return List.of(SUBMITTED, PROCESSED, DEAD_LETTER);
  }

  /** The name of the event whose schema this is the fingerprint of. */
  static Optional<String> nameOf(long fingerprint) {
    return Stream.of(SUBMITTED, PROCESSED, DEAD_LETTER)
        .filter(type -> type.knows(fingerprint))
        .map(EventType::name)
        .findFirst();
  }

  private static byte[] bounded(byte[] bytes) {
    if (bytes.length > MAX_EVENT_BYTES) {
      throw new IllegalArgumentException(
          "an event of %d bytes is too large: at most %d".formatted(bytes.length, MAX_EVENT_BYTES));
    }
    return bytes;
  }

  private static Optional<String> problem(ModuleSubmitted event) {
    if (!SHA256.matcher(event.getSha256()).matches()) {
      return Optional.of("sha256 is not 64 lower-case hexadecimal digits");
    }
    if (event.getSize() < 0) {
      return Optional.of("size is negative: " + event.getSize());
    }
    Object payload = event.getPayload();
    if (payload instanceof ByteBuffer inline) {
      if (inline.remaining() != event.getSize() || inline.remaining() > MAX_INLINE_BYTES) {
        return Optional.of(
            "payload of %d bytes in an event for %d: they must agree and be at most %d"
                .formatted(inline.remaining(), event.getSize(), MAX_INLINE_BYTES));
      }
    } else if (payload instanceof String uri) {
      return uriProblem(uri);
    }
    return Optional.empty();
  }

  private static Optional<String> uriProblem(String uri) {
    try {
      return new URI(uri).isAbsolute()
          ? Optional.empty()
          : Optional.of("payload's URI has no scheme: " + uri);
    } catch (URISyntaxException e) {
      return Optional.of("payload is no URI: " + e.getMessage());
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
