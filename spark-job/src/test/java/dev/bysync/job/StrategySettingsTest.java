package dev.bysync.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.bysync.asyncify.AsyncifyOptions;
import dev.bysync.asyncify.AsyncifyOptions.Asserts;
import dev.bysync.asyncify.AsyncifyOptions.FrameMemory;
import dev.bysync.engine.ProcessOptions;
import dev.bysync.job.config.Settings;
import dev.bysync.job.transform.EngineFactory;
import dev.bysync.strategy.External;
import dev.bysync.strategy.ExternalLimits;
import dev.bysync.strategy.Strategy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StrategySettingsTest {
  private final List<String> problems = new ArrayList<>();

  private List<Strategy> strategies(String... arguments) {
    return StrategySettings.strategies(Settings.resolve(arguments, Map.of()), problems);
  }

  @Test
  void theDefaultIsOurOwn() {
    assertThat(strategies()).extracting(Strategy::name).containsExactly("dispatch");
    assertThat(problems).isEmpty();
  }

  @Test
  void severalStandOneALineAndCountOnce() {
    assertThat(
            strategies(
                "--strategy",
                "external:a {in} {out}\n\ndispatch\ndispatch",
                "--external-seconds",
                "7",
                "--external-memory=8",
                "--external-output=9"))
        .extracting(Strategy::name)
        .containsExactly("external:a {in} {out}", "dispatch");
    assertThat(strategies("--strategy", "external:a {in} {out}", "--external-seconds=7"))
        .containsExactly(new External("a {in} {out}", new ExternalLimits(7, 4096, 1024)));
    assertThat(problems).isEmpty();
  }

  @Test
  void allThatIsWrongIsTold() {
    strategies("--strategy", "guards\nexternal:cp {in}", "--external-seconds=0");
    assertThat(problems).hasSize(3);
    assertThat(String.join("\n", problems)).contains("'guards'", "has no {out}", "seconds");
  }

  @Test
  void optionsThatNothingFollowsAreAProblem() {
    List<Strategy> command = strategies("--strategy", "external:a {in} {out}");
    AsyncifyOptions asserts = AsyncifyOptions.defaults().withAsserts(Asserts.CALLS);
    StrategySettings.checkOptions(command, asserts, problems);
    assertThat(problems).singleElement().asString().contains("do nothing");
    problems.clear();
    StrategySettings.checkOptions(
        command, AsyncifyOptions.defaults().withMemory(FrameMemory.export("m")), problems);
    StrategySettings.checkOptions(
        strategies("--strategy", "external:a {in} {out}\ndispatch"), asserts, problems);
    assertThat(problems).isEmpty();
  }

  @Test
  void everyStrategyTravelsToTheExecutors() {
    for (Strategy strategy : strategies("--strategy", "external:a \"b\" {in} {out}\ndispatch")) {
      assertThatCode(
              () -> new EngineFactory(ProcessOptions.defaults().withStrategy(strategy)).create())
          .doesNotThrowAnyException();
    }
  }
}
