package dev.bysync.job.transform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.job.sink.ProvenanceRow;
import dev.bysync.job.source.Decoded;
import dev.bysync.job.source.Position;
import dev.bysync.job.source.Submission;
import dev.bysync.job.source.Submission.PayloadKind;
import dev.bysync.job.source.Undecodable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BatchPlanTest {
  @Test
  void choosesTheFirstPayloadOfEachModule() {
    BatchPlan plan =
        plan(
            List.of(
                event(0, 5, "a", "p1", PayloadKind.STORED),
                event(0, 4, "a", "p1", PayloadKind.INLINE),
                event(0, 6, "a", "p2", PayloadKind.EARLIER),
                event(1, 0, "b", "p3", PayloadKind.INLINE)),
            Set.of());
    assertThat(plan.tasks())
        .containsOnlyKeys(new Position(0, 4), new Position(0, 5), new Position(1, 0));
    assertThat(plan.taskCount()).isEqualTo(2);
    assertThat(plan.provenance()).extracting(ProvenanceRow::id).containsExactly("p1", "p2", "p3");
    assertThat(plan.provenance()).extracting(ProvenanceRow::offset).contains(4L).doesNotContain(5L);
    assertThat(plan.bytes()).isEqualTo(200);
  }

  @Test
  void leavesKnownModulesAndSourcesAlone() {
    BatchPlan plan =
        plan(
            List.of(
                event(0, 1, "known", "old", PayloadKind.INLINE),
                event(0, 2, "known", "new", PayloadKind.EARLIER)),
            Set.of("known", "old"));
    assertThat(plan.work()).isEmpty();
    assertThat(plan.taskCount()).isZero();
    assertThat(plan.known()).containsExactly("known");
    assertThat(plan.provenance()).extracting(ProvenanceRow::id).containsExactly("new");
  }

  @Test
  void putsSourcesOfAModuleThatNeverCameAside() {
    BatchPlan plan =
        plan(
            List.of(
                new Undecodable(new Position(0, 0), "broken", 3),
                event(0, 1, "lost", "p", PayloadKind.EARLIER)),
            Set.of());
    assertThat(plan.deadLetters())
        .extracting(Undecodable::position)
        .containsExactly(new Position(0, 0), new Position(0, 1));
    assertThat(plan.provenance()).isEmpty();
  }

  @Test
  void dependsNotOnTheOrderOfItsInput() {
    List<Decoded> records = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      records.add(event(i % 3, i, "m" + i % 40, "p" + i, PayloadKind.INLINE));
    }
    BatchPlan plan = plan(records, Set.of("m3"));
    long seed = 11;
    Collections.shuffle(records, new Random(seed));
    assertThat(plan(records, Set.of("m3"))).as("seed %d", seed).isEqualTo(plan);
  }

  private static BatchPlan plan(List<Decoded> records, Set<String> known) {
    return BatchPlan.of(records, known::contains, known::contains, 2);
  }

  private static Submission event(
      int partition, long offset, String sha256, String id, PayloadKind payload) {
    ProvenanceRow row =
        new ProvenanceRow(id, sha256, "FILE", "", "", "", "", "", 0, "t", partition, offset);
    return new Submission(new Position(partition, offset), 100, payload, row, 50);
  }
}
