package dev.bysync.asyncify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.wasm.binary.ByteReader;
import dev.bysync.wasm.binary.ByteSink;
import dev.bysync.wasm.module.ExternKind;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.module.SectionId;
import dev.bysync.wasm.text.DebugNames;
import dev.bysync.wasm.text.WatReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of custom sections. */
final class CustomSectionsTest {
  /** Two values live across the call, so that a helper with several results is added. */
  private static final String MODULE =
      """
      (module
        (import "env" "f" (func $f))
        (import "env" "g" (global $g i32))
        (import "asyncify" "get_state" (func $state (result i32)))
        (memory 1)
        (global $own (mut i32) (i32.const 5))
        (func $run (export "run") (param $a i32) (param $b i32) (result i32)
          (call $f) (drop (call $state)) (global.set $own (global.get $g))
          (i32.add (local.get $a) (local.get $b))))
      """;

  private static byte[] module() {
    return WatReader.assemble(MODULE, DebugNames.DROP);
  }

  private static byte[] with(byte[] module, String name, byte[] content) {
    ByteSink out = new ByteSink();
    out.bytes(module);
    custom(out, name, content);
    return out.toByteArray();
  }

  private static void custom(ByteSink out, String name, byte[] content) {
    ByteSink section = new ByteSink();
    section.name(name);
    section.bytes(content);
    out.u8(SectionId.CUSTOM);
    out.sized(section);
  }

  private static byte[] content(Consumer<ByteSink> writer) {
    ByteSink out = new ByteSink();
    writer.accept(out);
    return out.toByteArray();
  }

  /** Names of the sections in order: custom ones by name, others by number. */
  private static List<String> order(byte[] bytes) {
    Module module = Module.read(bytes);
    List<String> order = new ArrayList<>();
    for (Module.Section section : module.sections()) {
      order.add(
          section.id() == SectionId.CUSTOM
              ? module.customName(section)
              : SectionId.name(section.id()));
    }
    return order;
  }

  private static ByteReader read(byte[] bytes, String name) {
    Module module = Module.read(bytes);
    for (Module.Section section : module.sections()) {
      if (section.id() == SectionId.CUSTOM && module.customName(section).equals(name)) {
        ByteReader in = new ByteReader(bytes, section.start(), section.end());
        in.name();
        return in;
      }
    }
    throw new AssertionError("no custom section " + name);
  }

  @Test
  void unknownSectionsStayAtTheirPlaces() {
    byte[] original = module();
    ByteSink out = new ByteSink();
    out.bytes(original, 0, 8);
    byte[] data = {1, 2, 3, (byte) 0xFF};
    custom(out, "dylink.0", data);
    for (Module.Section section : Module.read(original).sections()) {
      out.bytes(original, section.headerStart(), section.end());
      custom(out, "after " + SectionId.name(section.id()), data);
    }
    byte[] module = out.toByteArray();

    Transformed transformed = Pairs.transform(module);

    List<String> expected = new ArrayList<>(order(module));
    expected.add(OptionRecord.SECTION);
    assertThat(order(transformed.bytes())).isEqualTo(expected);
    assertThat(order(module)).startsWith("dylink.0").contains("after code");
    for (String name : order(module)) {
      if (name.startsWith("after") || name.equals("dylink.0")) {
        ByteReader in = read(transformed.bytes(), name);
        assertThat(in.remaining()).isEqualTo(data.length);
        assertThat(in.u8()).isEqualTo(1);
      }
    }
    assertThat(transformed.warnings()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "reloc.CODE",
        "reloc.DATA",
        "linking",
        ".debug_info",
        ".debug_line",
        "sourceMappingURL",
        "external_debug_info",
        "build_id",
        "metadata.code.call_targets"
      })
  void sectionsThatWouldLieAreDroppedWithAWarning(String name) {
    Transformed transformed = Pairs.transform(with(module(), name, new byte[] {0}));

    assertThat(order(transformed.bytes())).doesNotContain(name);
    assertThat(transformed.warnings())
        .singleElement()
        .asString()
        .contains("custom section " + name + " was dropped");
  }

  @Test
  void producersGetOneEntry() {
    byte[] producers =
        content(
            out -> {
              out.u32(2);
              out.name("language");
              out.u32(1);
              out.name("C11");
              out.name("");
              out.name("processed-by");
              out.u32(1);
              out.name("clang");
              out.name("19");
            });

    byte[] once = Pairs.transform(with(module(), "producers", producers)).bytes();

    assertThat(producers(once))
        .containsOnlyKeys("language", "processed-by")
        .containsEntry("language", List.of("C11"))
        .containsEntry("processed-by", List.of("clang", "bysync"));
  }

  @Test
  void producersGetTheirFieldOnlyWhereThereIsASection() {
    byte[] empty = Pairs.transform(with(module(), "producers", new byte[] {0})).bytes();

    assertThat(producers(empty)).isEqualTo(Map.of("processed-by", List.of("bysync")));
    assertThat(order(Pairs.transform(module()).bytes())).doesNotContain("producers");
  }

  private static Map<String, List<String>> producers(byte[] bytes) {
    ByteReader in = read(bytes, "producers");
    Map<String, List<String>> fields = new TreeMap<>();
    for (int field = in.count(); field > 0; field--) {
      List<String> tools = new ArrayList<>();
      fields.put(in.name(), tools);
      for (int tool = in.count(); tool > 0; tool--) {
        tools.add(in.name());
        in.name();
      }
    }
    assertThat(in.atEnd()).isTrue();
    return fields;
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "+simd128", "-multivalue", "+multivalue", "+simd128 -multivalue"})
  void featuresThatTheOutputNeedsAreListed(String given) {
    List<String> before = given.isEmpty() ? List.of() : List.of(given.split(" "));
    byte[] features =
        content(
            out -> {
              out.u32(before.size());
              for (String feature : before) {
                out.u8(feature.charAt(0));
                out.name(feature.substring(1));
              }
            });

    byte[] original = with(module(), "target_features", features);
    AsyncifyOptions multiple = AsyncifyOptions.defaults().withLevel(FeatureLevel.V3_0);
    List<String> expected = new ArrayList<>(before);
    expected.remove("-multivalue");
    expected.remove("+multivalue");
    expected.add("+multivalue");
    assertThat(features(Asyncify.transform(original, multiple).bytes()))
        .containsExactlyInAnyOrderElementsOf(expected);
    assertThat(features(Pairs.transform(original).bytes())).isEqualTo(before);
  }

  private static List<String> features(byte[] output) {
    ByteReader in = read(output, "target_features");
    List<String> features = new ArrayList<>();
    for (int count = in.count(); count > 0; count--) {
      features.add((char) in.u8() + in.name());
    }
    assertThat(in.atEnd()).isTrue();
    return features;
  }

  @ParameterizedTest
  @ValueSource(strings = {"producers", "target_features"})
  void malformedToolSectionsStayAsTheyAre(String name) {
    byte[] damaged = {5, 3, 'a'};

    ByteReader in = read(Pairs.transform(with(module(), name, damaged)).bytes(), name);

    assertThat(in.remaining()).isEqualTo(3);
    assertThat(in.u8()).isEqualTo(5);
  }

  @Test
  void namesFollowWhatTheyName() {
    byte[] original = WatReader.assemble(MODULE, DebugNames.WRITE);

    byte[] output = Pairs.transform(original).bytes();

    Map<Integer, String> functions = names(output, 1);
    Module module = Module.read(output);
    assertThat(functions).hasSize(module.functionCount());
    assertThat(functions).containsEntry(0, "f").containsEntry(1, "run");
    for (Module.Export export : module.exports()) {
      if (export.kind() == ExternKind.FUNCTION) { // one function may have several names
        assertThat(functions.get(export.index())).isIn(exportsOf(module, export.index()));
      }
    }
    assertThat(names(output, 7))
        .isEqualTo(Map.of(0, "g", 1, "own", 2, "asyncify_state", 3, "asyncify_data"));
    assertThat(read(output, "name").remaining()).isPositive();
  }

  private static List<String> exportsOf(Module module, int function) {
    return module.exports().stream()
        .filter(export -> export.kind() == ExternKind.FUNCTION && export.index() == function)
        .map(Module.Export::name)
        .toList();
  }

  /** The imported state and data come between the imported globals and the module's own. */
  @Test
  void globalNamesMoveWithImportedGlobals() {
    byte[] original = WatReader.assemble(MODULE, DebugNames.WRITE);
    AsyncifyOptions options =
        AsyncifyOptions.defaults().withGlobals(AsyncifyOptions.StateGlobals.IMPORTED);

    byte[] output = Asyncify.transform(original, options).bytes();

    assertThat(names(output, 7))
        .isEqualTo(Map.of(0, "g", 1, "__asyncify_state", 2, "__asyncify_data", 3, "own"));
  }

  private static Map<Integer, String> names(byte[] bytes, int subsection) {
    ByteReader in = read(bytes, "name");
    Map<Integer, String> names = new TreeMap<>();
    int last = -1;
    while (!in.atEnd()) {
      int id = in.u8();
      assertThat(id).as("subsections ascend").isGreaterThan(last);
      last = id;
      int size = in.u32();
      int end = in.position() + size;
      if (id != subsection) {
        in.skip(size);
        continue;
      }
      for (int count = in.count(); count > 0; count--) {
        names.put(in.index(), in.name());
      }
      assertThat(in.position()).isEqualTo(end);
    }
    return names;
  }

  @Test
  void malformedNameSectionIsDropped() {
    Transformed transformed =
        Pairs.transform(with(module(), "name", "no names".getBytes(StandardCharsets.UTF_8)));

    assertThat(order(transformed.bytes())).doesNotContain("name");
    assertThat(transformed.warnings()).singleElement().asString().contains("malformed");
  }
}
