package dev.bysync.job.transform;

import java.util.Arrays;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.stream.IntStream;

/**
 * Puts modules into tasks by estimated cost: the largest first, each into the task with the least
 * so far (longest processing time first, at most 4/3 of the best makespan). Task 0 costs most, and
 * Spark starts tasks in the order of their numbers, so that the longest never start last. A giant
 * never shares a task. Cost: O(n log n).
 */
final class Packing {
  /** What a module costs whatever its size, in bytes of module: the verification's fuel. */
  static final long FIXED_COST = 64 * 1024;

  /** From this size on a module has a task for itself. */
  static final long GIANT_BYTES = 8 * 1024 * 1024;

  private record Task(int number, long cost) {}

  private Packing() {}

  /**
   * Packs modules into tasks.
   *
   * @param sizes sizes of the modules, bytes
   * @param tasks how many tasks to make of those that are no giants; fewer if there are fewer
   * @return for each module the number of its task, from 0 without gaps
   */
  static int[] pack(long[] sizes, int tasks) {
    int[] order =
        IntStream.range(0, sizes.length)
            .boxed()
            .sorted(Comparator.comparingLong((Integer i) -> -sizes[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    long[] costs = new long[sizes.length];
    int[] task = new int[sizes.length];
    int used = 0;
    PriorityQueue<Task> open =
        new PriorityQueue<>(Comparator.comparingLong(Task::cost).thenComparingInt(Task::number));
    for (int module : order) {
      long cost = sizes[module] + FIXED_COST;
      if (sizes[module] >= GIANT_BYTES || open.size() < tasks) {
        if (sizes[module] < GIANT_BYTES) {
          open.add(new Task(used, cost));
        }
        task[module] = used;
        costs[used++] = cost;
      } else {
        Task least = open.remove();
        task[module] = least.number();
        costs[least.number()] += cost;
        open.add(new Task(least.number(), costs[least.number()]));
      }
    }
    return renumber(task, Arrays.copyOf(costs, used));
  }

  private static int[] renumber(int[] task, long[] costs) {
    int[] byCost =
        IntStream.range(0, costs.length)
            .boxed()
            .sorted(Comparator.comparingLong((Integer i) -> -costs[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    int[] rank = new int[costs.length];
    for (int i = 0; i < byCost.length; i++) {
      rank[byCost[i]] = i;
    }
    return Arrays.stream(task).map(number -> rank[number]).toArray();
  }
}
