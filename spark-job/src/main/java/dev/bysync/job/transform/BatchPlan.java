package dev.bysync.job.transform;

import dev.bysync.job.sink.ProvenanceRow;
import dev.bysync.job.source.Decoded;
import dev.bysync.job.source.Position;
import dev.bysync.job.source.Submission;
import dev.bysync.job.source.Submission.PayloadKind;
import dev.bysync.job.source.Undecodable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * What to do with one batch. Decided by the batch's records and the table alone, so that a batch
 * that is run again has the same plan.
 *
 * @param work the modules to process, each once
 * @param tasks for each of them the number of its task, by the positions of the events that say
 *     where its bytes are: up to 8, for what an event says may be wrong
 * @param taskCount number of tasks
 * @param known SHA-256 of the modules of the batch that the table has already
 * @param provenance sources that the table does not have
 * @param deadLetters records that can't be used
 */
public record BatchPlan(
    List<Submission> work,
    Map<Position, Integer> tasks,
    int taskCount,
    Set<String> known,
    List<ProvenanceRow> provenance,
    List<Undecodable> deadLetters) {
  /**
   * Tasks for each slot: so many that progress is seen and one wrong estimate costs little, so few
   * that starting them is no burden.
   */
  static final int TASKS_PER_SLOT = 32;

  private static final int MAX_EVENTS = 8;

  /**
   * Plans a batch.
   *
   * @param records the batch
   * @param hasModule whether the table has a module, by SHA-256
   * @param hasSource whether the table has a source, by id
   * @param slots modules that can be processed at the same time, at least 1
   */
  public static BatchPlan of(
      List<Decoded> records, Predicate<String> hasModule, Predicate<String> hasSource, int slots) {
    List<Submission> submissions = new ArrayList<>();
    List<Undecodable> deadLetters = new ArrayList<>();
    for (Decoded record : sorted(records)) {
      if (record instanceof Submission submission) {
        submissions.add(submission);
      } else if (record instanceof Undecodable undecodable) {
        deadLetters.add(undecodable);
      }
    }
    Set<String> known = new HashSet<>();
    Map<String, Submission> work = new LinkedHashMap<>();
    for (Submission submission : submissions) {
      String sha256 = submission.sha256();
      if (hasModule.test(sha256)) {
        known.add(sha256);
      } else if (submission.payload() != PayloadKind.EARLIER) {
        work.putIfAbsent(sha256, submission);
      }
    }
    Map<String, ProvenanceRow> provenance = new TreeMap<>();
    for (Submission submission : submissions) {
      if (!known.contains(submission.sha256()) && !work.containsKey(submission.sha256())) {
        deadLetters.add(orphan(submission));
      } else if (!hasSource.test(submission.provenance().id())) {
        provenance.putIfAbsent(submission.provenance().id(), submission.provenance());
      }
    }
    List<Submission> modules = List.copyOf(work.values());
    int[] packed =
        Packing.pack(
            modules.stream().mapToLong(Submission::size).toArray(), slots * TASKS_PER_SLOT);
    Map<String, Integer> taskOf = new HashMap<>();
    int taskCount = 0;
    for (int i = 0; i < packed.length; i++) {
      taskOf.put(modules.get(i).sha256(), packed[i]);
      taskCount = Math.max(taskCount, packed[i] + 1);
    }
    Map<Position, Integer> tasks = new HashMap<>();
    Map<String, Integer> events = new HashMap<>();
    for (Submission submission : submissions) {
      Integer task = taskOf.get(submission.sha256());
      if (task != null
          && submission.payload() != PayloadKind.EARLIER
          && events.merge(submission.sha256(), 1, Integer::sum) <= MAX_EVENTS) {
        tasks.put(submission.position(), task);
      }
    }
    return new BatchPlan(
        modules,
        Map.copyOf(tasks),
        taskCount,
        Set.copyOf(known),
        List.copyOf(provenance.values()),
        List.copyOf(deadLetters));
  }

  /** Size of all modules to process, bytes. */
  public long bytes() {
    return work.stream().mapToLong(Submission::size).sum();
  }

  private static List<Decoded> sorted(List<Decoded> records) {
    return records.stream().sorted(Comparator.comparing(Decoded::position)).toList();
  }

  /** Not a row: a later event with the payload must still be able to bring the module in. */
  private static Undecodable orphan(Submission submission) {
    return new Undecodable(
        submission.position(),
        "no earlier event brought the payload of %s: publish the module again"
            .formatted(submission.sha256()),
        submission.rawSize());
  }
}
