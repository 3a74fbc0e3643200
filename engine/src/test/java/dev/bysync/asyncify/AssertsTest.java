package dev.bysync.asyncify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.verify.Verdict;
import dev.bysync.verify.machine.TrapKind;
import dev.bysync.wasm.text.DebugNames;
import dev.bysync.wasm.text.WatReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Option asserts: where a promise of the user is broken, the output traps instead of going on. */
class AssertsTest {
  private static final String MODULE =
      """
      (import "env" "sleep" (func $sleep))
      (import "env" "get" (func $get (result i32)))
      (memory 1)
      (table $t 1 funcref)
      (elem (table $t) (i32.const 0) func $inner)
      (func $inner call $sleep)
      (func $direct (export "direct") call $inner)
      (func $indirect (export "indirect") (call_indirect $t (i32.const 0)))
      (func $value (export "value") (result i32) i32.const 7 call $get i32.add)
      (func $both (export "both") (result i32) call $value call $sleep)
      """;

  private static Transformed transform(String... arguments) {
    OptionParser parser = new OptionParser(name -> name);
    for (String argument : arguments) {
      parser.addPassArgument(argument);
    }
    return Asyncify.transform(WatReader.assemble(MODULE, DebugNames.WRITE), parser.options());
  }

  @ParameterizedTest
  @ValueSource(strings = {"direct", "indirect"})
  void withoutAssertsABrokenPromiseIsNotSeen(String export) {
    Instance instance = Instance.of(transform("asyncify-removelist@" + export));
    instance.suspendIn("env.sleep").results(export);
    assertThat(instance.state()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"direct", "indirect"})
  void aFunctionThatIsNotInstrumentedTrapsWhereItsCallSuspends(String export) {
    Instance instance = Instance.of(transform("asyncify-asserts", "asyncify-removelist@" + export));
    instance.results(export);
    instance.suspendIn("env.sleep");
    assertThat(Instance.trap(instance.call(export))).isEqualTo(TrapKind.UNREACHABLE);
  }

  @Test
  void aValueUnderTheCallIsKept() {
    Instance instance = Instance.of(transform("asyncify-asserts", "asyncify-ignore-imports"));
    assertThat(instance.results("value")).containsExactly(7);
    instance.suspendIn("env.get");
    assertThat(Instance.trap(instance.call("value"))).isEqualTo(TrapKind.UNREACHABLE);
  }

  @Test
  void anInstrumentedFunctionTrapsWhereACallThatIsNoSiteSuspends() {
    Instance instance = Instance.of(transform("asyncify-asserts", "asyncify-imports@env.sleep"));
    assertThat(instance.results("both")).containsExactly(7);
    instance.suspendIn("env.get");
    assertThat(Instance.trap(instance.call("both"))).isEqualTo(TrapKind.UNREACHABLE);
  }

  @Test
  void aRewindThatNobodyEndsTraps() {
    Instance instance = Instance.of(transform("asyncify-asserts"));
    instance.suspendIn("env.sleep").results("direct");
    instance.results("asyncify_stop_unwind");
    instance.results("asyncify_start_rewind", 16);
    instance.ignoreRewind();
    assertThat(Instance.trap(instance.call("direct"))).isEqualTo(TrapKind.UNREACHABLE);
  }

  @ParameterizedTest
  @MethodSource("dev.bysync.asyncify.FixturesTest#fixtures")
  void whoKeepsThePromisesSeesNoDifference(String name) {
    byte[] original = Pairs.assemble(Resources.read(name));
    Transformed transformed =
        Asyncify.transform(
            original, AsyncifyOptions.defaults().withAsserts(AsyncifyOptions.Asserts.CALLS));
    Pairs.assertValid(transformed.bytes());
    assertThat(Pairs.verify(original, transformed, 1).verdict()).isEqualTo(Verdict.VERIFIED);
  }
}
