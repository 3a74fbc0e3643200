package dev.bysync.cli.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The summary for programs: {@code --json}. */
final class JsonReport {
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private JsonReport() {}

  static String of(RunReport report) {
    ObjectNode top = MAPPER.createObjectNode();
    top.put("run", report.runId());
    top.put("finished", report.finished().toString());
    top.put("seconds", report.duration().toMillis() / 1000.0);
    ObjectNode profiles = top.putObject("profiles");
    report.profiles().forEach(profiles::put);
    top.put("exitCode", report.exitCode().code());
    ObjectNode verdicts = top.putObject("verdicts");
    report.verdicts().forEach((verdict, count) -> verdicts.put(verdict.name(), count));
    ArrayNode modules = top.putArray("modules");
    for (ModuleLine line : report.modules()) {
      ObjectNode module = modules.addObject();
      module.put("name", line.name());
      module.put("sha256", line.sha256());
      module.put("strategy", line.strategy());
      module.put("known", line.known());
      module.put("binary", line.binary());
      module.set("result", MAPPER.valueToTree(line.result()));
    }
    ArrayNode problems = top.putArray("problems");
    report.problems().forEach(problems::add);
    ArrayNode warnings = top.putArray("warnings");
    report.lists().warnings().forEach(warnings::add);
    top.put("deadLetters", report.deadLetters());
    ObjectNode places = top.putObject("places");
    report.places().forEach(places::put);
    try {
      return MAPPER.writeValueAsString(top);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of plain values can be written", e);
    }
  }
}
