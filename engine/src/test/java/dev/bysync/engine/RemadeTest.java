package dev.bysync.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.asyncify.Asyncify;
import dev.bysync.asyncify.AsyncifyOptions;
import dev.bysync.asyncify.AsyncifyOptions.Asserts;
import dev.bysync.asyncify.SiteMap;
import dev.bysync.wasm.binary.ByteSink;
import dev.bysync.wasm.module.SectionId;
import dev.bysync.wasm.text.DebugNames;
import dev.bysync.wasm.text.WatReader;
import org.junit.jupiter.api.Test;

class RemadeTest {
  private static final byte[] ORIGINAL =
      WatReader.assemble(
          "(import \"env\" \"f\" (func $f)) (memory 1) (func (export \"run\") call $f)",
          DebugNames.DROP);

  private static byte[] with(byte[] module, String name) {
    ByteSink section = new ByteSink();
    section.name(name);
    section.name("out.wasm.map");
    ByteSink out = new ByteSink();
    out.bytes(module);
    out.u8(SectionId.CUSTOM);
    out.sized(section);
    return out.toByteArray();
  }

  @Test
  void whatWeMadeIsKnownWithItsSites() {
    AsyncifyOptions options = AsyncifyOptions.defaults().withAsserts(Asserts.CALLS);
    byte[] made = Asyncify.transform(ORIGINAL, options).bytes();
    SiteMap sites = Remade.of(ORIGINAL, made, options).orElseThrow().sites();
    assertThat(sites.size()).isEqualTo(1);
    assertThat(Remade.of(ORIGINAL, made, AsyncifyOptions.defaults())).isEmpty();
    byte[] changed = made.clone();
    changed[made.length - 1] ^= 1;
    assertThat(Remade.of(ORIGINAL, changed, options)).isEmpty();
  }

  @Test
  void theAddressOfASourceMapMayFollow() {
    AsyncifyOptions options = AsyncifyOptions.defaults();
    byte[] made = Asyncify.transform(ORIGINAL, options).bytes();
    assertThat(Remade.of(ORIGINAL, with(made, "sourceMappingURL"), options)).isPresent();
    assertThat(Remade.of(ORIGINAL, with(made, "other"), options)).isEmpty();
  }

  @Test
  void whatWasWrittenOverHasTheSamePlaces() {
    AsyncifyOptions options = AsyncifyOptions.defaults();
    byte[] made = Asyncify.transform(ORIGINAL, options).bytes();
    byte[] changed = made.clone();
    changed[made.length - 1] ^= 1;
    assertThat(Remade.writtenOver(ORIGINAL, changed, options).orElseThrow().map()).isNotNull();
    assertThat(Remade.writtenOver(ORIGINAL, with(made, "other"), options)).isEmpty();
    assertThat(Remade.writtenOver(ORIGINAL, ORIGINAL, options)).isEmpty();
    assertThat(Remade.writtenOver(ORIGINAL, new byte[5], options)).isEmpty();
  }

  @Test
  void whatCanNotBeTransformedIsNotOurs() {
    byte[] made = Asyncify.transform(ORIGINAL, AsyncifyOptions.defaults()).bytes();
    assertThat(Remade.of(made, made, AsyncifyOptions.defaults())).isEmpty();
    assertThat(Remade.of(new byte[5], made, AsyncifyOptions.defaults())).isEmpty();
    assertThat(Remade.of(ORIGINAL, new byte[5], AsyncifyOptions.defaults())).isEmpty();
  }
}
