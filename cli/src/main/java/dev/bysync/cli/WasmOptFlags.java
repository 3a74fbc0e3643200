package dev.bysync.cli;

import dev.bysync.wasm.module.CustomSections;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * Options that command lines for {@code wasm-opt --asyncify} have besides those of asyncify, so
 * that a build script needs only the name of the command changed. Each either holds as it is (names
 * are kept, what a module has of any feature is accepted, sections are stripped), or is told to be
 * without effect and why, or is refused because another output is asked for.
 */
final class WasmOptFlags {
  private static final List<String> FEATURES =
      List.of(
          "sign-ext",
          "threads",
          "mutable-globals",
          "nontrapping-float-to-int",
          "simd",
          "bulk-memory",
          "bulk-memory-opt",
          "call-indirect-overlong",
          "exception-handling",
          "tail-call",
          "reference-types",
          "multivalue",
          "gc",
          "memory64",
          "relaxed-simd",
          "extended-const",
          "strings",
          "multimemory",
          "stack-switching",
          "shared-everything",
          "fp16",
          "custom-descriptors",
          "multibyte",
          "acquire-release-atomics",
          "custom-page-sizes",
          "wide-arithmetic",
          "compact-imports",
          "relaxed-atomics",
          "typed-function-references");

  private static final List<String> OPTIMISING =
      List.of("-O", "-O0", "-O1", "-O2", "-O3", "-O4", "-Os", "-Oz", "--converge", "-c");

  private static final List<String> STRIPPING_DEBUG = List.of("--strip", "--strip-debug");

  private static final List<String> STRIPPING_DWARF =
      List.of("--strip", "--strip-debug", "--strip-dwarf");

  private static final String STRIP_PRODUCERS = "--strip-producers";
  private static final String STRIP_FEATURES = "--strip-target-features";

  /** What an optimiser may take for granted or leave out: nothing here depends on it. */
  private static final List<String> PROMISES =
      List.of(
          "--low-memory-unused",
          "--zero-filled-memory",
          "--ignore-implicit-traps",
          "-iit",
          "--traps-never-happen",
          "-tnh",
          "--closed-world",
          "-cw",
          "--no-stack-ir");

  private static final List<String> SEVERAL_RESULTS =
      List.of("-all", "--all-features", "--enable-multivalue");

  private static final List<String> SINGLE_RESULTS =
      List.of("-mvp", "--mvp-features", "--detect-features", "--disable-multivalue");

  private WasmOptFlags() {}

  /** Adds the flags to a command, out of its help's sight. */
  static void declare(CommandSpec spec) {
    flag(spec, "--asyncify");
    flag(spec, "-g", "--debuginfo");
    flag(spec, "-all", "--all-features");
    flag(spec, "--detect-features");
    flag(spec, "-mvp", "--mvp-features");
    flag(spec, "-S", "--emit-text");
    flag(spec, "-n", "--no-validation");
    OPTIMISING.forEach(name -> flag(spec, name));
    STRIPPING_DWARF.forEach(name -> flag(spec, name));
    flag(spec, STRIP_PRODUCERS);
    flag(spec, STRIP_FEATURES);
    PROMISES.forEach(name -> flag(spec, name));
    spec.versionProvider(new Bysync.Version());
    spec.addOption(
        OptionSpec.builder("--version")
            .type(boolean.class)
            .arity("0")
            .versionHelp(true)
            .hidden(true)
            .build());
    for (String feature : FEATURES) {
      flag(spec, "--enable-" + feature);
      flag(spec, "--disable-" + feature);
    }
    for (String level : List.of("--optimize-level", "--shrink-level")) {
      spec.addOption(OptionSpec.builder(level).type(int[].class).hidden(true).build());
    }
  }

  /** Adds a flag, which may be given several times: builds put lists of flags together. */
  private static void flag(CommandSpec spec, String... names) {
    spec.addOption(OptionSpec.builder(names).type(boolean[].class).arity("0").hidden(true).build());
  }

  /** What is asked for and not done, a sentence each. */
  static List<String> notices(ParseResult given) {
    List<String> notices = new ArrayList<>();
    List<String> levels = new ArrayList<>(OPTIMISING);
    levels.add("--optimize-level");
    levels.add("--shrink-level");
    add(
        notices,
        given,
        levels,
        "the module's own code is not optimised, and what is added needs no optimising");
    add(notices, given, List.of("-n"), "the module is validated all the same");
    return notices;
  }

  private static void add(
      List<String> notices, ParseResult given, List<String> names, String sentence) {
    List<String> matched = names.stream().filter(given::hasMatchedOption).toList();
    if (!matched.isEmpty()) {
      notices.add(String.join(" ", matched) + ": " + sentence);
    }
  }

  /**
   * The feature level that is asked for by wasm-opt's flags for features, of which the last counts:
   * other features than multiple results are used where the module has them, and nowhere else.
   */
  static Optional<String> level(ParseResult given) {
    String level = null;
    for (OptionSpec option : given.matchedOptions()) {
      List<String> names = List.of(option.names());
      if (names.stream().anyMatch(SEVERAL_RESULTS::contains)) {
        level = "3.0";
      } else if (names.stream().anyMatch(SINGLE_RESULTS::contains)) {
        level = "module";
      }
    }
    return Optional.ofNullable(level);
  }

  /**
   * The module without the sections that are to be stripped and that the transform has no use for.
   */
  static byte[] stripInput(ParseResult given, byte[] module) {
    boolean debug = isAny(given, STRIPPING_DEBUG);
    boolean dwarf = isAny(given, STRIPPING_DWARF);
    boolean producers = given.hasMatchedOption(STRIP_PRODUCERS);
    boolean features = given.hasMatchedOption(STRIP_FEATURES);
    if (!dwarf && !producers && !features) {
      return module;
    }
    return CustomSections.without(
        module,
        name ->
            (dwarf && (name.startsWith(".debug") || name.startsWith("reloc..debug")))
                || (debug && name.equals("sourceMappingURL"))
                || (producers && name.equals("producers"))
                || (features && name.equals("target_features")));
  }

  /**
   * The output without the names, by which lists know functions before; with {@code -g} they stay,
   * as wasm-opt leaves them: Emscripten gives both to keep nothing but names.
   */
  static byte[] stripOutput(ParseResult given, byte[] output) {
    return isAny(given, STRIPPING_DEBUG) && !given.hasMatchedOption("-g")
        ? CustomSections.without(output, name -> name.equals("name"))
        : output;
  }

  private static boolean isAny(ParseResult given, List<String> names) {
    return names.stream().anyMatch(given::hasMatchedOption);
  }

  /** Whether text is asked for in place of a binary. */
  static boolean wantsText(ParseResult given) {
    return given.hasMatchedOption("-S");
  }
}
