package dev.bysync.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bysync.events.ModuleSubmitted;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HostileBytesTest {
  private static final byte[] VALID = valid();

  private static byte[] valid() {
    ModuleSubmitted event = Events.submitted(4, ByteBuffer.wrap(new byte[] {0, 'a', 's', 'm'}));
    event.setOptions(Map.of("a", "1", "b", "2"));
    return EventCodec.encode(event);
  }

  @Test
  void foreignBytes() {
    refused(null, "without a value");
    refused(new byte[0], "header");
    refused("hello, this is no event".getBytes(StandardCharsets.UTF_8), "header");
    refused(new byte[EventCodec.MAX_EVENT_BYTES + 1], "too many");
    byte[] unknown = VALID.clone();
    unknown[5] ^= 1;
    refused(unknown, "a newer Bysync may have written it");
    refused(
        EventCodec.encode(EventCodec.deadLetter("t", 0, 0, "r", null)),
        "a DeadLetter event where a ModuleSubmitted should be");
  }

  @Test
  void everyPrefixAndTrailingBytes() {
    for (int length = 0; length < VALID.length; length++) {
      refused(Arrays.copyOf(VALID, length), "");
    }
    refused(Arrays.copyOf(VALID, VALID.length + 1), "left over");
  }

  @Test
  void claimedLengthsAllocateNothing() throws Exception {
    for (long length : new long[] {1L << 30, Integer.MAX_VALUE - 8, 1L << 40, -1, Long.MIN_VALUE}) {
      refused(start(out -> out.writeLong(length)), "damaged"); // of the id
      refused(
          start(
              out -> {
                body(out);
                out.writeIndex(1);
                out.writeLong(length); // of the payload
              }),
          "damaged");
    }
  }

  @Test
  void claimedMapCountsAllocateNothing() throws Exception {
    for (long count : new long[] {1L << 30, 1L << 40, Long.MAX_VALUE, -(1L << 30), -(1L << 40)}) {
      refused(
          start(
              out -> {
                body(out);
                out.writeIndex(0);
                out.writeEnum(1);
                for (int i = 0; i < 5; i++) {
                  out.writeString(""); // registry, package, version, path; corpus
                }
                out.writeLong(0); // submittedAt
                out.writeLong(count);
                if (count < 0) {
                  out.writeLong(0); // a size that would skip the whole block
                }
              }),
          "damaged");
    }
  }

  @Test
  void mutatedEventsDecodeOrAreRefused() {
    long seed = 20260102;
    Random random = new Random(seed);
    int decoded = 0;
    for (int round = 0; round < 50_000; round++) {
      byte[] bytes = VALID.clone();
      for (int n = 1 + random.nextInt(4); n > 0; n--) {
        bytes[10 + random.nextInt(bytes.length - 10)] = (byte) random.nextInt(256);
      }
      try {
        Payload.of(EventCodec.decodeModuleSubmitted(bytes));
        decoded++;
      } catch (EventDecodingException e) {
        assertThat(e).as("seed %d round %d", seed, round).hasMessageNotContaining("null");
      }
    }
    assertThat(decoded).isPositive();
  }

  private static void body(BinaryEncoder out) throws IOException {
    out.writeString("id");
    out.writeString("ab".repeat(32));
    out.writeLong(4);
  }

  private interface Body {
    void write(BinaryEncoder out) throws IOException;
  }

  private static byte[] start(Body body) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(VALID, 0, 10);
    BinaryEncoder out = EncoderFactory.get().directBinaryEncoder(bytes, null);
    body.write(out);
    out.flush();
    return bytes.toByteArray();
  }

  private static void refused(byte @Nullable [] bytes, String message) {
    assertThatThrownBy(() -> EventCodec.decodeModuleSubmitted(bytes))
        .isInstanceOf(EventDecodingException.class)
        .hasMessageContaining(message);
  }
}
