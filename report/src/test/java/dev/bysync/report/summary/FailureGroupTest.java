package dev.bysync.report.summary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.report.Runs;
import dev.bysync.report.run.RunModule;
import dev.bysync.verify.Verdict;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FailureGroupTest {
  @Test
  void takesReasonsThatDifferInParticularsForOne() {
    List<FailureGroup> groups =
        FailureGroup.of(
            List.of(
                failed("a", Verdict.REJECTED, "function 17, offset 0x1f3: unknown type 4"),
                failed("b", Verdict.REJECTED, "function 2, offset 0xc: unknown type 1,000"),
                failed("c", Verdict.MISMATCH, "export 'run': result 5 instead of 6"),
                Runs.module("d")));
    assertThat(groups)
        .extracting(FailureGroup::verdict, FailureGroup::cause, group -> group.modules().size())
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(
                Verdict.MISMATCH, "export '…': result # instead of #", 1),
            org.assertj.core.groups.Tuple.tuple(
                Verdict.REJECTED, "function #, offset #: unknown type #", 2));
  }

  private static RunModule failed(String name, Verdict verdict, String reason) {
    return Runs.module(name, Map.of("verdict", verdict, "reason", reason));
  }
}
