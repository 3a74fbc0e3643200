package dev.bysync.bench.faults;

import dev.bysync.verify.Verification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Plants faults in what the transform adds to modules, and prints which the verifier finds. */
@Command(
    name = "faults",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Plants single faults evenly over all code that the transform adds, verifies each mutant at default settings, and prints tables by kind and by module.",
      "What survives and can't be proved to be equal for all inputs is missed, and listed.",
      ""
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:all mutants have their verdicts", "1:time was up before", "2:wrong usage"})
public final class FaultRun implements Callable<Integer> {
  @Parameters(
      paramLabel = "MODULE",
      arity = "1..*",
      description = "Modules; @FILE takes them from a file, a path a line.")
  private List<Path> modules = List.of();

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "2000",
      description = "Mutants over all modules, drawn evenly: ${DEFAULT-VALUE}.")
  private int count;

  @Option(
      names = "--each",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Of kinds of which fewer were drawn in a module, this many are drawn besides: ${DEFAULT-VALUE}.")
  private int each;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "The same seed draws the same mutants: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--fuel",
      paramLabel = "N",
      description = "Instructions that an original may execute; default: the product's.")
  private @Nullable Long fuel;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "2",
      description = "Verifications at a time: ${DEFAULT-VALUE}.")
  private int threads;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description =
          "Outcomes, an object a line, as they come; mutants that it has already are not verified again.")
  private @Nullable Path json;

  @Option(
      names = "--for",
      paramLabel = "SECONDS",
      defaultValue = "0",
      description = "Begin no mutant after this time; 0 for no limit: ${DEFAULT-VALUE}.")
  private long seconds;

  private final List<Outcome> outcomes = new ArrayList<>();
  private int unverified;
  private long deadline;

  @Override
  public Integer call() throws IOException, InterruptedException, ExecutionException {
    OutcomeLog log = new OutcomeLog(json);
    deadline =
        seconds == 0 ? Long.MAX_VALUE : System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      for (int i = 0; i < modules.size(); i++) {
        int share = count * (i + 1) / modules.size() - count * i / modules.size();
        run(modules.get(i), share, log, executor);
      }
    } finally {
      executor.shutdownNow();
    }
    System.out.println();
    System.out.println(new FaultTable(outcomes).text());
    list("missed", Outcome::isMissed);
    list("found, but proved to be equal for all inputs", Outcome::isContradiction);
    if (unverified > 0) {
      System.out.println(unverified + " mutants not verified: time is up");
    }
    return unverified == 0 ? 0 : 1;
  }

  private void list(String title, Predicate<Outcome> which) {
    List<Outcome> found = outcomes.stream().filter(which).toList();
    System.out.println(title + ": " + found.size());
    found.stream().map(Outcome::line).forEach(System.out::println);
  }

  private void run(Path file, int share, OutcomeLog log, ExecutorService executor)
      throws IOException, InterruptedException, ExecutionException {
    String name = String.valueOf(file.getFileName());
    Subject subject = new Subject(name, Files.readAllBytes(file));
    Planting planting =
        new Planting(subject, seed, share, each, fuel == null ? Verifying.defaultFuel() : fuel);
    System.out.printf("%s: %d mutants of %d places%n", name, planting.size(), planting.places());
    List<Outcome> likes = new ArrayList<>();
    List<Optional<Outcome>> known = new ArrayList<>();
    for (int number = 0; number < planting.size(); number++) {
      likes.add(planting.describe(number));
      known.add(log.find(likes.get(number)));
    }
    if (known.stream().anyMatch(Optional::isEmpty) && System.nanoTime() < deadline) {
      Verification good = planting.verifyGood();
      System.out.printf("%s: good output: %s %s%n", name, good.verdict(), good.reason());
    }
    List<Future<Optional<Outcome>>> futures = new ArrayList<>();
    for (int i = 0; i < planting.size(); i++) {
      int number = i;
      Optional<Outcome> before = known.get(i);
      futures.add(
          executor.submit(
              () ->
                  before.isPresent()
                      ? before.map(one -> likes.get(number).with(one.verdict(), one.reason()))
                      : verify(planting, number, log)));
    }
    for (Future<Optional<Outcome>> future : futures) {
      Optional<Outcome> outcome = future.get();
      outcome.map(planting::judge).ifPresent(outcomes::add);
      unverified += outcome.isEmpty() ? 1 : 0;
    }
  }

  private Optional<Outcome> verify(Planting planting, int number, OutcomeLog log) {
    if (System.nanoTime() > deadline) {
      return Optional.empty();
    }
    Outcome outcome = planting.verify(number);
    log.add(outcome);
    System.out.println(outcome.line());
    return Optional.of(outcome);
  }

  public static void main(String[] args) {
    System.exit(new CommandLine(new FaultRun()).execute(args));
  }
}
