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
  private Ingest() {}

  /**
   * Runs to the end of all sources. Running again, after an end or a failure, publishes what is
   * missing and nothing twice.
   *
   * @param sources in any of the forms that {@link SourceScanner} takes
   * @throws IngestException if broker or store fail; within about 15 s if they can't be reached
   */
  public static IngestResult run(IngestConfig config, List<String> sources, IngestListener listener)
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
        SourceScanner scanner = new SourceScanner(config.limits(), known(config, publisher))) {
      Sink sink = new Sink(publisher, listener);
      scanner.scan(sources, sink);
      publisher.commit();
      return new IngestResult(sink.modules, sink.problems);
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

  private static final class Sink implements ModuleSink<PublishException> {
    private final Publisher publisher;
    private final IngestListener listener;
    private final List<FoundModule> modules = new ArrayList<>();
    private final List<FoundModule> uncommitted = new ArrayList<>();
    private final List<SourceProblem> problems = new ArrayList<>();

    Sink(Publisher publisher, IngestListener listener) {
      this.publisher = publisher;
      this.listener = listener;
    }

    @Override
    public void module(Origin origin, ModuleBytes bytes) throws PublishException {
      listener.found(origin, bytes.sha256(), bytes.size());
      Outcome outcome = publisher.publish(origin, bytes);
      FoundModule module = new FoundModule(bytes.sha256(), bytes.size(), origin, outcome);
      modules.add(module);
      if (outcome == Outcome.KNOWN) {
        listener.skipped(module);
      } else {
        uncommitted.add(module);
        if (publisher.isCommitDue()) {
          commit();
        }
      }
    }

    @Override
    public void problem(SourceProblem problem) {
      problems.add(problem);
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
      uncommitted.forEach(listener::published);
      uncommitted.clear();
    }
  }
}
