package dev.bysync.schemas;

import dev.bysync.events.ModuleSubmitted;
import java.net.URI;
import java.nio.ByteBuffer;

/** Where the bytes of a submitted module are. */
public sealed interface Payload {
  /** Another event with the same SHA-256, earlier in the same partition, has the payload. */
  record Earlier() implements Payload {}

  /** The module itself, at most {@link EventCodec#MAX_INLINE_BYTES}. */
  @SuppressWarnings("ArrayRecordComponent") // handed over, never shared
  record Inline(byte[] bytes) implements Payload {}

  /** An object that holds exactly the module's bytes. */
  record Stored(URI uri) implements Payload {}

  /**
   * The payload of an event.
   *
   * @throws IllegalArgumentException if it is of none of the three kinds; never for an event that
   *     {@link EventCodec} decoded
   */
  static Payload of(ModuleSubmitted event) {
    Object payload = event.getPayload();
    if (payload == null) {
      return new Earlier();
    }
    if (payload instanceof ByteBuffer buffer) {
      byte[] bytes = new byte[buffer.remaining()];
      buffer.duplicate().get(bytes);
      return new Inline(bytes);
    }
    if (payload instanceof String uri) {
      return new Stored(URI.create(uri));
    }
    throw new IllegalArgumentException("no payload: " + payload.getClass().getName());
  }
}
