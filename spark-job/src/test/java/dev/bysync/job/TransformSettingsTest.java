package dev.bysync.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.asyncify.AsyncifyOptions;
import dev.bysync.asyncify.AsyncifyOptions.FrameMemory;
import dev.bysync.asyncify.AsyncifyOptions.StateGlobals;
import dev.bysync.asyncify.TransformOption;
import dev.bysync.engine.ProcessOptions;
import dev.bysync.job.config.Setting;
import dev.bysync.job.config.Settings;
import dev.bysync.job.transform.EngineFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TransformSettingsTest {
  private final List<String> problems = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  private AsyncifyOptions options(Map<String, String> environment, String... arguments) {
    Settings settings = Settings.resolve(arguments, environment);
    AsyncifyOptions options = TransformSettings.options(settings, problems, warnings);
    problems.addAll(settings.problems());
    return options;
  }

  @ParameterizedTest
  @EnumSource(value = TransformOption.class, mode = EnumSource.Mode.EXCLUDE, names = "VERBOSE")
  void everyOptionOfTheTransformIsASetting(TransformOption option) {
    assertThat(Arrays.stream(Setting.values()).map(Setting::key)).contains(option.longName());
  }

  @Test
  void nothingSetIsTheDefault() {
    assertThat(options(Map.of())).isEqualTo(AsyncifyOptions.defaults());
    assertThat(problems).isEmpty();
    assertThat(warnings).isEmpty();
  }

  @Test
  void optionsComeFromLineEnvironmentAndFilesAndReachTheExecutors(@TempDir Path folder)
      throws IOException {
    Path list = Files.writeString(folder.resolve("list"), "main\nf(int, int)\n");
    AsyncifyOptions options =
        options(
            Map.of("BYSYNC_IMPORTS", "env.*", "BYSYNC_IN_SECONDARY_MEMORY", "true"),
            "--only-list=@" + list,
            "--secondary-memory-size",
            "4",
            "--export-globals",
            "true",
            "--indirect=declared");
    assertThat(problems).isEmpty();
    assertThat(options.selection().imports()).containsExactly("env.*");
    assertThat(options.selection().onlyList()).containsExactly("main", "f(int, int)");
    assertThat(options.memory()).isEqualTo(FrameMemory.secondary(4));
    assertThat(options.globals()).isEqualTo(StateGlobals.EXPORTED);
    ProcessOptions process = new ProcessOptions(options, 1, 1);
    assertThat(process.profile())
        .isNotEqualTo(new ProcessOptions(AsyncifyOptions.defaults(), 1, 1).profile());
    new EngineFactory(process).create(); // fails if an option is lost on its way
  }

  @Test
  void whatIsWrongIsAProblem() {
    options(
        Map.of(),
        "--asserts=maybe",
        "--import-globals=true",
        "--export-globals=true",
        "--indirect=x");
    assertThat(problems)
        .hasSize(3)
        .anyMatch(problem -> problem.contains("--asserts must be true or false"))
        .anyMatch(problem -> problem.contains("can't be used together"))
        .anyMatch(problem -> problem.contains("not 'x'"));
  }
}
