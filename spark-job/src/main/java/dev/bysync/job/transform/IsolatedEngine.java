package dev.bysync.job.transform;

import dev.bysync.engine.ProcessedModule;
import dev.bysync.job.transform.Budgets.Isolation;
import dev.bysync.verify.Verdict;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine as one task uses it: in this JVM or in one of its own, within a module's budgets.
 *
 * <p>A result ERROR in this JVM is not believed: it may come of what modules in other slots use up
 * of the common heap. Such a module is processed again in a JVM of its own, and what comes of it
 * there counts.
 */
final class IsolatedEngine implements AutoCloseable {
  /** What is known of a task before it starts. */
  enum History {
    /** Nothing. */
    NONE,
    /** An earlier attempt of it has failed, maybe with its JVM. */
    FAILED
  }

  private static final Logger LOG = LoggerFactory.getLogger(IsolatedEngine.class);

  private final TaskSettings settings;
  private final Deadline here;
  private final Fork fork;
  private final History history;
  private final Optional<AttemptNotes> notes;

  IsolatedEngine(ProcessorFactory factory, TaskSettings settings, History history, int slots) {
    this.settings = settings;
    this.history = history;
    this.here = new Deadline(factory.create(), settings.budgets());
    this.fork = new Fork(factory, settings.budgets(), slots);
    this.notes = AttemptNotes.open(settings.notes());
  }

  ProcessedModule process(String sha256, byte[] module) {
    if (isApart(sha256, module)) {
      return fork.apply(module);
    }
    note(sha256);
    ProcessedModule result = here.apply(module);
    noteEnd();
    if (result.verdict() == Verdict.ERROR) {
      LOG.warn("module {} is processed again in a JVM of its own: {}", sha256, result.reason());
      return fork.apply(module);
    }
    return result;
  }

  /** Ends what is under way, also from another thread. */
  void kill() {
    fork.close();
  }

  @Override
  public void close() {
    here.close();
    fork.close();
    if (notes.isPresent()) {
      try {
        notes.get().close();
      } catch (IOException e) {
        LOG.warn("a note of an attempt stays", e);
      }
    }
  }

  private boolean isApart(String sha256, byte[] module) {
    return settings.budgets().isolation() == Isolation.ALL
        || history == History.FAILED
        || module.length > settings.budgets().forkAboveBytes()
        || settings.suspects().contains(sha256);
  }

  private void note(String sha256) {
    if (notes.isPresent()) {
      try {
        notes.get().begin(sha256);
      } catch (IOException e) {
        LOG.warn("the attempt at {} is not noted", sha256, e);
      }
    }
  }

  private void noteEnd() {
    if (notes.isPresent()) {
      try {
        notes.get().end();
      } catch (IOException e) {
        LOG.warn("the end of an attempt is not noted", e);
      }
    }
  }
}
