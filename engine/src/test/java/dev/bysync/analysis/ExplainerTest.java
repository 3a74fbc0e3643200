package dev.bysync.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.analysis.Explainer.Blame;
import dev.bysync.analysis.Selection.ImportRule;
import dev.bysync.analysis.Selection.IndirectCalls;
import dev.bysync.analysis.Selection.Propagation;
import dev.bysync.wasm.module.ExternKind;
import dev.bysync.wasm.module.Module;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExplainerTest {
  /** Calls at random among many functions, a few imports at the bottom. */
  private static Module random(long seed) {
    Random random = new Random(seed);
    int imports = 1 + random.nextInt(4);
    int functions = 5 + random.nextInt(60);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < imports; i++) {
      text.append("(import \"env\" \"i%1$d\" (func $i%1$d))".formatted(i));
    }
    for (int f = 0; f < functions; f++) {
      text.append("(func $f%d".formatted(f));
      for (int calls = random.nextInt(3); calls > 0; calls--) {
        text.append(
            random.nextInt(6) == 0
                ? " call $i" + random.nextInt(imports)
                : " call $f" + random.nextInt(functions));
      }
      text.append(')');
    }
    return Plans.module(text.toString());
  }

  /** Without an import, by trying it. */
  private static int without(Module module, String import_) {
    List<String> others =
        module.imports().stream()
            .filter(imported -> imported.kind() == ExternKind.FUNCTION)
            .map(imported -> imported.module() + "." + imported.name())
            .filter(name -> !name.equals(import_))
            .toList();
    return Plan.of(
            module,
            new Selection(
                ImportRule.LISTED,
                others,
                IndirectCalls.DEFAULT,
                List.of(),
                List.of(),
                Propagation.LISTED_ONLY,
                List.of()))
        .instrumentedCount();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void whatAnImportOrFunctionAloneIsResponsibleForIsWhatItsAbsenceSaves(long seed) {
    Module module = random(seed);
    Plan plan = Plan.of(module);
    int all = plan.instrumentedCount();
    int nearest = 0;
    for (Blame blame : new Explainer(module, plan).ranking()) {
      if (blame.kind() == Blame.Kind.IMPORT) {
        assertThat(all - blame.alone())
            .as("seed %d, import %d", seed, blame.index())
            .isEqualTo(without(module, "env.i" + blame.index()));
        nearest += blame.nearest();
      } else {
        Selection removed =
            Plans.lists(
                IndirectCalls.DEFAULT,
                List.of(plan.names().name(blame.index())),
                List.of(),
                List.of());
        assertThat(all - blame.alone())
            .as("seed %d, function %d", seed, blame.index())
            .isEqualTo(Plan.of(module, removed).instrumentedCount());
      }
    }
    assertThat(nearest).as("each has a nearest import").isEqualTo(all);
  }

  @Test
  void aLongChainOfCallsIsExplainedWithoutRecursion() {
    int length = 100_000;
    StringBuilder text = new StringBuilder("(import \"env\" \"f\" (func))");
    for (int f = 0; f < length; f++) {
      text.append("(func call ").append(f).append(')');
    }
    Module module = Plans.module(text.toString());
    Plan plan = Plan.of(module);
    Explainer explainer = new Explainer(module, plan);
    assertThat(explainer.path(length)).hasSize(length + 1);
    assertThat(explainer.ranking().get(0).alone()).isEqualTo(length);
  }

  @Test
  void anOnlyListLeavesNothingToExplain() {
    Module module = random(1);
    Plan plan =
        Plan.of(module, Plans.lists(IndirectCalls.DEFAULT, List.of(), List.of(), List.of("f1")));
    assertThat(new Explainer(module, plan).ranking()).isEmpty();
  }

  @Test
  void aCallOfTheHostIsTheEndOfTheWay() {
    Module module =
        Plans.module(
            "(type $v (func (param i32))) (table $t (export \"t\") 1 funcref)"
                + "(func $run i32.const 1 i32.const 0 call_indirect $t (type $v))"
                + "(func $main call $run)");
    Explainer explainer = new Explainer(module, Plan.of(module));
    assertThat(explainer.path(1))
        .extracting(Explainer.Why::cause)
        .containsExactly(Cause.CALLS, Cause.CALLS_HOST);
    int offset = explainer.path(1).get(1).offset();
    assertThat(module.bytes()[offset]).as("call_indirect").isEqualTo((byte) 0x11);
    assertThat(explainer.ranking().get(0))
        .extracting(Blame::kind, Blame::index, Blame::alone)
        .containsExactly(Blame.Kind.INDIRECT_TYPE, 0, 2);
  }
}
