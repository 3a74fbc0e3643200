package dev.bysync.cli;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bysync.verify.Coverage;
import dev.bysync.verify.SiteCoverage;
import dev.bysync.verify.Verification;
import java.io.PrintWriter;
import java.util.Locale;

/** What a verdict stands on, for people and for programs. */
final class CoverageText {
  private CoverageText() {}

  /** The figures of all ladders stand beside the others, by the names they have everywhere. */
  interface FlatCoverage {
    @JsonUnwrapped
    Coverage.Ladders ladders();
  }

  /** Single sites are listed by themselves, if at all. */
  interface WithoutSites {
    @JsonIgnore
    SiteCoverage sites();
  }

  static ObjectMapper flat(ObjectMapper mapper) {
    return mapper
        .addMixIn(Coverage.class, FlatCoverage.class)
        .addMixIn(Verification.class, WithoutSites.class);
  }

  static void print(Verification result, PrintWriter out) {
    Coverage coverage = result.coverage();
    if (coverage.sites() > 0) {
      sites(coverage, out);
    }
    out.printf(
        Locale.ROOT,
        "%,d exports run, %,d host calls, %,d suspensions; %,d instructions, %,d transformed%n",
        coverage.exportsRun(),
        coverage.hostCalls(),
        coverage.suspensions(),
        result.fuelOriginal(),
        result.fuelTransformed());
    Coverage.Schedules schedules = coverage.schedules();
    if (coverage.suspensions() > 0) {
      out.printf(
          Locale.ROOT,
          "of them %,d at random and %,d alone; %,d calls made and %,d stacks overtaken while"
              + " suspended, %,d stacks too small%n",
          schedules.random(),
          schedules.alone(),
          schedules.visits(),
          schedules.reordered(),
          schedules.overflows());
    }
  }

  private static void sites(Coverage coverage, PrintWriter out) {
    Coverage.Ladders ladders = coverage.ladders();
    out.printf(
        Locale.ROOT,
        "sites %,d / %,d suspended (%,d by the host, %,d forced, %,d by frames, %,d by branches),"
            + " %,d unreachable%s%n",
        coverage.sitesSuspended(),
        coverage.sites(),
        ladders.sitesByHost(),
        ladders.sitesForced(),
        ladders.sitesByFrames(),
        ladders.sitesByBranches(),
        coverage.sites() - coverage.reachableSites(),
        coverage.sitesUnmatched() == 0
            ? ""
            : String.format(Locale.ROOT, ", %,d not matched", coverage.sitesUnmatched()));
    out.printf(
        Locale.ROOT,
        "%,d functions suspended, %,d suspensions of single frames%n",
        coverage.functionsSuspended(),
        coverage.frameSuspensions());
  }
}
