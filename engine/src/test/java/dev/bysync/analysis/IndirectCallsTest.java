package dev.bysync.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.analysis.Selection.IndirectCalls;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where indirect calls are taken to go. {@code $deep} suspends; {@code $run} calls indirectly. */
class IndirectCallsTest {
  private static final String DEEP =
      "(import \"env\" \"sleep\" (func $sleep)) (type $v (func)) (type $i (func (param i32)))"
          + " (func $deep call $sleep) ";
  private static final String CALL = "(func $run i32.const 0 call_indirect $t (type $v))";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          active segment | (table $t 9 funcref) (elem (table $t) (i32.const 0) func $deep)
          passive segment and table.init | (table $t 9 funcref) (elem $e func $deep) (func (table.init $t $e (i32.const 0) (i32.const 0) (i32.const 1)))
          copied from another table | (table $t 9 funcref) (table $u 9 funcref) (elem (table $u) (i32.const 0) func $deep) (func (table.copy $t $u (i32.const 0) (i32.const 0) (i32.const 1)))
          through two tables | (table $t 9 funcref) (table $u 9 funcref) (table $w 9 funcref) (elem (table $w) (i32.const 0) func $deep) (func (table.copy $t $u (i32.const 0) (i32.const 0) (i32.const 1))) (func (table.copy $u $w (i32.const 0) (i32.const 0) (i32.const 1)))
          table.set | (table $t 9 funcref) (elem declare func $deep) (func (table.set $t (i32.const 0) (ref.func $deep)))
          table.fill | (table $t 9 funcref) (elem declare func $deep) (func (table.fill $t (i32.const 0) (ref.func $deep) (i32.const 1)))
          table.grow | (table $t 9 funcref) (elem declare func $deep) (func (drop (table.grow $t (ref.func $deep) (i32.const 1))))
          table initialiser | (table $t 9 funcref (ref.func $deep))
          by a global | (global $g funcref (ref.func $deep)) (table $t 9 funcref) (func (table.set $t (i32.const 0) (global.get $g)))
          by a segment's global | (global $g funcref (ref.func $deep)) (table $t 9 funcref) (elem (table $t) (i32.const 0) funcref (global.get $g))
          read from a table, written to another | (table $t 9 funcref) (table $u 9 funcref) (elem (table $u) (i32.const 0) func $deep) (func (table.set $t (i32.const 0) (table.get $u (i32.const 0))))
          by an array of a segment | (type $a (array (mut funcref))) (table $t 9 funcref) (elem $e func $deep) (func (table.set $t (i32.const 0) (array.get $a (array.new_elem $a $e (i32.const 0) (i32.const 1)) (i32.const 0))))
          by a struct | (type $s (struct (field funcref))) (elem declare func $deep) (table $t 9 funcref) (func (table.set $t (i32.const 0) (struct.get $s 0 (struct.new $s (ref.func $deep)))))
          """)
  void aFunctionIsFoundInTheTable(String how, String fields) {
    for (IndirectCalls policy :
        new IndirectCalls[] {IndirectCalls.DEFAULT, IndirectCalls.DECLARED}) {
      assertThat(Plans.instrumented(DEEP + fields + CALL, Plans.indirect(policy)))
          .as(how)
          .contains("run", "deep");
    }
    assertThat(Plans.instrumented(DEEP + fields + CALL, Plans.indirect(IndirectCalls.NEVER)))
        .as(how)
        .contains("deep")
        .doesNotContain("run");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          the function is in another table | (table $t 9 funcref) (table $u 9 funcref) (elem (table $u) (i32.const 0) func $deep)
          a passive segment is not used | (table $t 9 funcref) (elem func $deep)
          the reference stays a value | (table $t 9 funcref) (elem declare func $deep) (func (drop (ref.func $deep)))
          the function has another type | (table $t 9 funcref) (elem (table $t) (i32.const 0) func $other) (func $other (param i32) call $sleep)
          what is there does not suspend | (table $t 9 funcref) (elem (table $t) (i32.const 0) func $calm) (func $calm)
          """)
  void aFunctionIsNotFoundInTheTable(String why, String fields) {
    assertThat(Plans.instrumented(DEEP + fields + CALL, Selection.defaults()))
        .as(why)
        .doesNotContain("run");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          imported | (import "env" "t" (table $t 9 funcref))
          exported | (table $t (export "t") 9 funcref)
          copied from an exported one | (table $t 9 funcref) (table $u (export "t") 9 funcref) (func (table.copy $t $u (i32.const 0) (i32.const 0) (i32.const 1)))
          written with what an import returns | (import "env" "get" (func $get (result funcref))) (table $t 9 funcref) (func (table.set $t (i32.const 0) (call $get)))
          written with an exported function's argument | (table $t 9 funcref) (func (export "f") (param funcref) (table.set $t (i32.const 0) (local.get 0)))
          written with an imported global | (import "env" "g" (global $g funcref)) (table $t 9 funcref) (func (table.set $t (i32.const 0) (global.get $g)))
          written with an exported global | (global $g (export "g") (mut funcref) (ref.null func)) (table $t 9 funcref) (func (table.set $t (i32.const 0) (global.get $g)))
          """)
  void theHostCanSupplyAFunction(String how, String fields) {
    String module = "(type $v (func)) " + fields + CALL;
    assertThat(Plans.instrumented(module, Selection.defaults())).as(how).contains("run");
    assertThat(Plans.instrumented(module, Plans.indirect(IndirectCalls.DECLARED)))
        .as(how)
        .doesNotContain("run");
    assertThat(Plans.instrumented(module, Plans.indirect(IndirectCalls.NEVER)))
        .as(how)
        .doesNotContain("run");
  }

  @Test
  void aReferenceIsCalledByItsTypeAndTypesBelow() {
    String types =
        "(type $a (sub (func))) (type $b (sub $a (func))) (type $c (sub final $b (func)))"
            + " (import \"env\" \"sleep\" (func $sleep (type $b)))"
            + " (func $b (type $b) call $sleep) (elem declare func $b)"
            + " (func $mention (drop (ref.func $b)))"
            + " (func $callA (param (ref null $a)) local.get 0 call_ref $a)"
            + " (func $callB (param (ref null $b)) local.get 0 call_ref $b)"
            + " (func $callC (param (ref null $c)) local.get 0 call_ref $c)";
    assertThat(Plans.instrumented(types, Selection.defaults()))
        .containsExactlyInAnyOrder("b", "callA", "callB");
    assertThat(Plans.instrumented(types, Plans.indirect(IndirectCalls.NEVER))).containsExactly("b");
  }

  @Test
  void aReferenceFromTheHostMaySuspend() {
    String text =
        "(type $v (func)) (func $run (export \"run\") (param (ref $v)) local.get 0 call_ref $v)";
    assertThat(Plans.instrumented(text, Selection.defaults())).containsExactly("run");
    assertThat(Plans.instrumented(text, Plans.indirect(IndirectCalls.DECLARED))).isEmpty();
  }

  @Test
  void externalReferencesHoldNoFunctionsWithoutObjectsThatDo() {
    String text =
        "(type $v (func)) (import \"env\" \"get\" (func $get (result externref)))"
            + " (func $run (param (ref null $v)) local.get 0 call_ref $v) ";
    assertThat(Plans.instrumented(text, Plans.imports())).isEmpty();
    assertThat(Plans.instrumented(text + "(type $s (struct (field funcref)))", Plans.imports()))
        .containsExactly("run");
  }

  @Test
  void indirectTailCallsAreFollowed() {
    String text =
        DEEP
            + "(table $t 9 funcref) (elem (table $t) (i32.const 0) func $deep)"
            + "(func $run i32.const 0 return_call_indirect $t (type $v))";
    assertThat(Plans.instrumented(text, Selection.defaults())).contains("run");
  }
}
