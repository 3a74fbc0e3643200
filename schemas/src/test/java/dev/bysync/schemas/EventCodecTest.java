package dev.bysync.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bysync.events.DeadLetter;
import dev.bysync.events.ModuleProcessed;
import dev.bysync.events.ModuleSubmitted;
import dev.bysync.events.ModuleVerdict;
import dev.bysync.events.ProcessedMetrics;
import dev.bysync.events.SourceKind;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EventCodecTest {
  @Test
  void submissionWithInlinePayload() throws Exception {
    byte[] module = {0, 'a', 's', 'm', 1, 0, 0, 0};
    ModuleSubmitted event = Events.submitted(module.length, ByteBuffer.wrap(module));
    event.setOptions(Map.of("imports", "env.*"));
    ModuleSubmitted back = EventCodec.decodeModuleSubmitted(EventCodec.encode(event));
    assertThat(back).isEqualTo(event);
    assertThat(back.getSource().getKind()).isEqualTo(SourceKind.MAVEN);
    assertThat(Payload.of(back)).isInstanceOf(Payload.Inline.class);
    assertThat(((Payload.Inline) Payload.of(back)).bytes()).isEqualTo(module);
  }

  @Test
  void submissionWithStoredPayload() throws Exception {
    ModuleSubmitted event = Events.submitted(1 << 20, "file:/store/modules/aa/x.wasm");
    ModuleSubmitted back = EventCodec.decodeModuleSubmitted(EventCodec.encode(event));
    assertThat(Payload.of(back))
        .isEqualTo(new Payload.Stored(URI.create("file:/store/modules/aa/x.wasm")));
  }

  @Test
  void submissionOfAFurtherSource() throws Exception {
    ModuleSubmitted event = Events.submitted(1 << 20, null);
    ModuleSubmitted back = EventCodec.decodeModuleSubmitted(EventCodec.encode(event));
    assertThat(Payload.of(back)).isEqualTo(new Payload.Earlier());
    assertThat(back.getSubmittedAt()).isEqualTo(Instant.parse("2026-01-02T03:04:05.006Z"));
  }

  @Test
  void largestInlinePayloadFits() throws Exception {
    ByteBuffer largest = ByteBuffer.allocate(EventCodec.MAX_INLINE_BYTES);
    byte[] bytes = EventCodec.encode(Events.submitted(largest.remaining(), largest));
    assertThat(EventCodec.decodeModuleSubmitted(bytes).getSize()).isEqualTo(largest.remaining());
  }

  @Test
  void invalidSubmissionsAreNotEncoded() {
    ByteBuffer large = ByteBuffer.allocate(EventCodec.MAX_INLINE_BYTES + 1);
    refused(Events.submitted(large.remaining(), large), "at most 524288");
    refused(Events.submitted(3, ByteBuffer.allocate(2)), "must agree");
    refused(Events.submitted(-1, null), "negative");
    refused(Events.submitted(1, "modules/x.wasm"), "no scheme");
    refused(Events.submitted(1, "not a uri"), "no URI");
    refused(Events.submitted(1, 7L), "not a valid ModuleSubmitted");
    ModuleSubmitted upperCase = Events.submitted(1, null);
    upperCase.setSha256("A".repeat(64));
    refused(upperCase, "hexadecimal");
  }

  private static void refused(ModuleSubmitted event, String message) {
    assertThatThrownBy(() -> EventCodec.encode(event))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void processed() throws Exception {
    ModuleProcessed event =
        ModuleProcessed.newBuilder()
            .setRunId("r1")
            .setSha256("0".repeat(64))
            .setProfile("p")
            .setVerdict(ModuleVerdict.VERIFIED)
            .setMetricsBuilder(ProcessedMetrics.newBuilder().setSites(3).setFuelOriginal(1L << 40))
            .setProcessedAt(Instant.ofEpochMilli(5))
            .build();
    assertThat(EventCodec.decodeModuleProcessed(EventCodec.encode(event))).isEqualTo(event);
  }

  @Test
  void deadLetterIsBounded() throws Exception {
    DeadLetter event =
        EventCodec.deadLetter("bysync.modules", 3, 42, "x".repeat(9999), new byte[100_000]);
    DeadLetter back = EventCodec.decodeDeadLetter(EventCodec.encode(event));
    assertThat(back).isEqualTo(event);
    assertThat(back.getRawSize()).isEqualTo(100_000);
    assertThat(back.getRaw().remaining()).isEqualTo(EventCodec.MAX_DEAD_LETTER_BYTES);
    assertThat(back.getReason()).hasSize(4096);
    assertThat(EventCodec.deadLetter("t", 0, 0, "none", null).getRawSize()).isZero();
  }

  @Test
  void idsTellSourcesApart() {
    ModuleSubmitted one = Events.submitted(1, null);
    String id = EventCodec.id(one.getSha256(), one.getSource());
    assertThat(id)
        .matches("[0-9a-f]{32}")
        .isEqualTo(EventCodec.id(one.getSha256(), one.getSource()));
    one.getSource().setPath("");
    one.getSource().setVersion("1.0" + "a/b.wasm");
    assertThat(EventCodec.id(one.getSha256(), one.getSource())).isNotEqualTo(id);
  }
}
