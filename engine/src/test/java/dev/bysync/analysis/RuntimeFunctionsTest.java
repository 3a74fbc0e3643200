package dev.bysync.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.analysis.Selection.IndirectCalls;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A module that drives suspensions by itself, through imports from {@code asyncify}. */
class RuntimeFunctionsTest {
  private static final String MODULE =
      """
      (import "asyncify" "start_unwind" (func $start_unwind (param i32)))
      (import "asyncify" "stop_unwind" (func $stop_unwind))
      (import "asyncify" "start_rewind" (func $start_rewind (param i32)))
      (import "asyncify" "stop_rewind" (func $stop_rewind))
      (import "asyncify" "get_state" (func $get_state (result i32)))
      (memory 1)
      (func $pause
        (if (call $get_state)
          (then (call $stop_rewind))
          (else (call $start_unwind (i32.const 16)))))
      (func $worker call $pause)
      (func $caller call $worker)
      (func $scheduler call $caller call $stop_unwind (call $start_rewind (i32.const 16)) call $caller)
      (func $main (export "main") call $scheduler)
      (func $asks (result i32) call $get_state)
      """;

  @Test
  void topAndBottomAreNotInstrumentedAndTheBottomStopsTheSpreading() {
    assertThat(Plans.instrumented(MODULE, Selection.defaults()))
        .containsExactly("caller", "worker");
    Plan plan = Plan.of(Plans.module(MODULE));
    assertThat(plan.maySuspend(5)).as("pause").isTrue();
    assertThat(plan.cause(5)).isEqualTo(Cause.TOP_MOST);
    assertThat(plan.cause(8)).isEqualTo(Cause.BOTTOM_MOST);
    assertThat(plan.cause(9)).isEqualTo(Cause.NOTHING);
    assertThat(plan.cause(0)).isEqualTo(Cause.CONTROL);
  }

  @Test
  void ignoringImportsLeavesTheControlFunctionsAlone() {
    assertThat(Plans.instrumented(MODULE, Plans.imports("env.*")))
        .containsExactly("caller", "worker");
  }

  @Test
  void aListedFunctionOfTheRuntimeIsAWarning() {
    Selection listed =
        Plans.lists(
            IndirectCalls.DEFAULT, List.of(), List.of(), List.of("worker", "pause", "scheduler"));
    assertThat(Plans.instrumented(MODULE, listed)).containsExactly("worker");
    assertThat(Plan.of(Plans.module(MODULE), listed).warnings())
        .hasSize(2)
        .anyMatch(warning -> warning.startsWith("'pause' is listed but not instrumented"))
        .anyMatch(warning -> warning.startsWith("'scheduler' is listed but not instrumented"));
  }

  @Test
  void aRemovedTopStopsTheSpreading() {
    Selection removed = Plans.lists(IndirectCalls.DEFAULT, List.of("pause"), List.of(), List.of());
    assertThat(Plans.instrumented(MODULE, removed)).isEmpty();
  }
}
