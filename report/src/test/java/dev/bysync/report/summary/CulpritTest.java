package dev.bysync.report.summary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.engine.Responsible;
import dev.bysync.engine.Responsible.Kind;
import dev.bysync.job.sink.ResponsibleText;
import dev.bysync.report.Runs;
import dev.bysync.report.run.RunModule;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CulpritTest {
  @Test
  void addsUpAllModulesByNameAndKind() {
    List<RunModule> modules =
        List.of(
            module("a", new Responsible(Kind.IMPORT, "env.read", 10, 1000, 1, 50)),
            module(
                "b",
                new Responsible(Kind.IMPORT, "env.read", 5, 300, 2, 60),
                new Responsible(Kind.IMPORT, "env.write", 40, 9000, 0, 0),
                new Responsible(Kind.INDIRECT_CALLS, "env.read", 7, 70, 7, 70)),
            Runs.module("c"));
    assertThat(Culprit.of(modules, Kind.IMPORT))
        .containsExactly(
            new Culprit(Kind.IMPORT, "env.write", 1, 40, 9000, 0, 0),
            new Culprit(Kind.IMPORT, "env.read", 2, 15, 1300, 3, 110));
    assertThat(Culprit.of(modules, Kind.INDIRECT_CALLS))
        .containsExactly(new Culprit(Kind.INDIRECT_CALLS, "env.read", 1, 7, 70, 7, 70));
  }

  private static RunModule module(String name, Responsible... responsible) {
    return Runs.module(name, Map.of("responsible", ResponsibleText.write(List.of(responsible))));
  }
}
