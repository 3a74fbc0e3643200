package dev.bysync.ingest;

import dev.bysync.ingest.publish.Outcome;
import dev.bysync.ingest.publish.PublishException;
import dev.bysync.ingest.publish.Publisher;
import dev.bysync.ingest.publish.Target;
import dev.bysync.ingest.source.KnownPackages;
import dev.bysync.ingest.source.ModuleBytes;
import dev.bysync.ingest.source.ModuleSink;
import dev.bysync.ingest.source.Origin;
import dev.bysync.ingest.source.SourceEnd;
import dev.bysync.ingest.source.SourceProblem;
import dev.bysync.ingest.source.SourceScanner;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** Finds the modules in sources and publishes those that are not published yet. */
public final class Ingest {
  private static final int MAX_UNTOLD = 1000;

  private Ingest() {}

  /**
   * As {@link #publish} does, and remembers all that was found, which takes some 500 bytes a
   * module.
   */
  public static IngestResult run(IngestConfig config, List<String> sources, IngestListener listener)
      throws IngestException {
    Remembering all = new Remembering(listener);
    publish(config, sources, all);
    return new IngestResult(all.modules, all.problems);
  }

  /**
   * Runs to the end of all sources. Running again, after an end or a failure, publishes what is
   * missing and nothing twice. What was found is told and forgotten.
   *
   * @param sources in any of the forms that {@link SourceScanner} takes
   * @throws IngestException if broker or store fail; within about 15 s if they can't be reached
   */
  public static void publish(IngestConfig config, List<String> sources, IngestListener listener)
      throws IngestException {
    Target target =
        new Target(
            config.kafka(),
            config.topic(),
            config.partitions(),
            config.store(),
            config.hadoop(),
            config.corpus());
    try (Publisher publisher = Publisher.open(target, Clock.systemUTC());
        SourceScanner scanner =
            new SourceScanner(config.limits(), known(config, publisher), config.fetching())) {
      Sink sink = new Sink(publisher, listener);
      scanner.scan(sources, sink);
      sink.commit();
    } catch (PublishException e) {
      throw new IngestException(String.valueOf(e.getMessage()), e);
    }
  }

  private static KnownPackages known(IngestConfig config, Publisher publisher) {
    return switch (config.known()) {
      case LISTED -> KnownPackages.NONE;
      case PASSED_OVER -> publisher::hasRead;
    };
  }

  private static final class Remembering implements IngestListener {
    private final IngestListener listener;
    private final List<FoundModule> modules = new ArrayList<>();
    private final List<SourceProblem> problems = new ArrayList<>();

    Remembering(IngestListener listener) {
      this.listener = listener;
    }

    @Override
    public void found(Origin source, String sha256, long size) {
      listener.found(source, sha256, size);
    }

    @Override
    public void published(FoundModule module) {
      modules.add(module);
      listener.published(module);
    }

    @Override
    public void skipped(FoundModule module) {
      modules.add(module);
      listener.skipped(module);
    }

    @Override
    public void passedOver(String source) {
      listener.passedOver(source);
    }

    @Override
    public void problem(SourceProblem problem) {
      problems.add(problem);
      listener.problem(problem);
    }
  }

  private static final class Sink implements ModuleSink<PublishException> {
    private final Publisher publisher;
    private final IngestListener listener;

    /** What the listener has not heard of, in the order of the sources. */
    private final List<FoundModule> untold = new ArrayList<>();

    Sink(Publisher publisher, IngestListener listener) {
      this.publisher = publisher;
      this.listener = listener;
    }

    @Override
    public void module(Origin origin, ModuleBytes bytes) throws PublishException {
      listener.found(origin, bytes.sha256(), bytes.size());
      Outcome outcome = publisher.publish(origin, bytes);
      FoundModule module = new FoundModule(bytes.sha256(), bytes.size(), origin, outcome);
      if (outcome == Outcome.KNOWN && untold.isEmpty()) {
        listener.skipped(module);
        return;
      }
      untold.add(module);
      if (publisher.isCommitDue() || untold.size() >= MAX_UNTOLD) {
        commit();
      }
    }

    @Override
    public void problem(SourceProblem problem) {
      listener.problem(problem);
    }

    @Override
    public void end(SourceEnd end) throws PublishException {
      commit(); // the next source may take minutes to come
      if (end.how() == SourceEnd.How.KNOWN) {
        listener.passedOver(end.source());
      } else if (end.how() == SourceEnd.How.READ && !end.identity().isEmpty()) {
        publisher.markRead(end.identity());
      }
    }

    private void commit() throws PublishException {
      publisher.commit();
      for (FoundModule module : untold) {
        if (module.outcome() == Outcome.KNOWN) {
          listener.skipped(module);
        } else {
          listener.published(module);
        }
      }
      untold.clear();
    }
  }
}
