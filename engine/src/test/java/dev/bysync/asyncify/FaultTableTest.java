package dev.bysync.asyncify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bysync.asyncify.Faults.Fault;
import dev.bysync.verify.Verdict;
import dev.bysync.verify.Verification;
import dev.bysync.verify.Verifier;
import dev.bysync.verify.VerifyOptions;
import dev.bysync.verify.interp.InterpreterFactory;
import dev.bysync.verify.machine.MachineFactory;
import dev.bysync.wasm.binary.WasmException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * Plants faults of every kind in the transform's output and sees which the verifier finds. Writes
 * the table to {@code target/fault-table.txt}, and each fault that is not found to {@code
 * target/faults-not-found.txt}.
 *
 * <p>A fault is <em>executed</em> if its instruction was, in the verification's runs of the good
 * output. It is <em>covered</em> if, besides, the faulty module does anything else than the good
 * one in the same runs that can be seen from outside. Both are seen by {@link WatchedMachines},
 * without asking the verifier. What is executed but not covered had no effect in these runs: a
 * wrong value that nothing uses, or that is the right one by chance; a function that starts anew
 * instead of resuming, but has nothing before its call; a check behind which there is nothing to
 * skip.
 *
 * <p>That a part of a frame is written shows only if it is known where frames begin: for that kind,
 * which is planted behind all sites, the verifier is told of these.
 *
 * <p>{@code -Dbysync.faults=N} plants at most N faults of a kind in a module (default 2), {@code
 * -Dbysync.faultModules=FILE,...} takes further modules.
 */
final class FaultTableTest {
  private static final int PER_MODULE = Integer.getInteger("bysync.faults", 2);
  private static final int GENERATED = 12;
  private static final long FUEL = 40_000;

  private final Map<FaultKind, Row> table = new EnumMap<>(FaultKind.class);
  private final List<String> missed = new ArrayList<>();
  private final List<String> withoutEffect = new ArrayList<>();

  private static final class Row {
    int planted;
    int executed;
    int covered;
    int caught;
    int unclaimed;

    void found() {
      caught++;
      covered++;
    }
  }

  private static Map<String, byte[]> modules() throws IOException {
    Map<String, byte[]> modules = new LinkedHashMap<>();
    for (String name : Resources.names(".")) {
      modules.put(name, Pairs.assemble(Resources.read(name)));
    }
    for (String name : Resources.names("v8")) {
      modules.put(name, Pairs.assemble(Resources.read("v8/" + name)));
    }
    for (int seed = 1; seed <= GENERATED; seed++) {
      modules.put("seed " + seed, Pairs.assemble(ProgramGenerator.generate(seed)));
    }
    for (String file : System.getProperty("bysync.faultModules", "").split(",", -1)) {
      if (!file.isEmpty()) {
        modules.put(file, Files.readAllBytes(Path.of(file)));
      }
    }
    return modules;
  }

  @Test
  void everyFaultOnCoveredCodeIsFound() throws IOException {
    for (FaultKind kind : FaultKind.values()) {
      table.put(kind, new Row());
    }
    for (Map.Entry<String, byte[]> module : modules().entrySet()) {
      plant(module.getKey(), module.getValue());
    }
    Path target = Files.createDirectories(Path.of("target"));
    Files.writeString(target.resolve("fault-table.txt"), text());
    Files.write(target.resolve("faults-not-found.txt"), withoutEffect);

    assertThat(missed).as("faults on covered code that were not found").isEmpty();
    assertThat(table.values().stream().mapToInt(row -> row.unclaimed).sum()).isLessThan(10);
    table.forEach(
        (kind, row) -> {
          assertThat(row.planted).as(kind + ", planted").isPositive();
          if (kind.isEquivalent()) {
            assertThat(row.executed).as(kind + ", executed").isPositive();
            assertThat(row.caught).as(kind + ", found").isZero();
          } else {
            assertThat(row.caught).as(kind + ", found").isPositive();
          }
        });
  }

  private void plant(String name, byte[] original) {
    OutputCode output = new OutputCode(original);
    byte[] good = output.transformed.bytes();
    WatchedMachines watched = new WatchedMachines(good);
    Verification verification = verify(original, good, watched);
    assertThat(verification.verdict())
        .as(name + ": " + verification.reason())
        .isIn(Verdict.VERIFIED, Verdict.UNEXERCISED);
    Map<FaultKind, List<Fault>> byKind = new EnumMap<>(FaultKind.class);
    for (Fault fault : Faults.of(output)) {
      byKind.computeIfAbsent(fault.kind(), kind -> new ArrayList<>()).add(fault);
    }
    byKind.forEach(
        (kind, faults) -> {
          for (Fault fault : chosen(faults, watched)) {
            byte[] faulty = Faults.apply(output.module, fault);
            if (isValid(faulty)) {
              boolean executed = watched.executed().get(fault.from());
              count(name, original, good, faulty, fault, executed, output.transformed.sites());
            }
          }
        });
  }

  /** Some of them, those first whose instruction was executed. */
  private static List<Fault> chosen(List<Fault> faults, WatchedMachines watched) {
    List<Fault> ordered = new ArrayList<>();
    faults.stream().filter(fault -> watched.executed().get(fault.from())).forEach(ordered::add);
    int executed = ordered.size();
    if (executed > PER_MODULE) { // spread over the module
      List<Fault> some = new ArrayList<>();
      for (int i = 0; i < PER_MODULE; i++) {
        some.add(ordered.get(i * executed / PER_MODULE));
      }
      return some;
    }
    faults.stream().filter(fault -> !watched.executed().get(fault.from())).forEach(ordered::add);
    return ordered.subList(0, Math.min(ordered.size(), PER_MODULE));
  }

  private void count(
      String name,
      byte[] original,
      byte[] good,
      byte[] faulty,
      Fault fault,
      boolean executed,
      SiteMap sites) {
    Row row = Objects.requireNonNull(table.get(fault.kind()));
    row.planted++;
    if (!executed) {
      return;
    }
    row.executed++;
    Verification verification =
        fault.kind() == FaultKind.OVERFLOW_UNCHECKED
            ? Verifier.verify(original, faulty, sites, new VerifyOptions(1, FUEL))
            : verify(original, faulty, new InterpreterFactory());
    if (verification.verdict() == Verdict.MISMATCH) {
      row.found();
      return;
    }
    WatchedMachines plain = new WatchedMachines(good);
    WatchedMachines changed = new WatchedMachines(faulty);
    verify(original, good, plain);
    verify(original, faulty, changed);
    if (!plain.differsFrom(changed)) {
      withoutEffect.add(fault.kind() + " in " + name + " at " + fault.from() + ": no effect");
      return;
    }
    // a fault that makes it run for ever may need fuel to be told
    verification = Verifier.verify(original, faulty, null, new VerifyOptions(1, 100 * FUEL));
    switch (verification.verdict()) {
      case MISMATCH -> row.found();
      case VERIFIED -> {
        row.covered++;
        missed.add(fault.kind() + " in " + name + " at 0x" + Integer.toHexString(fault.from()));
      }
      default -> {
        row.covered++;
        row.unclaimed++;
        withoutEffect.add(
            "%s in %s at %d: %s"
                .formatted(fault.kind(), name, fault.from(), verification.reason()));
      }
    }
  }

  private static boolean isValid(byte[] module) {
    try {
      Pairs.assertValid(module);
      return true;
    } catch (WasmException e) {
      return false; // two labels whose values differ can't be swapped
    }
  }

  private static Verification verify(byte[] original, byte[] transformed, MachineFactory machines) {
    return Verifier.verify(original, transformed, null, new VerifyOptions(1, FUEL), machines);
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    text.append("| kind | what | planted | executed | covered | found | no claim |\n");
    text.append("|---|---|--:|--:|--:|--:|--:|\n");
    int[] sum = new int[5];
    table.forEach(
        (kind, row) -> {
          text.append(
              "| %s | %s%s | %d | %d | %d | %d | %d |%n"
                  .formatted(
                      kind,
                      kind.words(),
                      kind.isEquivalent() ? " (equivalent)" : "",
                      row.planted,
                      row.executed,
                      row.covered,
                      row.caught,
                      row.unclaimed));
          sum[0] += row.planted;
          sum[1] += row.executed;
          sum[2] += row.covered;
          sum[3] += row.caught;
          sum[4] += row.unclaimed;
        });
    text.append(
        "| all | | %d | %d | %d | %d | %d |%n".formatted(sum[0], sum[1], sum[2], sum[3], sum[4]));
    return text.toString();
  }
}
