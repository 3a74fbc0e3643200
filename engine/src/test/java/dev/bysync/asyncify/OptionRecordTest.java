package dev.bysync.asyncify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.analysis.Selection;
import dev.bysync.analysis.Selection.ImportRule;
import dev.bysync.analysis.Selection.IndirectCalls;
import dev.bysync.analysis.Selection.Propagation;
import dev.bysync.asyncify.AsyncifyOptions.Recording;
import dev.bysync.wasm.binary.ByteSink;
import dev.bysync.wasm.module.SectionId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an output says of its making, and what is made of what others say. */
class OptionRecordTest {
  private static final byte[] MODULE =
      Pairs.assemble(
          "(import \"env\" \"sleep\" (func $f)) (memory 1) (func (export \"run\") call $f)");

  private static byte[] transform(AsyncifyOptions options) {
    return Asyncify.transform(MODULE, options).bytes();
  }

  private static OptionRecord record(byte[] module) {
    OptionRecord.Reading reading = OptionRecord.of(module);
    assertThat(reading.problem()).isEmpty();
    return Objects.requireNonNull(reading.record());
  }

  private static AsyncifyOptions parse(String... arguments) {
    OptionParser parser = new OptionParser(name -> name);
    for (String argument : arguments) {
      parser.addPassArgument(argument);
    }
    return parser.options();
  }

  private static byte[] with(Consumer<ByteSink> writer) {
    return with(MODULE, writer);
  }

  private static byte[] with(byte[] module, Consumer<ByteSink> writer) {
    ByteSink section = new ByteSink();
    section.name("bysync");
    writer.accept(section);
    ByteSink out = new ByteSink();
    out.bytes(module);
    out.u8(SectionId.CUSTOM);
    out.sized(section);
    return out.toByteArray();
  }

  @Test
  void theRecordIsTheLastSectionAndAllThatIsAdded() {
    byte[] recorded = transform(AsyncifyOptions.defaults());
    byte[] plain = transform(AsyncifyOptions.defaults().withRecording(Recording.NOTHING));

    assertThat(Arrays.copyOf(recorded, plain.length)).isEqualTo(plain);
    assertThat(HexFormat.of().formatHex(recorded, plain.length, recorded.length))
        .isEqualTo("000b" + "06627973796e63" + "01" + "01" + hex(EngineVersion.CURRENT) + "00");
    assertThat(OptionRecord.of(plain)).isEqualTo(new OptionRecord.Reading(null, ""));
    assertThat(record(recorded).options()).isEqualTo(AsyncifyOptions.defaults());
    assertThat(record(recorded).text()).isEqualTo("no options");
  }

  @Test
  void theExampleOfTheFormat() {
    byte[] recorded = transform(parse("asyncify-imports@env.sleep"));
    String example = "001e06627973796e6301" + "01" + hex(EngineVersion.CURRENT) + "010207";
    example += hex("imports") + "09" + hex("env.sleep");
    assertThat(HexFormat.of().formatHex(recorded)).endsWith(example);
    assertThat(record(recorded).engine()).isEqualTo(EngineVersion.CURRENT);
  }

  private static String hex(String text) {
    return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
  }

  static List<AsyncifyOptions> allOptions() {
    List<AsyncifyOptions> all = new ArrayList<>();
    for (String arguments :
        List.of(
            "asyncify-imports@env.sleep,wasi.*",
            "asyncify-ignore-imports",
            "asyncify-ignore-indirect",
            "bysync-indirect@declared",
            "asyncify-removelist@f(int,char),g",
            "asyncify-addlist@f asyncify-propagate-addlist",
            "asyncify-onlylist@f",
            "asyncify-asserts",
            "asyncify-memory@m",
            "asyncify-in-secondary-memory",
            "asyncify-in-secondary-memory asyncify-secondary-memory-size@7",
            "asyncify-import-globals",
            "asyncify-export-globals",
            "asyncify-ignore-unwind-from-catch",
            "bysync-split-above@0",
            "bysync-feature-level@1.0",
            "bysync-feature-level@2.0")) {
      all.add(parse(arguments.split(" ", -1)));
    }
    return all;
  }

  @Test
  void everyOptionComesBack() {
    for (AsyncifyOptions options : allOptions()) {
      ByteSink content = Objects.requireNonNull(OptionRecord.content(options));
      OptionRecord read = record(with(out -> out.append(content)));
      assertThat(read.options()).isEqualTo(options);
      assertThat(read.differing(options)).isEmpty();
      assertThat(read.differing(AsyncifyOptions.defaults())).isNotEmpty();
      assertThat(content.size()).isLessThan(60);
    }
  }

  /** A command line and a settings file have texts only. */
  @Test
  void textsMeanTheSameOptions() {
    List<AsyncifyOptions> all = new ArrayList<>(allOptions());
    for (List<String> names :
        List.of(
            List.of("a,b"),
            List.of("operator<", "f"),
            List.of("@file"),
            List.of("@a", "@b"),
            List.of("f(g", "h)i"),
            List.of(")("))) {
      Selection selection =
          new Selection(
              ImportRule.ALL,
              List.of(),
              IndirectCalls.DEFAULT,
              names,
              List.of(),
              Propagation.LISTED_ONLY,
              List.of());
      all.add(AsyncifyOptions.defaults().withSelection(selection));
    }
    all.add(AsyncifyOptions.defaults().withRecording(Recording.NOTHING));
    for (AsyncifyOptions options : all) {
      OptionParser parser =
          new OptionParser(
              name -> {
                throw new AssertionError("no file is named");
              });
      OptionTexts.byName(options)
          .forEach(
              (name, value) -> parser.add(TransformOption.ofLongName(name).orElseThrow(), value));
      assertThat(parser.options()).isEqualTo(options);
    }
    assertThat(OptionTexts.words(parse("asyncify-imports@a.b,c.d", "asyncify-asserts")))
        .containsExactly("--imports", "a.b,c.d", "--asserts");
  }

  @Test
  void whatTheInputSaysIsDropped() {
    byte[] other = with(out -> out.u8(1));
    assertThat(Asyncify.transform(other, AsyncifyOptions.defaults()).bytes())
        .isEqualTo(transform(AsyncifyOptions.defaults()));
    AsyncifyOptions silent = AsyncifyOptions.defaults().withRecording(Recording.NOTHING);
    assertThat(Asyncify.transform(other, silent).bytes()).isEqualTo(transform(silent));
  }

  private static AsyncifyOptions removing(int names) {
    List<String> list = new ArrayList<>();
    for (int i = 0; i < names; i++) {
      list.add("some_function_" + i);
    }
    Selection none = Selection.defaults();
    return parse("asyncify-imports@env.sleep")
        .withSelection(
            new Selection(
                ImportRule.LISTED,
                List.of("env.sleep"),
                none.indirect(),
                list,
                List.of("run"),
                none.propagation(),
                List.of()));
  }

  @Test
  void aListThatIsTooLongIsKnownByItsDigest() {
    byte[] made = transform(removing(10_000));
    OptionRecord read = record(made);

    assertThat(made.length).isLessThan(transform(AsyncifyOptions.defaults()).length + 200);
    assertThat(read.options().selection().removeList()).isEmpty();
    assertThat(read.options().selection().addList()).containsExactly("run");
    assertThat(read.left())
        .containsOnlyKeys(TransformOption.REMOVE_LIST)
        .allSatisfy((option, digest) -> assertThat(digest.entries()).isEqualTo(10_000));
    assertThat(read.text()).endsWith("--remove-list (10000 entries)");
    OptionParser nothing = new OptionParser(name -> name);
    assertThat(read.missing(nothing)).contains(TransformOption.REMOVE_LIST);
    assertThat(read.missing(nothing.add(TransformOption.REMOVE_LIST, "x"))).isEmpty();
    assertThat(read.differing(removing(10_000))).isEmpty();
    assertThat(read.differing(removing(9_999))).containsExactly("remove-list");
    assertThat(record(transform(removing(1_000))).left()).isEmpty();
  }

  private static String problem(Consumer<ByteSink> writer) {
    OptionRecord.Reading reading = OptionRecord.of(with(writer));
    @Nullable OptionRecord record = reading.record();
    assertThat(record).isNull();
    return reading.problem();
  }

  private static void option(ByteSink out, String... texts) {
    out.u32(texts.length);
    for (String text : texts) {
      out.name(text);
    }
  }

  private static void options(ByteSink out, String[]... options) {
    out.u8(1);
    out.name("8");
    out.u32(options.length);
    for (String[] option : options) {
      option(out, option);
    }
  }

  @Test
  void whatCanNotBeUnderstoodIsToldAndNothingElse() {
    assertThat(problem(out -> {})).contains("'bysync'", "damaged", "unexpected end");
    assertThat(problem(out -> out.u8(2))).contains("of version 2, 1 is known here");
    assertThat(problem(out -> out.bytes(new byte[OptionRecord.MAX_BYTES + 1])))
        .contains("65537 bytes");
    for (String[] option :
        new String[][] {
          {"asserts", "1"},
          {"memory"},
          {"memory", "a", "b"},
          {"imports"},
          {"imports.sha256", "7"},
          {"imports.sha256", "many", "00"},
          {"memory.sha256", "1", "00"},
          {"no-such-option"},
          {"verbose"},
          {"strategy", "guards"},
          {"split-above", "-1"},
          {"split-above", "a lot"},
          {"indirect", "\u001b[2J"},
          {}
        }) {
      assertThat(problem(out -> options(out, option)))
          .as(String.join(" ", option))
          .contains("does not tell its options")
          .doesNotContain("\u001b", "\n");
    }
    String[] flag = {"asserts"};
    assertThat(problem(out -> options(out, flag, flag))).contains("'asserts'");
    assertThat(
            problem(
                out -> {
                  options(out, flag);
                  out.u8(0);
                }))
        .contains("behind its end");
    byte[] twice = with(with(out -> options(out, flag)), out -> options(out, flag));
    assertThat(OptionRecord.of(twice).problem()).contains("twice");
  }

  /** A list's text is an entry, never the name of a file. */
  @Test
  void aModuleCanNotMakeUsReadFiles() {
    byte[] module = with(out -> options(out, new String[] {"remove-list", "@/etc/passwd", "a,b"}));
    assertThat(record(module).options().selection().removeList())
        .containsExactly("@/etc/passwd", "a,b");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void anyBytesGiveAnAnswer(long seed) {
    Random random = new Random(seed);
    byte[] good = transform(removing(20));
    int start = good.length - 100;
    for (int i = 0; i < 2_000; i++) {
      byte[] bad = good.clone();
      for (int changes = random.nextInt(4); changes >= 0; changes--) {
        bad[start + random.nextInt(100)] = (byte) random.nextInt(256);
      }
      OptionRecord.Reading reading =
          OptionRecord.of(Arrays.copyOf(bad, start + random.nextInt(101)));
      assertThat(reading.record() == null || reading.problem().isEmpty()).isTrue();
      assertThat(reading.problem()).doesNotContain("\n");
    }
    assertThat(OptionRecord.of(new byte[] {1, 2, 3}).record()).isNull();
  }
}
