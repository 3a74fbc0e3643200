package dev.bysync.verify;

import dev.bysync.asyncify.CodeMap;
import dev.bysync.asyncify.SiteMap;
import dev.bysync.verify.frame.FrameCoverage;
import dev.bysync.verify.frame.FrameDifference;
import dev.bysync.verify.frame.FrameEvent;
import dev.bysync.verify.frame.FramePath;
import dev.bysync.verify.frame.FrameReplay;
import dev.bysync.wasm.binary.WasmException;
import dev.bysync.wasm.module.Module;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds the difference that frames by themselves show, on a short path, and runs it again step by
 * step: what {@link Reproduction} is for whole programs.
 */
public final class FrameReproduction {
  private final Subject subject;
  private final FrameReplay replay;

  private FrameReproduction(Subject subject, FrameReplay replay) {
    this.subject = subject;
    this.replay = replay;
  }

  /**
   * Reads a pair of modules.
   *
   * @param memory the export of the memory for asyncify's stack, as in {@link VerifyOptions}
   * @return empty if it is not known what of the one is what of the other
   * @throws WasmException if one of them can't be read
   */
  public static Optional<FrameReproduction> of(Subject subject, String memory) {
    CodeMap map = subject.map();
    SiteMap sites = subject.sites();
    if (map == null || sites == null) {
      return Optional.empty();
    }
    Module transformed = Module.read(subject.transformed());
    FrameReplay replay =
        new FrameReplay(
            Module.read(subject.original()),
            transformed,
            map,
            sites,
            FrameCheck.stackMemory(transformed, memory));
    return Optional.of(new FrameReproduction(subject, replay));
  }

  /**
   * Looks for a difference as the verification does, and for a short path that still shows one.
   *
   * @return empty if frames show none
   */
  public Optional<FrameDifference> find(VerifyOptions options) {
    FrameCoverage coverage = FrameCheck.of(subject, options).coverage();
    FrameDifference found = coverage == null ? null : coverage.difference();
    return Optional.ofNullable(found).map(replay::shorten);
  }

  /**
   * Runs it again.
   *
   * @param events told what happens
   * @return the difference now, null if there is none any more
   * @throws IllegalArgumentException if the original has no such path
   */
  public @Nullable FrameDifference replay(FrameDifference found, Consumer<FrameEvent> events) {
    return replay.run(found, events);
  }

  /** The site that was suspended when the difference was found; empty if none was. */
  public static List<Reproducer.Site> sites(FrameDifference difference) {
    List<FramePath.Arrival> suspensions = difference.path().suspensions();
    return suspensions.isEmpty()
        ? List.of()
        : List.of(
            new Reproducer.Site(
                difference.function(), suspensions.get(suspensions.size() - 1).offset()));
  }

  /** A difference in words, as the verification's reason gives it. */
  public static String text(FrameDifference difference) {
    return FrameCheck.show(difference);
  }
}
