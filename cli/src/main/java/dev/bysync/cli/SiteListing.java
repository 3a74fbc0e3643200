package dev.bysync.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bysync.analysis.FunctionText;
import dev.bysync.analysis.FunctionText.Call;
import dev.bysync.analysis.PrintableText;
import dev.bysync.asyncify.SiteMap;
import dev.bysync.verify.SiteCoverage;
import dev.bysync.verify.SiteCoverage.Way;
import dev.bysync.wasm.module.FunctionNames;
import dev.bysync.wasm.module.Module;
import java.io.PrintWriter;
import java.util.Locale;

/** Every site of a module, and how it was come to. */
final class SiteListing {
  private final SiteMap sites;
  private final SiteCoverage reached;
  private final FunctionText text;

  /**
   * Of a module that could be verified.
   *
   * @param reached how its sites were come to; none of them if it is empty
   */
  SiteListing(byte[] original, SiteMap sites, SiteCoverage reached) {
    this.sites = sites;
    this.reached = reached;
    Module module = Module.read(original);
    text = new FunctionText(module, FunctionNames.of(module));
  }

  /** A line for each: function, name, the call as {@code plan} tells it, how it was come to. */
  void print(PrintWriter out) {
    for (int site = 0; site < sites.size(); site++) {
      int function = sites.function(site);
      int offset = sites.originalOffset(site);
      Way way = way(site);
      out.printf(
          Locale.ROOT,
          "%6d  %s: %s at 0x%x: %s%s%n",
          function,
          PrintableText.of(text.name(function)),
          PrintableText.of(text.words(text.call(function, offset))),
          offset,
          way.words(),
          way.reason().isEmpty() ? "" : ", " + way.reason());
    }
  }

  /** An object for each. */
  void write(ArrayNode array) {
    for (int site = 0; site < sites.size(); site++) {
      int function = sites.function(site);
      int offset = sites.originalOffset(site);
      Call call = text.call(function, offset);
      ObjectNode node = array.addObject();
      node.put("function", function).put("name", text.name(function)).put("offset", offset);
      if (call.callee() >= 0) {
        node.put("callee", call.callee()).put("calleeName", text.name(call.callee()));
      } else {
        node.put("type", call.type()).put("signature", text.type(call.type()));
      }
      node.put("reached", way(site).words()).put("reason", way(site).reason());
    }
  }

  private Way way(int site) {
    return site < reached.size() ? reached.way(site) : Way.MISSED;
  }
}
