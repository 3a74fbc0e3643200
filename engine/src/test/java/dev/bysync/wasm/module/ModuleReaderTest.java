package dev.bysync.wasm.module;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.bysync.asyncify.Asyncify;
import dev.bysync.asyncify.AsyncifyOptions;
import dev.bysync.wasm.binary.Failure;
import dev.bysync.wasm.binary.WasmException;
import dev.bysync.wasm.text.WatReader;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ModuleReaderTest {
  private static final String HEADER = "0061736D01000000";

  private static byte[] module(String sections) {
    return HexFormat.of().parseHex(HEADER + sections.replace(" ", ""));
  }

  @Test
  void theLargestNumberIsAMaximumLikeAnyOther() {
    Module module =
        Module.read(
            WatReader.assemble(
                "(module (table i64 0 18446744073709551615 funcref) (table i64 0 funcref))"));

    assertThat(module.tables().get(0).limits().hasMax()).isTrue();
    assertThat(module.tables().get(0).limits().max()).isEqualTo(-1);
    assertThat(module.tables().get(1).limits().hasMax()).isFalse();
  }

  /** Types: an empty recursion group, (func), an empty group, (func (param i32)). */
  @Test
  void emptyRecursionGroupsTakeNoIndexAndStay() {
    String types = "04 4E00 600000 4E00 60017F00";
    byte[] module =
        module(
            "010C "
                + types
                + "0207 01 0165 0166 00 01" // import e.f of type 1
                + "0302 0101 0503 010001 0A08 01 06 00 2000 1000 0B");

    Module read = Module.read(module);
    assertThat(read.types().size()).isEqualTo(2);
    assertThat(read.types().paramCount(1)).isEqualTo(1);

    byte[] transformed = Asyncify.transform(module, AsyncifyOptions.defaults()).bytes();
    Module again = Module.read(transformed);
    assertThat(again.types().paramCount(again.functionType(1))).isEqualTo(1);
    Module.Section section = again.sections().get(0);
    assertThat(HexFormat.of().formatHex(transformed, section.start() + 1, section.end()))
        .startsWith(HexFormat.of().formatHex(module, 11, 22));
  }

  /** What they are is known, so that nobody takes them for damage: imports of "e" follow. */
  @ParameterizedTest
  @ValueSource(strings = {"7F 00", "7E 00 00 00"})
  void compactImportsAreUnsupportedByName(String group) {
    byte[] module =
        module(
            "0104 01600000"
                + "02%02X 01 0165 00 %s".formatted(group.equals("7F 00") ? 6 : 8, group));
    WasmException failure = catchThrowableOfType(WasmException.class, () -> Module.read(module));
    assertThat(failure.failure()).isEqualTo(Failure.UNSUPPORTED);
    assertThat(failure).hasMessageContaining("--disable-compact-imports");
  }

  @ParameterizedTest
  @CsvSource({
    "0302 0100, 0x0b, unknown type 0", // a function of a type that isn't there
    "0104 01600000 0302 0101, 0x11, unknown type 1",
    "0207 01 0165 0166 00 05, 0x10, unknown type 5",
    "0502 0110, 0x0b, malformed limits flags",
    "0504 0101 02 01, 0x0b, size minimum",
    "0B03 0103 00, 0x0b, malformed data segment kind",
    "0E00, 0x8, malformed section id",
    "0101 00 0101 00, 0xb, unexpected content after last section",
  })
  void whatIsWrongIsToldWithItsPlace(String sections, String offset, String detail) {
    WasmException refusal =
        catchThrowableOfType(WasmException.class, () -> Module.read(module(sections)));

    assertThat(refusal.detail()).contains(detail);
    assertThat(refusal.offset()).isEqualTo(Long.decode(offset));
  }
}
