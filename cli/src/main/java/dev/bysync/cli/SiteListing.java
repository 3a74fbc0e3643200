package dev.bysync.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bysync.analysis.FunctionText;
import dev.bysync.analysis.FunctionText.Call;
import dev.bysync.analysis.PrintableText;
import dev.bysync.verify.SiteCalls;
import dev.bysync.verify.SiteCoverage;
import dev.bysync.verify.SiteCoverage.Way;
import dev.bysync.wasm.module.FunctionNames;
import dev.bysync.wasm.module.Module;
import java.io.PrintWriter;
import java.util.Locale;

/** Every site of a module, and how it was come to. */
final class SiteListing {
  private final SiteCalls sites;
  private final SiteCoverage reached;
  private final FunctionText text;

  /**
   * Of a module that could be verified.
   *
   * @param reached how its sites were come to; none of them if it is empty
   */
  SiteListing(byte[] original, SiteCalls sites, SiteCoverage reached) {
    this.sites = sites;
    this.reached = reached;
    Module module = Module.read(original);
    text = new FunctionText(module, FunctionNames.of(module));
  }

  /**
   * A line for each: function, name, the call as {@code plan} tells it, how it was come to; of one
   * that is not matched, where it is in the output.
   */
  void print(PrintWriter out) {
    for (int site = 0; site < sites.size(); site++) {
      Way way = way(site);
      String how = way.words() + (way.reason().isEmpty() ? "" : ", " + way.reason());
      if (sites.isMatched(site)) {
        int function = sites.function(site);
        int offset = sites.originalOffset(site);
        String call = text.words(text.call(function, offset));
        out.printf(
            Locale.ROOT,
            "%6d  %s: %s at 0x%x: %s%n",
            function,
            PrintableText.of(text.name(function)),
            PrintableText.of(call),
            offset,
            how);
      } else {
        out.printf(
            Locale.ROOT,
            "     -  function %d of the output: call at 0x%x of the output: %s%n",
            sites.outputFunction(site),
            sites.outputOffset(site),
            how);
      }
    }
  }

  /** An object for each; of another tool's output with where it is there. */
  void write(ArrayNode array) {
    for (int site = 0; site < sites.size(); site++) {
      ObjectNode node = array.addObject();
      if (sites.isMatched(site)) {
        writeOriginal(node, site);
      }
      if (sites.outputFunction(site) >= 0) {
        node.put("outputFunction", sites.outputFunction(site));
        node.put("outputOffset", sites.outputOffset(site));
      }
      node.put("reached", way(site).words()).put("reason", way(site).reason());
    }
  }

  private void writeOriginal(ObjectNode node, int site) {
    int function = sites.function(site);
    int offset = sites.originalOffset(site);
    Call call = text.call(function, offset);
    node.put("function", function).put("name", text.name(function)).put("offset", offset);
    if (call.callee() >= 0) {
      node.put("callee", call.callee()).put("calleeName", text.name(call.callee()));
    } else {
      node.put("type", call.type()).put("signature", text.type(call.type()));
    }
  }

  private Way way(int site) {
    return site < reached.size() ? reached.way(site) : Way.MISSED;
  }
}
