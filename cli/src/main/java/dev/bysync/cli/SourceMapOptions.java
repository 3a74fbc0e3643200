package dev.bysync.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bysync.asyncify.Asyncify;
import dev.bysync.asyncify.AsyncifyOptions;
import dev.bysync.asyncify.OffsetMap;
import dev.bysync.asyncify.SourceMappings;
import dev.bysync.asyncify.Transformed;
import dev.bysync.cli.outcome.CliFailure;
import dev.bysync.wasm.binary.ByteSink;
import dev.bysync.wasm.module.SectionId;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The source map of a module, taken along when it is transformed: named as wasm-opt names them. */
final class SourceMapOptions {
  private static final String URL_SECTION = "sourceMappingURL";

  @Option(
      names = {"-ism", "--input-source-map"},
      paramLabel = "IN.map",
      description = "The source map of the module.")
  private @Nullable String in;

  @Option(
      names = {"-osm", "--output-source-map"},
      paramLabel = "OUT.map",
      description = "Where the source map of the result goes.")
  private @Nullable String out;

  @Option(
      names = {"-osu", "--output-source-map-url"},
      paramLabel = "URL",
      description = "Where a debugger finds that map; told in the result's last section.")
  private @Nullable String url;

  /** Whether there is nothing to do. */
  boolean isEmpty() {
    return in == null && out == null && url == null;
  }

  /**
   * Transforms a module and writes the source map of the result if there is one to write.
   *
   * @throws CliFailure if the options don't go together or the map can't be read
   */
  Transformed transform(byte[] module, AsyncifyOptions options) {
    if (isEmpty()) {
      return Asyncify.transform(module, options);
    }
    if (in == null || out == null) {
      throw CliFailure.usage(
          "a source map needs both --input-source-map, the map of the module, and"
              + " --output-source-map, where the map of the result goes");
    }
    ObjectNode map = read(in);
    OffsetMap offsets = new OffsetMap();
    Transformed result = Asyncify.transform(module, options, offsets);
    try {
      map.put("mappings", SourceMappings.rewrite(map.get("mappings").asText(), offsets));
      WasmFiles.write(out, new ObjectMapper().writeValueAsBytes(map));
    } catch (IllegalArgumentException e) {
      throw CliFailure.badInput(in + ": " + e.getMessage(), e);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree that was read can be written", e);
    }
    return url == null ? result : withUrl(result, url);
  }

  private static ObjectNode read(String name) {
    JsonNode tree;
    try {
      tree = new ObjectMapper().readTree(WasmFiles.read(name));
    } catch (IOException e) {
      throw CliFailure.badInput(name + ": this is not JSON", e);
    }
    if (tree instanceof ObjectNode map
        && map.path("version").asInt() == 3
        && map.path("mappings").isTextual()) {
      return map;
    }
    throw CliFailure.badInput(
        name
            + ": not a source map of version 3 with mappings of its own (maps of maps are not read)",
        null);
  }

  private static Transformed withUrl(Transformed result, String url) {
    ByteSink section = new ByteSink();
    section.name(URL_SECTION);
    section.name(url);
    ByteSink module = new ByteSink(result.bytes().length + section.size() + 8);
    module.bytes(result.bytes());
    module.u8(SectionId.CUSTOM);
    module.sized(section);
    return new Transformed(
        module.toByteArray(),
        result.functions(),
        result.instrumentedFunctions(),
        result.sites(),
        result.map(),
        result.warnings(),
        result.unmatched());
  }
}
