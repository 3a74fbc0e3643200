package dev.bysync.job.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.events.ModuleSource;
import dev.bysync.events.ModuleSubmitted;
import dev.bysync.events.SourceKind;
import dev.bysync.job.source.Submission.PayloadKind;
import dev.bysync.schemas.EventCodec;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RecordDecoderTest {
  private static final Position POSITION = new Position(3, 14);
  private static final String SHA256 = "ab".repeat(32);

  @Test
  void describesAnEventWithoutItsPayload() {
    byte[] value = event("path", ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5}));
    assertThat(decode(value))
        .isInstanceOfSatisfying(
            Submission.class,
            submission -> {
              assertThat(submission.sha256()).isEqualTo(SHA256);
              assertThat(submission.size()).isEqualTo(5);
              assertThat(submission.payload()).isEqualTo(PayloadKind.INLINE);
              assertThat(submission.rawSize()).isEqualTo(value.length - 5);
              assertThat(submission.provenance().path()).isEqualTo("path");
              assertThat(submission.provenance().submittedAtMillis()).isEqualTo(7);
              assertThat(submission.provenance().partition()).isEqualTo(3);
              assertThat(submission.provenance().offset()).isEqualTo(14);
            });
    assertThat(decode(event("path", "s3a://bucket/object")))
        .isInstanceOfSatisfying(
            Submission.class, s -> assertThat(s.payload()).isEqualTo(PayloadKind.STORED));
    byte[] earlier = event("path", null);
    assertThat(decode(earlier))
        .isInstanceOfSatisfying(
            Submission.class, s -> assertThat(s.rawSize()).isEqualTo(earlier.length));
  }

  @Test
  void trustsNoIdButItsOwn() {
    assertThat(((Submission) decode(event("a", null))).provenance().id())
        .isNotEqualTo(((Submission) decode(event("b", null))).provenance().id())
        .hasSize(32);
  }

  @Test
  void putsAsideWhatIsNoEvent() {
    assertThat(decode(null)).isInstanceOf(Undecodable.class);
    assertThat(decode(new byte[0])).isInstanceOf(Undecodable.class);
    assertThat(decode(new byte[1 << 20]))
        .isInstanceOfSatisfying(
            Undecodable.class,
            record -> {
              assertThat(record.rawSize()).isEqualTo(1 << 20);
              assertThat(record.reason()).isNotEmpty();
            });
  }

  @Test
  void putsAsideWhatWouldFillTheDriver() {
    assertThat(decode(event("x".repeat(70_000), null)))
        .isInstanceOfSatisfying(
            Undecodable.class, record -> assertThat(record.reason()).contains("too many"));
  }

  @Test
  void takesAnyDamage() {
    long seed = 5;
    Random random = new Random(seed);
    byte[] whole = event("path", ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5}));
    for (int i = 0; i < 5_000; i++) {
      byte[] damaged = whole.clone();
      damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      assertThat(decode(damaged)).as("seed %d, round %d", seed, i).isNotNull();
    }
  }

  private static Decoded decode(byte @Nullable [] value) {
    return RecordDecoder.decode("topic", POSITION, value);
  }

  private static byte[] event(String path, @Nullable Object payload) {
    return EventCodec.encode(
        ModuleSubmitted.newBuilder()
            .setId("the same for all")
            .setSha256(SHA256)
            .setSize(5)
            .setPayload(payload)
            .setSource(ModuleSource.newBuilder().setKind(SourceKind.FILE).setPath(path).build())
            .setSubmittedAt(Instant.ofEpochMilli(7))
            .setOptions(Map.of())
            .build());
  }
}
