package dev.bysync.job.source;

import dev.bysync.events.ModuleSource;
import dev.bysync.events.ModuleSubmitted;
import dev.bysync.job.sink.ProvenanceRow;
import dev.bysync.job.source.Submission.PayloadKind;
import dev.bysync.schemas.EventCodec;
import dev.bysync.schemas.EventDecodingException;
import dev.bysync.schemas.Payload;
import org.jspecify.annotations.Nullable;

/** Reads one record after another; never fails, whatever their bytes are. */
public final class RecordDecoder {
  /** The most bytes of an event beside its payload: the driver holds a batch of them. */
  static final int MAX_DESCRIPTION_BYTES = 64 * 1024;

  private static final byte[] NOTHING = {};

  private RecordDecoder() {}

  public static Decoded decode(String topic, Position position, byte @Nullable [] value) {
    byte[] raw = value == null ? NOTHING : value;
    ModuleSubmitted event;
    try {
      event = EventCodec.decodeModuleSubmitted(value);
    } catch (EventDecodingException e) {
      return undecodable(position, String.valueOf(e.getMessage()), raw);
    }
    Payload payload = Payload.of(event);
    int inline = payload instanceof Payload.Inline p ? p.bytes().length : 0;
    if (raw.length - inline > MAX_DESCRIPTION_BYTES) {
      return undecodable(
          position,
          "%d bytes beside the payload are too many: at most %d"
              .formatted(raw.length - inline, MAX_DESCRIPTION_BYTES),
          raw);
    }
    return new Submission(
        position,
        event.getSize(),
        kind(payload),
        provenance(topic, position, event),
        raw.length - inline);
  }

  private static Undecodable undecodable(Position position, String reason, byte[] raw) {
    return new Undecodable(position, reason, raw.length);
  }

  private static PayloadKind kind(Payload payload) {
    if (payload instanceof Payload.Inline) {
      return PayloadKind.INLINE;
    }
    return payload instanceof Payload.Stored ? PayloadKind.STORED : PayloadKind.EARLIER;
  }

  private static ProvenanceRow provenance(String topic, Position position, ModuleSubmitted event) {
    ModuleSource source = event.getSource();
    return new ProvenanceRow(
        EventCodec.id(event.getSha256(), source),
        event.getSha256(),
        source.getKind().name(),
        source.getRegistry(),
        source.getPackageName(),
        source.getVersion(),
        source.getPath(),
        event.getCorpus(),
        event.getSubmittedAt().toEpochMilli(),
        topic,
        position.partition(),
        position.offset());
  }
}
