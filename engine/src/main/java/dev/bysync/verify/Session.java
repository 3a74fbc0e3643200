package dev.bysync.verify;

import dev.bysync.verify.machine.Machine;
import dev.bysync.verify.machine.Outcome;
import dev.bysync.verify.machine.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the original did in the life of one instance.
 *
 * @param seed seed of the host's answers
 * @param start the making of the instance, with its start function
 * @param steps the calls of exports that followed
 * @param trace all calls of the host
 * @param end what it left behind; null if the last step was cut
 */
record Session(long seed, Step start, List<Step> steps, Trace trace, @Nullable EndState end) {
  Session {
    steps = List.copyOf(steps);
  }

  /**
   * One call of an export.
   *
   * @param call what was called; null for the making of the instance
   * @param outcome how it ended, results in canonical form
   * @param from the first of its calls of the host, an index into the trace
   * @param to the index after its last
   * @param fuel instructions executed
   * @param memoryBytes size of all memories after it
   * @param memories what was in them; empty if nobody looked
   */
  record Step(
      Script.@Nullable Call call,
      Outcome outcome,
      int from,
      int to,
      long fuel,
      long memoryBytes,
      List<MemoryDigest> memories) {
    /**
     * Whether a limit of the machine cut it short. Then only its calls of the host can be compared,
     * up to the last.
     */
    boolean isCut() {
      return outcome instanceof Outcome.Trapped trap && trap.kind().isLimit();
    }

    /** Size of those memories that the original has. */
    static long memoryBytes(Machine machine, Shape original) {
      long bytes = 0;
      for (int i = 0; i < original.memories(); i++) {
        bytes += machine.memorySize(i);
      }
      return bytes;
    }

    String show() {
      return call == null ? "instantiation" : call.show();
    }
  }
}
