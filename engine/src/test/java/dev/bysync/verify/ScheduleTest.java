package dev.bysync.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ScheduleTest {
  private static final List<Integer> CALLS = IntStream.range(0, 10_000).boxed().toList();

  @Test
  void everyPartOfTheCallsIsMet() {
    List<Integer> some = Schedule.spread(CALLS, 100, 1);

    assertThat(some).hasSize(100).isSorted();
    for (int i = 0; i < 100; i++) {
      assertThat(some.get(i)).isBetween(100 * i, 100 * i + 99);
    }
  }

  @Test
  void regularProgramsAreMetAtAllOfTheirPlaces() {
    for (int period : new int[] {2, 4, 5, 10, 20}) {
      assertThat(
              Schedule.spread(CALLS, 200, 1).stream()
                  .map(call -> call % period)
                  .collect(Collectors.toSet()))
          .as("period %d", period)
          .hasSize(period);
    }
  }

  @Test
  void theSeedDecides() {
    assertThat(Schedule.spread(CALLS, 40, 1)).isEqualTo(Schedule.spread(CALLS, 40, 1));
    assertThat(Schedule.spread(CALLS, 40, 1)).isNotEqualTo(Schedule.spread(CALLS, 40, 2));
  }

  @Test
  void fewAreAllTaken() {
    assertThat(Schedule.spread(CALLS.subList(0, 7), 7, 1)).isEqualTo(CALLS.subList(0, 7));
  }
}
