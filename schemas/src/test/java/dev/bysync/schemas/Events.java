package dev.bysync.schemas;

import dev.bysync.events.ModuleSource;
import dev.bysync.events.ModuleSubmitted;
import dev.bysync.events.SourceKind;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

final class Events {
  private Events() {}

  static ModuleSubmitted submitted(long size, @Nullable Object payload) {
    ModuleSource source = new ModuleSource(SourceKind.MAVEN, "central", "g:a", "1.0", "a/b.wasm");
    String sha256 = "ab".repeat(32);
    ModuleSubmitted event = new ModuleSubmitted();
    event.setId(EventCodec.id(sha256, source));
    event.setSha256(sha256);
    event.setSize(size);
    event.setPayload(payload);
    event.setSource(source);
    event.setCorpus("test");
    event.setSubmittedAt(Instant.parse("2026-01-02T03:04:05.006Z"));
    event.setOptions(Map.of());
    return event;
  }
}
