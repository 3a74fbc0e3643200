package dev.bysync.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bysync.analysis.PrintableText;
import dev.bysync.asyncify.SiteMap;
import dev.bysync.verify.Coverage;
import dev.bysync.verify.SecondOpinion;
import dev.bysync.verify.SuspensionCost;
import dev.bysync.verify.Verification;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What {@code verify} prints, for people and for programs. */
final class VerifyOutput {
  private static final ObjectMapper JSON =
      CoverageText.flat(new ObjectMapper()).enable(SerializationFeature.INDENT_OUTPUT);

  private VerifyOutput() {}

  /** A verification with the file of its reproducer, empty if there is none. */
  record Outcome(Verification verification, String file, List<String> where) {}

  /** All there is to tell of a module; of one that could not be read there is no pair. */
  static ObjectNode tree(Outcome outcome, @Nullable SiteListing sites, @Nullable ModulePair pair) {
    ObjectNode tree = JSON.valueToTree(outcome.verification());
    if (pair == null) {
      return tree;
    }
    tree.set("options", JSON.valueToTree(pair.options()));
    SuspensionCost cost = outcome.verification().coverage().cost();
    if (cost.deepestStackBytes() > 0) {
      tree.withObject("/coverage/cost").put("recommendedStackBytes", cost.recommendedStackBytes());
    }
    SiteMap map = pair.sites();
    if (map != null && map.size() > 0) {
      tree.put("largestSiteFrameBytes", map.frameBytes(map.largestFrame()));
    }
    if (sites != null) {
      sites.write(tree.putArray("sites"));
    }
    if (!outcome.file().isEmpty()) {
      tree.put("reproducer", outcome.file());
    }
    return tree;
  }

  static ArrayNode array() {
    return JSON.createArrayNode();
  }

  static String text(JsonNode tree) {
    try {
      return JSON.writeValueAsString(tree);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of plain values can be written", e);
    }
  }

  /** Prints what there is to tell of one module. */
  static void print(
      Outcome outcome, @Nullable SiteListing sites, @Nullable SiteMap map, PrintWriter out) {
    Verification result = outcome.verification();
    out.println(
        result.verdict()
            + (result.reason().isEmpty() ? "" : ": " + PrintableText.of(result.reason())));
    CoverageText.print(result, out);
    printStack(result.coverage().cost(), map, out);
    SecondOpinion second = result.second();
    if (second.finding() != SecondOpinion.Finding.NOT_ASKED) {
      out.printf(
          Locale.ROOT,
          "second interpreter: %s%s; %,d suspensions%n",
          second.finding(),
          second.reason().isEmpty() ? "" : ": " + PrintableText.of(second.reason()),
          second.suspensions());
    }
    outcome.where().forEach(site -> out.println("suspended in " + site));
    if (!outcome.file().isEmpty()) {
      out.println("see it again, step by step: bysync replay " + outcome.file());
    }
    if (sites != null) {
      sites.print(out);
    }
  }

  /** What a stack needs, as far as it was seen. */
  private static void printStack(SuspensionCost cost, @Nullable SiteMap sites, PrintWriter out) {
    List<String> figures = new ArrayList<>();
    if (sites != null && sites.size() > 0) {
      int bytes = sites.frameBytes(sites.largestFrame());
      figures.add(String.format(Locale.ROOT, "the largest frame has %,d bytes", bytes));
    }
    if (cost.deepestStackBytes() > 0) {
      figures.add(
          String.format(
              Locale.ROOT,
              "the deepest seen had %,d, recommended are %,d",
              cost.deepestStackBytes(),
              cost.recommendedStackBytes()));
    }
    if (!figures.isEmpty()) {
      out.println("stack: " + String.join(", ", figures));
    }
  }

  /** Prints a line for one of several modules; one that could not be read has no pair. */
  static void printLine(String name, @Nullable ModulePair pair, Outcome outcome, PrintWriter out) {
    Verification result = outcome.verification();
    Coverage coverage = result.coverage();
    out.printf(
        Locale.ROOT,
        "%-11s  %s: %s%s%n",
        result.verdict(),
        PrintableText.of(name),
        pair == null
            ? ""
            : String.format(
                Locale.ROOT,
                "%,d of %,d reachable sites, %,d suspensions",
                coverage.sitesSuspended(),
                coverage.reachableSites(),
                coverage.suspensions() + coverage.frameSuspensions()),
        result.reason().isEmpty()
            ? ""
            : (pair == null ? "" : "; ") + PrintableText.of(result.reason()));
    if (!outcome.file().isEmpty()) {
      out.println("             see it again, step by step: bysync replay " + outcome.file());
    }
  }
}
