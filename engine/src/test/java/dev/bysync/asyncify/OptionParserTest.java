package dev.bysync.asyncify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.bysync.analysis.OptionException;
import dev.bysync.analysis.Selection;
import dev.bysync.analysis.Selection.ImportRule;
import dev.bysync.analysis.Selection.IndirectCalls;
import dev.bysync.analysis.Selection.Propagation;
import dev.bysync.asyncify.AsyncifyOptions.Asserts;
import dev.bysync.asyncify.AsyncifyOptions.Catches;
import dev.bysync.asyncify.AsyncifyOptions.FrameMemory;
import dev.bysync.asyncify.AsyncifyOptions.StateGlobals;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class OptionParserTest {
  private static final Map<String, String> FILES =
      Map.of("list.txt", "one\n two, with a comma \r\n\nthree\n", "line.txt", "one,two\n");

  private final OptionParser parser =
      new OptionParser(
          name -> {
            String text = FILES.get(name);
            if (text == null) {
              throw new NoSuchFileException(name);
            }
            return text;
          });

  private AsyncifyOptions parse(String... arguments) {
    for (String argument : arguments) {
      parser.addPassArgument(argument);
    }
    return parser.options();
  }

  private String problem(String... arguments) {
    return String.valueOf(
        catchThrowableOfType(OptionException.class, () -> parse(arguments)).getMessage());
  }

  @Test
  void nothingGivenIsTheDefault() {
    assertThat(parse()).isEqualTo(AsyncifyOptions.defaults());
    assertThat(parser.warnings()).isEmpty();
  }

  @Test
  void importsAreAllOrListedOrNone() {
    assertThat(parse("asyncify-imports@").selection().importRule()).isEqualTo(ImportRule.ALL);
    assertThat(parse("asyncify-ignore-imports").selection().importRule())
        .isEqualTo(ImportRule.NONE);
    AsyncifyOptions listed = parse("asyncify-imports@env.sleep,wasi*.fd_*");
    assertThat(listed.selection().importRule()).isEqualTo(ImportRule.LISTED);
    assertThat(listed.selection().imports()).containsExactly("env.sleep", "wasi*.fd_*");
    assertThat(parser.warnings()).singleElement().asString().contains("ignore-imports");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          asyncify-ignore-indirect   | NEVER
          bysync-indirect@declared   | DECLARED
          bysync-indirect@never      | NEVER
          bysync-indirect@default    | DEFAULT
          """)
  void indirectCalls(String argument, IndirectCalls expected) {
    assertThat(parse(argument).selection().indirect()).isEqualTo(expected);
  }

  @Test
  void listsByPresentAndOldNames() {
    assertThat(parse("asyncify-removelist@a,b").selection().removeList()).containsExactly("a", "b");
    assertThat(parse("asyncify-blacklist@c").selection().removeList()).containsExactly("c");
    AsyncifyOptions added = parse("asyncify-addlist@d", "asyncify-propagate-addlist");
    assertThat(added.selection().addList()).containsExactly("d");
    assertThat(added.selection().propagation()).isEqualTo(Propagation.CALLERS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"asyncify-onlylist", "asyncify-whitelist"})
  void onlyList(String name) {
    assertThat(parse(name + "@main").selection().onlyList()).containsExactly("main");
  }

  @Test
  void commasInsideOfBracketsBelongToTheName() {
    assertThat(
            parse("asyncify-onlylist@foo(int, char), std::map<a,b>::at(c[d,e]),{x,y},plain")
                .selection()
                .onlyList())
        .containsExactly("foo(int, char)", "std::map<a,b>::at(c[d,e])", "{x,y}", "plain");
  }

  @Test
  void responseFilesHaveALineForEachEntryOrCommas() {
    assertThat(parse("asyncify-onlylist@@list.txt").selection().onlyList())
        .containsExactly("one", "two, with a comma", "three");
    assertThat(parse("asyncify-onlylist@@line.txt").selection().onlyList())
        .containsExactly("one", "two");
    assertThat(parse("asyncify-onlylist@one\ntwo(").selection().onlyList())
        .containsExactly("one", "two(");
  }

  @Test
  void anEntryCountsOnce() {
    assertThat(parse("asyncify-onlylist@one,two,one").selection().onlyList())
        .containsExactly("one", "two");
  }

  @Test
  void whatIsNotGivenIsAsInTheBase() {
    AsyncifyOptions base =
        parse(
            "asyncify-imports@a.b",
            "bysync-indirect@declared",
            "asyncify-removelist@f",
            "asyncify-memory@m",
            "bysync-split-above@7");
    OptionParser nothing = new OptionParser(name -> name);
    assertThat(nothing.options(base)).isEqualTo(base);
    assertThat(nothing.addPassArgument("asyncify-ignore-imports").options(base).selection())
        .returns(ImportRule.NONE, Selection::importRule)
        .returns(List.of(), Selection::imports)
        .returns(List.of("f"), Selection::removeList);
    OptionParser others = new OptionParser(name -> name);
    others.addPassArgument("asyncify-ignore-indirect").addPassArgument("asyncify-asserts");
    others.addPassArgument("asyncify-in-secondary-memory");
    assertThat(others.options(base))
        .returns(IndirectCalls.NEVER, options -> options.selection().indirect())
        .returns(List.of("a.b"), options -> options.selection().imports())
        .returns(FrameMemory.secondary(1), AsyncifyOptions::memory)
        .returns(Asserts.CALLS, AsyncifyOptions::asserts)
        .returns(7, AsyncifyOptions::splitAbove);
  }

  @Test
  void flagsAndPlaces() {
    assertThat(parse("asyncify-asserts").asserts()).isEqualTo(Asserts.CALLS);
    assertThat(parse("asyncify-ignore-unwind-from-catch").catches()).isEqualTo(Catches.IGNORED);
    assertThat(parse("bysync-split-above@7").splitAbove()).isEqualTo(7);
    assertThat(parse("asyncify-verbose").asserts()).isEqualTo(Asserts.CALLS); // given before
    assertThat(parser.has(TransformOption.VERBOSE)).isTrue();
  }

  @Test
  void memoryByItsExport() {
    assertThat(parse("asyncify-memory@frames").memory()).isEqualTo(FrameMemory.export("frames"));
  }

  @Test
  void memoryOfItsOwn() {
    assertThat(parse("asyncify-in-secondary-memory").memory()).isEqualTo(FrameMemory.secondary(1));
    assertThat(parse("asyncify-secondary-memory-size@12").memory())
        .isEqualTo(FrameMemory.secondary(12));
  }

  @ParameterizedTest
  @ValueSource(strings = {"asyncify-import-globals", "asyncify-relocatable"})
  void importedGlobals(String argument) {
    assertThat(parse(argument).globals()).isEqualTo(StateGlobals.IMPORTED);
  }

  @Test
  void exportedGlobals() {
    assertThat(parse("asyncify-export-globals").globals()).isEqualTo(StateGlobals.EXPORTED);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          asyncify-nonsense@1                                             | unknown pass argument asyncify-nonsense
          asyncify-onlylist@a asyncify-addlist@b                          | only-list says all
          asyncify-onlylist@a asyncify-removelist@b                       | only-list says all
          asyncify-import-globals asyncify-export-globals                 | can't be used together
          asyncify-onlylist@@gone.txt                                     | can't read the file gone.txt
          asyncify-imports@@gone.txt                                      | can't read the file gone.txt
          asyncify-removelist@f(int,char                                  | brackets of 'f(int,char' are not balanced
          asyncify-secondary-memory-size@3                                | needs in-secondary-memory
          asyncify-in-secondary-memory asyncify-secondary-memory-size@0   | 1 to 65536 pages, not 0
          asyncify-in-secondary-memory asyncify-secondary-memory-size@big | a whole number, not 'big'
          asyncify-in-secondary-memory asyncify-memory@m                  | give only one
          bysync-indirect@maybe                                           | default, declared or never, not 'maybe'
          bysync-indirect@declared asyncify-ignore-indirect               | give only one of the two
          bysync-split-above@-1                                           | below 0
          bysync-feature-level@2                                          | feature-level is module, 1.0, 2.0 or 3.0, not '2'
          """)
  void whatIsWrongIsSaid(String arguments, String message) {
    assertThat(problem(arguments.split(" ", -1))).contains(message);
  }

  @Test
  void allThatIsWrongIsSaidAtOnce() {
    assertThat(problem("asyncify-foo", "asyncify-onlylist@@gone", "bysync-indirect@x"))
        .contains("asyncify-foo", "gone", "'x'");
  }

  @Test
  void argumentsOfOtherPassesAreIgnoredAndNamed() {
    assertThat(parse("legalize-js-interface-exported-helpers"))
        .isEqualTo(AsyncifyOptions.defaults());
    assertThat(parser.warnings()).singleElement().asString().contains("legalize-js-interface");
    parse("asyncify-propagate-addlist");
    assertThat(parser.warnings()).anyMatch(warning -> warning.contains("there is no add-list"));
  }

  @ParameterizedTest
  @EnumSource(TransformOption.class)
  void everyOptionHasAPassArgument(TransformOption option) {
    assertThat(TransformOption.ofPassArgument(option.passArgument())).contains(option);
    assertThat(option.passArgument()).contains("-");
  }

  @Test
  void theIdentityOfResultsFollowsEveryOption() {
    List<String> arguments =
        List.of(
            "asyncify-imports@a.b",
            "asyncify-imports@a.c",
            "asyncify-ignore-imports",
            "asyncify-ignore-indirect",
            "bysync-indirect@declared",
            "asyncify-removelist@f",
            "asyncify-addlist@f",
            "asyncify-onlylist@f",
            "asyncify-asserts",
            "asyncify-memory@m",
            "asyncify-in-secondary-memory",
            "asyncify-import-globals",
            "asyncify-export-globals",
            "asyncify-ignore-unwind-from-catch",
            "bysync-split-above@1",
            "bysync-feature-level@1.0",
            "bysync-feature-level@2.0",
            "bysync-feature-level@3.0",
            "bysync-no-record");
    assertThat(arguments)
        .extracting(
            argument ->
                new OptionParser(name -> name).addPassArgument(argument).options().canonical())
        .doesNotHaveDuplicates()
        .doesNotContain(AsyncifyOptions.defaults().canonical());
  }
}
