package dev.bysync.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.bysync.cli.outcome.CliFailure;
import dev.bysync.engine.ProcessOptions;
import dev.bysync.verify.Reproducer;
import dev.bysync.verify.frame.FrameDifference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A reproducer in a file, in JSON: the modules by path and hash, and what to do with them.
 *
 * @param format {@value #FORMAT}
 * @param engine version of the engine that found the difference
 * @param original the module as it was
 * @param transformed its asyncified form; null if our transform makes it
 * @param options options of the transform that were given or that the module records, by their long
 *     names; lists with their entries
 * @param where the sites of the last suspension in words, innermost first
 * @param reproducer what to call, and what suspends; null if a frame by itself shows the difference
 * @param frame the frame and its path; null if programs show the difference
 */
record ReproducerFile(
    String format,
    String engine,
    ModuleFile original,
    @Nullable ModuleFile transformed,
    Map<String, String> options,
    List<String> where,
    @Nullable Reproducer reproducer,
    @Nullable Frame frame) {
  static final String FORMAT = "bysync-reproducer-4";

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);

  /**
   * A difference that a frame by itself shows.
   *
   * @param memory the export of the memory for asyncify's stack; empty for the usual one
   * @param difference with the path to it
   */
  record Frame(String memory, FrameDifference difference) {}

  /**
   * A module's file.
   *
   * @param path its absolute path
   * @param sha256 64 hexadecimal digits
   */
  record ModuleFile(String path, String sha256) {
    static ModuleFile of(String name, byte[] bytes) {
      return new ModuleFile(Path.of(name).toAbsolutePath().normalize().toString(), hash(bytes));
    }

    /**
     * Reads it.
     *
     * @param elsewhere where it is now; null if it was not moved
     * @throws CliFailure if it can't be read or is another module
     */
    byte[] read(@Nullable String elsewhere, String option) {
      String name = elsewhere == null ? path : elsewhere;
      byte[] bytes;
      try {
        bytes = WasmFiles.read(name);
      } catch (CliFailure e) {
        throw CliFailure.badInput(
            e.getMessage() + "; if the module was moved, name it with " + option, e);
      }
      String found = hash(bytes);
      if (!found.equals(sha256)) {
        throw CliFailure.badInput(
            "%s: another module than the reproducer's: its SHA-256 is %s, not %s"
                .formatted(name, found, sha256),
            null);
      }
      return bytes;
    }
  }

  /** Of a difference that programs show. */
  static ReproducerFile of(ModulePair pair, List<String> where, Reproducer reproducer) {
    return of(pair, where, reproducer, null);
  }

  /** Of a difference that a frame by itself shows. */
  static ReproducerFile of(ModulePair pair, List<String> where, Frame frame) {
    return of(pair, where, null, frame);
  }

  private static ReproducerFile of(
      ModulePair pair, List<String> where, @Nullable Reproducer reproducer, @Nullable Frame frame) {
    return new ReproducerFile(
        FORMAT,
        ProcessOptions.ENGINE_VERSION,
        ModuleFile.of(pair.originalName(), pair.original()),
        pair.transformedName() == null
            ? null
            : ModuleFile.of(pair.transformedName(), pair.transformed()),
        pair.options(),
        where,
        reproducer,
        frame);
  }

  void write(String name) {
    try {
      String text = JSON.writeValueAsString(this) + "\n";
      WasmFiles.write(name, text.getBytes(StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record of plain values can be written", e);
    }
  }

  /**
   * Reads a file.
   *
   * @throws CliFailure if it is none of ours or another engine's
   */
  static ReproducerFile read(String name) {
    String text = new String(WasmFiles.read(name), StandardCharsets.UTF_8);
    try {
      JsonNode tree = JSON.readTree(text);
      if (!FORMAT.equals(tree.path("format").asText())) {
        throw CliFailure.badInput(
            name + ": not a reproducer as bysync verify writes them: its format is not " + FORMAT,
            null);
      }
      if (tree.path("variant").asText().equals("PROBE")) {
        throw CliFailure.badInput(
            name
                + ": a reproducer of a module's probe variant, which this version does not make any"
                + " more; verify the module again to get one of this version",
            null);
      }
      String engine = tree.path("engine").asText();
      if (!ProcessOptions.ENGINE_VERSION.equals(engine)) {
        throw CliFailure.badInput(
            "%s: made by engine version %s, this is %s, which may call and suspend otherwise; verify the modules again to get a reproducer of this version"
                .formatted(name, engine, ProcessOptions.ENGINE_VERSION),
            null);
      }
      ReproducerFile read = JSON.treeToValue(tree, ReproducerFile.class);
      if ((read.reproducer() == null) == (read.frame() == null)) {
        throw CliFailure.badInput(
            name + ": not a reproducer as bysync verify writes them: one of reproducer and frame",
            null);
      }
      return read;
    } catch (JsonProcessingException e) {
      throw CliFailure.badInput(
          name + ": not a reproducer as bysync verify writes them: " + e.getOriginalMessage(), e);
    }
  }

  private static String hash(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
