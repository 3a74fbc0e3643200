package dev.bysync.asyncify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.analysis.Plan;
import dev.bysync.wasm.module.Module;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The same options choose the same functions as in {@code wasm-opt}, where indirect calls leave
 * nothing to tell apart. Needs {@code wasm-opt} on the PATH, and skips itself without it.
 */
class WasmOptAgreementTest {
  private static final Pattern CHOSEN =
      Pattern.compile(
          "\\[asyncify\\] (.+?)(?: can change the state due to .*| is in the add-list, add|'s state"
              + " is set based on the only-list to 1)");

  /** What an only-list takes back of what was told before. */
  private static final Pattern TAKEN_BACK =
      Pattern.compile("\\[asyncify\\] (.+?)'s state is set based on the only-list to 0");

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "imports@env.sleep",
        "imports@env.sleep ;ignore-indirect",
        "imports@wasi.* ;ignore-indirect",
        "imports@*read ;ignore-indirect",
        "ignore-imports",
        "ignore-imports ;ignore-indirect",
        "ignore-indirect ;removelist@middle",
        "ignore-indirect ;removelist@l*",
        "ignore-indirect ;imports@no.* ;addlist@middle",
        "ignore-indirect ;imports@no.* ;addlist@middle ;propagate-addlist",
        "imports@env.sleep ;ignore-indirect ;addlist@indirect ;propagate-addlist",
        "onlylist@outer,std::map<int, char>::at(int)",
        "onlylist@*i*"
      })
  void theSameFunctionsAreChosen(String arguments) throws IOException, InterruptedException {
    WasmOpt wasmOpt = WasmOpt.required();
    AsyncifyOptions options = SelectionTest.options(arguments);
    Module module = SelectionTest.NAMED;
    Plan plan = Plan.of(module, options.selection());
    Set<String> ours = new TreeSet<>();
    for (int f = 0; f < module.functionCount(); f++) {
      if (plan.isInstrumented(f)) {
        ours.add(plan.names().name(f));
      }
    }
    assertThat(theirs(wasmOpt, module.bytes(), arguments)).isEqualTo(ours);
  }

  private Set<String> theirs(WasmOpt wasmOpt, byte[] module, String arguments)
      throws IOException, InterruptedException {
    List<String> flags =
        new ArrayList<>(List.of("-all", "-g", "--asyncify", "--pass-arg=asyncify-verbose"));
    for (String argument : arguments.split(" ;", -1)) {
      if (!argument.isBlank()) {
        flags.add("--pass-arg=asyncify-" + argument.strip());
      }
    }
    WasmOpt.Result result = wasmOpt.run(folder, module, flags);
    assertThat(result.exitCode()).as(result.text()).isZero();
    Set<String> names = new TreeSet<>();
    result
        .text()
        .lines()
        .forEach(
            line -> {
              Matcher matcher = CHOSEN.matcher(line);
              if (matcher.matches()) {
                names.add(matcher.group(1));
              }
              Matcher takenBack = TAKEN_BACK.matcher(line);
              if (takenBack.matches()) {
                names.remove(takenBack.group(1));
              }
            });
    return names;
  }
}
