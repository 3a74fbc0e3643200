package dev.bysync.cli;

import dev.bysync.analysis.OptionException;
import dev.bysync.asyncify.Asyncify;
import dev.bysync.asyncify.AsyncifyOptions;
import dev.bysync.asyncify.CodeMap;
import dev.bysync.asyncify.OptionParser;
import dev.bysync.asyncify.SiteMap;
import dev.bysync.asyncify.TransformOption;
import dev.bysync.asyncify.Transformed;
import dev.bysync.cli.outcome.CliFailure;
import dev.bysync.engine.SuspensionRules;
import dev.bysync.verify.Subject;
import dev.bysync.verify.SuspensionRule;
import dev.bysync.wasm.binary.WasmException;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A module and its asyncified form, which is a file or what our transform makes of it.
 *
 * @param originalName the file
 * @param original its bytes
 * @param transformedName the file; null if the module was transformed here
 * @param transformed its bytes
 * @param sites where it can suspend; null if not known
 * @param memory the export of the memory for frames, empty for the usual one
 * @param map what of the transformed module is what of the original; null if not known
 * @param rule where the options let the module suspend
 * @param given the transform's options that were given, by their long names
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never shared
record ModulePair(
    String originalName,
    byte[] original,
    @Nullable String transformedName,
    byte[] transformed,
    @Nullable SiteMap sites,
    String memory,
    @Nullable CodeMap map,
    SuspensionRule rule,
    Map<String, String> given) {
  /** Options of the transform that say something of one that was made elsewhere. */
  private static final Set<TransformOption> MEANINGFUL =
      EnumSet.of(
          TransformOption.MEMORY,
          TransformOption.IMPORTS,
          TransformOption.IGNORE_IMPORTS,
          TransformOption.INDIRECT,
          TransformOption.IGNORE_INDIRECT,
          TransformOption.REMOVE_LIST,
          TransformOption.ADD_LIST,
          TransformOption.PROPAGATE_ADD_LIST,
          TransformOption.ONLY_LIST,
          TransformOption.IGNORE_UNWIND_FROM_CATCH);

  /**
   * Reads a pair, or reads a module and transforms it.
   *
   * @param transformedName the asyncified module; null to transform the original
   * @throws CliFailure if a file can't be read, can't be transformed, or the options are wrong
   */
  static ModulePair read(
      String originalName, @Nullable String transformedName, OptionParser parser) {
    try {
      Map<String, String> given = new TreeMap<>();
      parser.given().forEach((option, value) -> given.put(option.longName(), value));
      if (transformedName == null) {
        AsyncifyOptions options = parser.options();
        return transformed(originalName, WasmFiles.read(originalName), options, given);
      }
      if (!MEANINGFUL.containsAll(parser.given().keySet())) {
        throw CliFailure.usage(
            "where the transformed module is given, options of the transform do nothing but those"
                + " that say where it may suspend, and --"
                + TransformOption.MEMORY.longName());
      }
      String memory = given.getOrDefault(TransformOption.MEMORY.longName(), "");
      byte[] original = WasmFiles.read(originalName);
      byte[] transformed = WasmFiles.read(transformedName);
      return new ModulePair(
          originalName,
          original,
          transformedName,
          transformed,
          null,
          memory,
          null,
          rule(originalName, original, parser.options()),
          given);
    } catch (OptionException e) {
      throw CliFailure.usage(String.valueOf(e.getMessage()));
    }
  }

  /** What the verifier is to look at. */
  Subject subject() {
    return new Subject(original, transformed, sites, map);
  }

  private static SuspensionRule rule(String name, byte[] original, AsyncifyOptions options) {
    try {
      return SuspensionRules.of(original, options);
    } catch (WasmException e) {
      throw CliFailure.badInput(name + ": REJECTED: " + e.getMessage(), e);
    }
  }

  private static ModulePair transformed(
      String name, byte[] original, AsyncifyOptions options, Map<String, String> given) {
    try {
      Transformed result = Asyncify.transformMapped(original, options);
      return new ModulePair(
          name,
          original,
          null,
          result.bytes(),
          result.sites(),
          options.memory().export(),
          result.map(),
          SuspensionRules.of(original, options),
          given);
    } catch (WasmException e) {
      throw CliFailure.badInput(name + ": REJECTED: " + e.getMessage(), e);
    }
  }
}
