package dev.bysync.verify;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What happens in a replay, in order; {@link Reproduction#replay} tells each as it happens. */
public sealed interface ReplayEvent {
  /**
   * An export is called, or the instance is made.
   *
   * @param call number of the call, from 0; -1 for the making of the instance
   * @param text what is called, with its arguments
   */
  record Called(int call, String text) implements ReplayEvent {}

  /**
   * A suspended call goes on, others having run meanwhile.
   *
   * @param call number of the call, from 0
   * @param text what was called, with its arguments
   */
  record WentOn(int call, String text) implements ReplayEvent {}

  /**
   * A suspended call waits, so that others can run.
   *
   * @param call number of the call, from 0
   */
  record PutAside(int call) implements ReplayEvent {}

  /**
   * The module calls its host.
   *
   * @param hostCall number of the call in the life of the instance, from 0
   * @param text what is called, with its arguments
   */
  record HostCalled(int hostCall, String text) implements ReplayEvent {}

  /**
   * A call that would not suspend by itself is made to: its callee is not entered.
   *
   * @param site which call of the original it is
   * @param outputOffset where the call is in the transformed module, bytes
   * @param arrival so many arrivals there in the same call of an export came before
   */
  record Forced(Reproducer.Site site, int outputOffset, int arrival) implements ReplayEvent {}

  /**
   * Where the original and the output part, as far as calls of sites tell; the last event but for
   * the difference.
   *
   * @param same calls of sites that both have made alike, since the instance was made
   * @param original the next one that the original makes; null if it makes none
   * @param output the next one that the output makes; null if it makes none before the difference
   */
  record Parted(int same, Reproducer.@Nullable Site original, Reproducer.@Nullable Site output)
      implements ReplayEvent {}

  /**
   * The host begins to unwind.
   *
   * @param function the imported function that suspends, or the call that is made to
   * @param pos address of the first frame, as in the structure
   * @param end address behind the last byte for frames, as in the structure; less than {@code pos}
   *     for a stack that is full already
   */
  record Unwinding(String function, long pos, long end) implements ReplayEvent {}

  /**
   * The stack is put away.
   *
   * @param pos address behind the last frame
   * @param bytes size of all frames
   * @param sites the sites it went through, innermost first; empty if they are not known
   */
  record Unwound(long pos, long bytes, List<Reproducer.Site> sites) implements ReplayEvent {}

  /**
   * The export is called again to rewind.
   *
   * @param pos as in the structure
   */
  record Rewinding(long pos) implements ReplayEvent {}

  /**
   * The host's function, or the call that is made to suspend, was reached again and stopped
   * rewinding.
   *
   * @param function the imported function, or the call
   * @param pos as in the structure
   */
  record Resumed(String function, long pos) implements ReplayEvent {}

  /**
   * A call of an export ended.
   *
   * @param call number of the call, from 0; -1 for the making of the instance
   * @param text how it ended
   */
  record Ended(int call, String text) implements ReplayEvent {}
}
