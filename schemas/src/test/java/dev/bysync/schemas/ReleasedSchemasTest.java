package dev.bysync.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.SchemaValidatorBuilder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReleasedSchemasTest {
  private static final Map<String, String> FIRST =
      Map.of(
          "ModuleSubmitted",
          "b2dee116763e1390",
          "ModuleProcessed",
          "b6f8e59f5276a013",
          "DeadLetter",
          "eb687db1bd9caca6");

  static List<EventType<?>> types() {
    return EventCodec.types();
  }

  @ParameterizedTest
  @MethodSource("types")
  void everyReleasedVersionReadsAndIsReadByTheCurrentOne(EventType<?> type) {
    assertThatCode(
            () ->
                new SchemaValidatorBuilder()
                    .mutualReadStrategy()
                    .validateAll()
                    .validate(type.current(), type.released()))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @MethodSource("types")
  void currentVersionIsReleased(EventType<?> type) {
    List<Schema> released = type.released();
    assertThat(released).isNotEmpty();
    assertThat(SchemaNormalization.toParsingForm(released.get(released.size() - 1)))
        .as(
            "src/main/avro/%1$s.avsc has changed: keep the released files as they are and copy it to released/%1$s-%2$d.avsc",
            type.name(), released.size() + 1)
        .isEqualTo(SchemaNormalization.toParsingForm(type.current()));
  }

  @ParameterizedTest
  @MethodSource("types")
  void firstVersionsAreNotEdited(EventType<?> type) {
    assertThat(type.released())
        .extracting(schema -> "%016x".formatted(SchemaNormalization.parsingFingerprint64(schema)))
        .startsWith(Objects.requireNonNull(FIRST.get(type.name())));
  }
}
