package dev.bysync.job.transform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PackingTest {
  @Test
  void givesFewModulesATaskEachLargestFirst() {
    assertThat(Packing.pack(new long[] {10, 30, 20}, 64)).containsExactly(2, 0, 1);
    assertThat(Packing.pack(new long[0], 4)).isEmpty();
  }

  @Test
  void keepsGiantsAlone() {
    long giant = Packing.GIANT_BYTES;
    int[] tasks = Packing.pack(new long[] {1, giant, 2, 3 * giant, 3}, 1);
    assertThat(tasks[3]).isZero();
    assertThat(tasks[1]).isEqualTo(1);
    assertThat(new int[] {tasks[0], tasks[2], tasks[4]}).containsOnly(2);
  }

  @Test
  void balancesCosts() {
    long seed = 7;
    Random random = new Random(seed);
    long[] sizes = random.longs(500, 0, Packing.GIANT_BYTES).toArray();
    int[] tasks = Packing.pack(sizes, 16);
    long[] costs = new long[16];
    for (int i = 0; i < sizes.length; i++) {
      costs[tasks[i]] += sizes[i] + Packing.FIXED_COST;
    }
    assertThat(costs).as("seed %d", seed).isSortedAccordingTo((a, b) -> Long.compare(b, a));
    long average = Arrays.stream(costs).sum() / costs.length;
    assertThat(costs[0]).isLessThan(average + Packing.GIANT_BYTES / 4);
  }
}
