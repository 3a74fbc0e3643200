package dev.bysync.asyncify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.bysync.analysis.OptionException;
import dev.bysync.analysis.Plan;
import dev.bysync.verify.machine.Outcome;
import dev.bysync.wasm.module.Module;
import dev.bysync.wasm.text.DebugNames;
import dev.bysync.wasm.text.WatReader;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Which functions the options choose, and that what they choose really suspends and resumes: the
 * exports return the sum of what was called on the way.
 */
class SelectionTest {
  private static final String MODULE =
      """
      (import "env" "sleep" (func $sleep))
      (import "env" "read" (func $read))
      (import "wasi" "fd_read" (func $fd_read))
      (memory 1)
      (table $t (export "t") 4 funcref)
      (elem (table $t) (i32.const 0) func $leaf $calm)
      (type $v (func (result i32)))
      (func $leaf (type $v) call $sleep i32.const 1)
      (func $calm (type $v) i32.const 2)
      (func $middle (export "middle") (result i32) call $leaf i32.const 10 i32.add)
      (func $outer (export "outer") (result i32) call $middle i32.const 100 i32.add)
      (func $indirect (export "indirect") (result i32)
        (i32.add (i32.const 1000) (call_indirect $t (type $v) (i32.const 0))))
      (func $top (export "top") (result i32) call $indirect i32.const 10000 i32.add)
      (func $reader (export "reader") (result i32) call $read call $fd_read i32.const 5)
      (func $"std::map<int, char>::at(int)" (export "at") (result i32) call $read i32.const 6)
      """;

  static final Module NAMED = Module.read(WatReader.assemble(MODULE, DebugNames.WRITE));

  static AsyncifyOptions options(String arguments) {
    OptionParser parser = new OptionParser(name -> name);
    for (String argument : arguments.split(" ;", -1)) {
      if (!argument.isBlank()) {
        parser.addPassArgument("asyncify-" + argument.strip());
      }
    }
    return parser.options();
  }

  private static Set<String> instrumented(Module module, AsyncifyOptions options) {
    Plan plan = Plan.of(module, options.selection());
    Set<String> names = new TreeSet<>();
    for (int f = 0; f < module.functionCount(); f++) {
      if (plan.isInstrumented(f)) {
        names.add(plan.names().name(f));
      }
    }
    return names;
  }

  private static List<String> warnings(String arguments) {
    return Asyncify.transform(NAMED.bytes(), options(arguments)).warnings();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          imports@env.sleep                               | indirect leaf middle outer top
          imports@env.sleep ;ignore-indirect              | leaf middle outer
          imports@wasi.* ;ignore-indirect                 | reader
          imports@*read ;ignore-indirect                  | reader std::map<int, char>::at(int)
          imports@env.*,wasi.fd_read ;ignore-indirect     | leaf middle outer reader std::map<int, char>::at(int)
          ignore-imports                                  | indirect top
          ignore-imports ;ignore-indirect                 |
          ignore-indirect ;removelist@middle              | leaf reader std::map<int, char>::at(int)
          ignore-indirect ;removelist@l*                  | reader std::map<int, char>::at(int)
          ignore-indirect ;imports@no.* ;addlist@middle   | middle
          ignore-indirect ;imports@no.* ;addlist@middle ;propagate-addlist | middle outer
          imports@env.sleep ;ignore-indirect ;addlist@indirect ;propagate-addlist | indirect leaf middle outer top
          onlylist@outer,std::map<int, char>::at(int)     | outer std::map<int, char>::at(int)
          onlylist@*i*                                    | indirect middle std::map<int, char>::at(int)
          """)
  void theFunctionsThatAreInstrumented(String arguments, String expected) {
    assertThat(String.join(" ", instrumented(NAMED, options(arguments))))
        .isEqualTo(expected == null ? "" : expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          imports@env.sleep                            | outer    | 111
          imports@env.sleep                            | top      | 11001
          ignore-indirect                              | outer    | 111
          ignore-indirect ;addlist@indirect,top        | top      | 11001
          onlylist@leaf,middle,outer                   | outer    | 111
          onlylist@leaf,indirect,top                   | top      | 11001
          """)
  void whatIsChosenSuspendsAndResumes(String arguments, String export, long expected) {
    Instance instance =
        Instance.of(Asyncify.transform(NAMED.bytes(), options(arguments)).bytes(), 0);
    assertThat(instance.results(export)).containsExactly(expected);
    instance.suspendIn("env.sleep").results(export);
    assertThat(instance.state()).isEqualTo(1);
    assertThat(((Outcome.Returned) instance.resume(export)).results()).containsExactly(expected);
    assertThat(instance.state()).isZero();
    assertThat(instance.calls()).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ignore-indirect                   | top
          removelist@outer                  | outer
          onlylist@leaf,outer               | outer
          """)
  void whatIsNotChosenGoesOnWhileItUnwinds(String arguments, String export) {
    Instance instance =
        Instance.of(Asyncify.transform(NAMED.bytes(), options(arguments)).bytes(), 0);
    assertThat(instance.suspendIn("env.sleep").results(export)[0]).isNotZero();
  }

  @Test
  void aCallOfAnImportThatDoesNotSuspendIsNoSite() {
    assertThat(Asyncify.transform(NAMED.bytes(), options("imports@env.read")).sites().size())
        .isEqualTo(
            Asyncify.transform(NAMED.bytes(), options("imports@env.read,wasi.*")).sites().size()
                - 1);
  }

  @Test
  void callsInsideOfALegacyCatchCanBeLeftAlone() {
    byte[] module =
        Pairs.assemble(
            "(import \"env\" \"f\" (func $f)) (memory 1) (tag $t)"
                + "(func (export \"run\") call $f"
                + " (try (do (call $f) (throw $t))"
                + "  (catch $t (block (try (do (call $f)) (catch_all (call $f)))) (call $f))) call $f)");
    assertThat(Asyncify.transform(module, AsyncifyOptions.defaults()).sites().size()).isEqualTo(6);
    Transformed ignoring = Asyncify.transform(module, options("ignore-unwind-from-catch"));
    assertThat(ignoring.sites().size()).isEqualTo(3);
    Pairs.assertValid(ignoring.bytes());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          removelist@nobody        | Asyncify removelist contained a non-existing function name: nobody
          addlist@nobody           | Asyncify addlist contained a non-existing function name: nobody
          onlylist@leaf,nobody     | Asyncify onlylist contained a non-existing function name: nobody
          removelist@no*body       | Asyncify removelist contained a non-matching pattern: no*body
          addlist@env.*            | Asyncify addlist contained a non-matching pattern: env.*
          onlylist@sle*            | Asyncify onlylist contained a non-matching pattern: sle*
          imports@env.nothing      | imports has 'env.nothing'
          imports@env.sleep,a.*    | imports has 'a.*'
          imports@env.slep         | imports has 'env.slep', and no import matches it; did you mean 'env.sleep'?
          imports@sleep            | imports has 'sleep', and no import matches it; did you mean 'env.sleep'?
          removelist@midle         | Asyncify removelist contained a non-existing function name: midle; did you mean 'middle'?
          onlylist@leaf,std::map::at | Asyncify onlylist contained a non-existing function name: std::map::at
          addlist@readr,outr       | Asyncify addlist contained a non-existing function name: readr; did you mean 'reader'?
          """)
  void whatMatchesNothingIsAWarning(String arguments, String warning) {
    assertThat(warnings(arguments)).first().asString().startsWith(warning);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          removelist@sleep                        | the remove-list names 'sleep', an imported function
          addlist@sleep                           | the add-list names 'sleep', an imported function
          onlylist@leaf,sleep                     | the only-list names 'sleep', an imported function
          addlist@leaf,outer ;removelist@outer    | 'outer' is in the add-list and in the remove-list
          addlist@l* ;removelist@*af              | 'leaf' is in the add-list and in the remove-list
          """)
  void whatContradictsTheModuleIsAnError(String arguments, String message) {
    assertThat(
            catchThrowableOfType(
                OptionException.class, () -> Asyncify.transform(NAMED.bytes(), options(arguments))))
        .hasMessageContaining(message);
  }

  @Test
  void withoutNamesFunctionsGoByNumbersAsInBinaryen() {
    Module module = Module.read(WatReader.assemble(MODULE));
    assertThat(instrumented(module, options("onlylist@2,4"))).containsExactly("2", "4");
    assertThat(Plan.of(module).names().name(1)).isEqualTo("fimport$1");
  }
}
