package dev.bysync.cli;

import dev.bysync.analysis.OptionException;
import dev.bysync.analysis.Plan;
import dev.bysync.analysis.PrintableText;
import dev.bysync.analysis.Unmatched;
import dev.bysync.asyncify.Asyncify;
import dev.bysync.asyncify.AsyncifyOptions;
import dev.bysync.asyncify.CodeMap;
import dev.bysync.asyncify.EngineVersion;
import dev.bysync.asyncify.OptionParser;
import dev.bysync.asyncify.OptionRecord;
import dev.bysync.asyncify.OptionTexts;
import dev.bysync.asyncify.SiteMap;
import dev.bysync.asyncify.TransformOption;
import dev.bysync.asyncify.Transformed;
import dev.bysync.cli.outcome.CliFailure;
import dev.bysync.engine.Remade;
import dev.bysync.engine.SuspensionRules;
import dev.bysync.verify.Subject;
import dev.bysync.verify.SuspensionRule;
import dev.bysync.verify.VerifyOptions.Overflow;
import dev.bysync.wasm.binary.WasmException;
import dev.bysync.wasm.module.Module;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A module and its asyncified form, which is a file or what our transform makes of it.
 *
 * <p>A file that says what it was made with ({@link OptionRecord}) is compared with what our
 * transform makes of the module by these options. If it is that, byte for byte, all is known of it
 * that is known of a transform made here, as it is if it was only written over, everything being
 * where it was; else it is another tool's, but promises what it says.
 *
 * @param originalName the file
 * @param original its bytes
 * @param transformedName the file; null if the module was transformed here
 * @param transformed its bytes
 * @param sites where it can suspend; null if not known
 * @param map what of it is what of the original; null if not known
 * @param memory the export of the memory for frames, empty for the usual one
 * @param rule where the options let the module suspend
 * @param overflow when it must notice a stack that is too small, if nobody says otherwise
 * @param options the transform's options, given or recorded, by their long names
 * @param warnings what the user should know, a sentence each
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never shared
record ModulePair(
    String originalName,
    byte[] original,
    @Nullable String transformedName,
    byte[] transformed,
    @Nullable SiteMap sites,
    @Nullable CodeMap map,
    String memory,
    SuspensionRule rule,
    Overflow overflow,
    Map<String, String> options,
    List<String> warnings) {
  private static final String FOREIGN = "verified as another tool's output, by programs only";

  private static final String WRITTEN_OVER =
      "verified as ours that was written over since, its sites being where they were";

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
          TransformOption.IGNORE_UNWIND_FROM_CATCH,
          TransformOption.STRICT);

  /**
   * Reads a pair, or reads a module and transforms it.
   *
   * @param transformedName the asyncified module; null to transform the original
   * @throws CliFailure if a file can't be read, can't be transformed, or the options are wrong
   */
  static ModulePair read(
      String originalName, @Nullable String transformedName, OptionParser parser) {
    try {
      byte[] original = WasmFiles.read(originalName);
      if (transformedName == null) {
        return made(originalName, original, parser);
      }
      Files files =
          new Files(originalName, original, transformedName, WasmFiles.read(transformedName));
      OptionRecord.Reading reading = OptionRecord.of(files.transformed());
      OptionRecord record = reading.record();
      return record == null
          ? foreign(files, reading.problem(), parser)
          : recorded(files, record, parser);
    } catch (OptionException e) {
      throw CliFailure.usage(String.valueOf(e.getMessage()));
    } catch (WasmException e) {
      throw CliFailure.badInput(originalName + ": REJECTED: " + e.getMessage(), e);
    }
  }

  /** What the verifier is to look at. */
  Subject subject() {
    return new Subject(original, transformed, sites, map);
  }

  /** Two files. */
  @SuppressWarnings("ArrayRecordComponent") // handed over, never shared
  private record Files(
      String originalName, byte[] original, String transformedName, byte[] transformed) {
    /** The pair where all that is known of the transformed module is what it promises. */
    ModulePair foreign(AsyncifyOptions options, List<String> warnings) {
      return new ModulePair(
          originalName,
          original,
          transformedName,
          transformed,
          null,
          null,
          options.memory().export(),
          SuspensionRules.of(original, options),
          Overflow.WHEN_STOPPED,
          OptionTexts.byName(options),
          List.copyOf(warnings));
    }

    /** The pair where it is ours. */
    ModulePair ours(Transformed made, AsyncifyOptions options, List<String> warnings) {
      return ModulePair.ours(
          originalName, original, transformedName, transformed, made, options, warnings);
    }
  }

  private static ModulePair ours(
      String originalName,
      byte[] original,
      @Nullable String transformedName,
      byte[] transformed,
      Transformed made,
      AsyncifyOptions options,
      List<String> warnings) {
    return new ModulePair(
        originalName,
        original,
        transformedName,
        transformed,
        made.sites(),
        made.map(),
        options.memory().export(),
        SuspensionRules.of(original, options),
        Overflow.AT_ONCE,
        OptionTexts.byName(options),
        List.copyOf(warnings));
  }

  private static ModulePair made(String name, byte[] original, OptionParser parser) {
    AsyncifyOptions options = parser.options();
    Transformed result = Asyncify.transformMapped(original, options);
    List<String> warnings = warnings(name, result.unmatched(), parser);
    return ours(name, original, null, result.bytes(), result, options, warnings);
  }

  private static ModulePair foreign(Files files, String problem, OptionParser parser) {
    if (!MEANINGFUL.containsAll(parser.given().keySet())) {
      throw CliFailure.usage(
          "where the transformed module is given, and does not say what it was made with, options"
              + " of the transform do nothing but those that say where it may suspend, and --"
              + TransformOption.MEMORY.longName());
    }
    AsyncifyOptions options = parser.options();
    List<String> warnings = warnings(files, options, parser);
    if (!problem.isEmpty()) {
      warnings.add("%s: %s; %s".formatted(files.transformedName(), problem, FOREIGN));
    }
    return files.foreign(options, warnings);
  }

  private static ModulePair recorded(Files files, OptionRecord record, OptionParser parser) {
    Optional<TransformOption> missing = record.missing(parser);
    if (missing.isPresent()) {
      throw CliFailure.usage(
          "%s: was made with %s; the list is too long for its record: give it, --%s @FILE"
              .formatted(files.transformedName(), record.text(), missing.get().longName()));
    }
    AsyncifyOptions options = parser.options(record.options());
    List<String> warnings = warnings(files, options, parser);
    Set<String> differing = record.differing(options);
    if (!differing.isEmpty()) {
      warnings.add(
          "%s: was made with %s; what is given here counts instead: %s; %s"
              .formatted(
                  files.transformedName(),
                  record.text(),
                  differing.stream().map(name -> "--" + name).collect(Collectors.joining(", ")),
                  FOREIGN));
      return files.foreign(options, warnings);
    }
    Optional<Transformed> remade = Remade.of(files.original(), files.transformed(), options);
    if (remade.isPresent()) {
      return files.ours(remade.get(), options, warnings);
    }
    Optional<Transformed> before =
        record.engine().equals(EngineVersion.CURRENT)
            ? Remade.writtenOver(files.original(), files.transformed(), options)
            : Optional.empty();
    warnings.add(
        "%s: says it was made %swith %s, but that is not what the transform makes of %s; %s"
            .formatted(
                files.transformedName(),
                record.engine().equals(EngineVersion.CURRENT)
                    ? ""
                    : "by engine version %s, which is %s here, "
                        .formatted(PrintableText.name(record.engine()), EngineVersion.CURRENT),
                record.text(),
                files.originalName(),
                before.isPresent() ? WRITTEN_OVER : FOREIGN));
    if (before.isPresent()) {
      return files.ours(before.get(), options, warnings);
    }
    try {
      return files.foreign(options, warnings);
    } catch (OptionException e) { // of lists that nobody gave here
      throw CliFailure.badInput(
          "%s: what it was made with does not fit %s: %s"
              .formatted(files.transformedName(), files.originalName(), e.getMessage()),
          e);
    }
  }

  /**
   * A pair whose reproducer is run again: what is known of the transformed module is told, what
   * can't be known is no problem here.
   *
   * @param options those of the reproducer
   */
  static ModulePair again(
      String originalName,
      byte[] original,
      String transformedName,
      byte[] transformed,
      OptionParser options) {
    Files files = new Files(originalName, original, transformedName, transformed);
    OptionRecord record = OptionRecord.of(transformed).record();
    AsyncifyOptions known =
        record == null
            ? options.options()
            : record.left().isEmpty() ? record.options() : options.options(record.options());
    Optional<Transformed> made = Remade.of(original, transformed, known);
    if (made.isEmpty()) {
      made = Remade.writtenOver(original, transformed, known);
    }
    if (made.isPresent()) {
      return files.ours(made.get(), known, List.of());
    }
    return files.foreign(AsyncifyOptions.defaults(), List.of());
  }

  // ---- warnings ----

  private static List<String> warnings(Files files, AsyncifyOptions options, OptionParser parser) {
    boolean lists =
        parser.given().keySet().stream()
            .anyMatch(option -> option.form() == TransformOption.Form.LIST);
    List<Unmatched> unmatched =
        lists
            ? Plan.of(Module.read(files.original()), options.selection()).unmatched().stream()
                .filter(entry -> isGiven(entry, parser))
                .toList()
            : List.of();
    return warnings(files.originalName(), unmatched, parser);
  }

  private static boolean isGiven(Unmatched entry, OptionParser parser) {
    return TransformOption.ofLongName(entry.list().toString()).filter(parser::has).isPresent();
  }

  private static List<String> warnings(
      String name, List<Unmatched> unmatched, OptionParser parser) {
    ListCheck.check(name, unmatched, parser);
    List<String> warnings = new ArrayList<>(parser.warnings());
    unmatched.forEach(entry -> warnings.add(name + ": " + entry.sentence()));
    return warnings;
  }
}
