package dev.bysync.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.asyncify.Asyncify;
import dev.bysync.asyncify.AsyncifyOptions;
import dev.bysync.asyncify.SiteMap;
import dev.bysync.verify.SiteCoverage.Way;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sites of another tool's output, told by what stands behind a call. */
final class ForeignSitesTest {
  private static final String HEAD =
      """
      (module
        (type $unary (func (param i32) (result i32)))
        (import "env" "a" (func $a (type $unary)))
        (import "env" "b" (func $b (type $unary)))
        (table 2 funcref)
        (memory (export "memory") 1)
      """;

  private static final String ORIGINAL =
      """
        (func $f (type $unary) (call $a (local.get 0)))
        (func $g (param i64) (result i32) (call $b (call $f (i32.const 1))))
        (func (export "run") (param i32) (result i32)
          (drop (call $a (local.get 0)))
          (drop (call $b (local.get 0)))
          (drop (call_indirect (type $unary) (local.get 0) (i32.const 0)))
          (drop (call $a (i32.const 1)))
          (call $g (i64.const 1)))
      """;

  private static final String ASKED =
      "(if (i32.eq (global.get $state) (i32.const 1)) (then (return (i32.const 0))))";

  private static SiteCalls sites(String original, String output) {
    return Objects.requireNonNull(
        SiteCalls.of(
            Subject.foreign(
                Fixtures.assemble(HEAD + original + ")"),
                Fixtures.assemble(HEAD + output + Fixtures.CONTROLS + ")"))));
  }

  /** What is asked behind every call. */
  private static String asked(String text) {
    return text.replace("(drop (call", "(local.set $r (call")
        .replaceAll(
            "(\\(local\\.set \\$r .*)", "$1 " + java.util.regex.Matcher.quoteReplacement(ASKED));
  }

  private static List<String> matches(SiteCalls sites) {
    List<String> all = new ArrayList<>();
    for (int site = 0; site < sites.size(); site++) {
      all.add(
          sites.isMatched(site)
              ? sites.function(site) + ":" + sites.outputFunction(site)
              : sites.unmatched(site).name());
    }
    return all;
  }

  /** Of what our transform makes, the sites are told as well as from its own map. */
  @Test
  void sitesOfOurOutputAreFoundWithoutItsMap() {
    byte[] original = Fixtures.assemble(HEAD + ORIGINAL + ")");
    SiteMap map = Asyncify.transformMapped(original, AsyncifyOptions.defaults()).sites();
    byte[] output = Asyncify.transformMapped(original, AsyncifyOptions.defaults()).bytes();

    SiteCalls found = Objects.requireNonNull(SiteCalls.of(Subject.foreign(original, output)));

    assertThat(found.size()).isEqualTo(map.size()).isPositive();
    for (int site = 0; site < map.size(); site++) {
      assertThat(found.find(new Reproducer.Site(map.function(site), map.originalOffset(site))))
          .isEqualTo(site);
    }
    assertThat(found.canBeForced()).isTrue();
  }

  private static final String RUN =
      """
        (func (export "run") (param i32) (result i32) (local $r i32)
          (drop (call $a (local.get 0)))
          (drop (call $b (local.get 0)))
          (drop (call_indirect (type $unary) (local.get 0) (i32.const 0)))
          (drop (call $a (i32.const 1)))
          (drop (call $g (i64.const 1)))
          (local.get $r))
      """;

  @Test
  void callsOfACallerAreToldByCalleeAndNumber() {
    String rest =
        "(func $f (type $unary) (call $a (local.get 0))) (func $g (param i64) (result i32) (call $b (call $f (i32.const 1))))";
    SiteCalls sites = sites(ORIGINAL, rest + asked(RUN));

    assertThat(matches(sites)).containsExactly("4:4", "4:4", "4:4", "4:4", "4:4");
    List<Integer> offsets = new ArrayList<>();
    for (int site = 0; site < sites.size(); site++) {
      offsets.add(sites.originalOffset(site));
    }
    assertThat(offsets).isSorted().doesNotHaveDuplicates();
  }

  /** Functions are in another order: run is told by its name, its callees by its calls. */
  @Test
  void functionsInAnotherOrderAreMatchedByTheirCallers() {
    String rest =
        "(func $g (param i64) (result i32) (local $r i32) (local.set $r (call $f (i32.const 1))) "
            + ASKED
            + " (call $b (local.get $r)))"
            + "(func $f (type $unary) (local $r i32) (local.set $r (call $a (local.get 0))) "
            + ASKED
            + " (local.get $r))";
    SiteCalls sites = sites(ORIGINAL, asked(RUN) + rest);

    assertThat(matches(sites)).containsExactly("4:2", "4:2", "4:2", "4:2", "4:2", "3:3", "2:4");
  }

  @Test
  void anotherNumberOfCallsIsNotMatched() {
    String fewer = RUN.replace("(drop (call $a (i32.const 1)))", "");
    String rest =
        "(func $f (type $unary) (call $a (local.get 0))) (func $g (param i64) (result i32) (call $b (call $f (i32.const 1))))";

    SiteCalls sites = sites(ORIGINAL, rest + asked(fewer));

    assertThat(matches(sites))
        .containsExactly(Way.OTHER_NUMBER_OF_CALLS.name(), "4:4", "4:4", "4:4");
    assertThat(sites.unmatchedCount()).isEqualTo(1);
  }

  @Test
  void aFunctionThatNobodyKnowsIsNotMatched() {
    String more =
        "(func $new (type $unary) (local $r i32) (local.set $r (call $a (local.get 0))) "
            + ASKED
            + " (local.get $r))";
    String rest =
        "(func $f (type $unary) (call $a (local.get 0))) (func $g (param i64) (result i32) (call $b (call $f (i32.const 1))))";

    assertThat(matches(sites(ORIGINAL, rest + RUN + more)))
        .containsExactly(Way.UNKNOWN_FUNCTION.name());
  }

  /** What comes behind a call that is skipped while rewinding asks for another state. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "(if (i32.eqz (global.get $state)) (then (return (i32.const 0))))",
        "(if (i32.eq (global.get $state) (i32.const 2)) (then (return (i32.const 0))))",
        "(if (i32.eq (global.get $data) (i32.const 1)) (then (return (i32.const 0))))",
        "(i32.store (i32.const 0) (i32.const 0)) (if (i32.eq (global.get $state) (i32.const 1)) (then))",
        "(block) (if (i32.eq (global.get $state) (i32.const 1)) (then))"
      })
  void anotherQuestionBehindACallMakesNoSite(String question) {
    String output =
        "(func $f (type $unary) (local $r i32) (local.set $r (call $a (local.get 0))) "
            + question
            + " (local.get $r))";

    assertThat(sites(ORIGINAL, output).size()).isZero();
  }

  @Test
  void tailCallsAreNotForced() {
    String tail = "(func $f (type $unary) (return_call $a (local.get 0)))";

    SiteCalls sites =
        sites(ORIGINAL, tail + asked(RUN.replace("(drop (call $g (i64.const 1)))", "")));

    assertThat(sites.size()).isPositive();
    assertThat(sites.canBeForced()).isFalse();
  }

  @Test
  void withoutAStateThatIsAGlobalNothingIsKnown() {
    byte[] original = Fixtures.assemble(HEAD + ORIGINAL + ")");

    assertThat(SiteCalls.of(Subject.foreign(original, original))).isNull();
    assertThat(SiteCalls.of(Subject.foreign(original, new byte[] {1, 2, 3}))).isNull();
  }
}
