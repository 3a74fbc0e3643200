package dev.bysync.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * Options that command lines for {@code wasm-opt --asyncify} have besides those of asyncify, so
 * that a build script needs only the name of the command changed. Each either holds as it is (names
 * are kept, every feature is accepted), or is told to be without effect and why, or is refused
 * because another output is asked for.
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

  private static final List<String> STRIPPING =
      List.of("--strip", "--strip-debug", "--strip-dwarf", "--strip-producers");

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
    STRIPPING.forEach(name -> flag(spec, name));
    for (String feature : FEATURES) {
      flag(spec, "--enable-" + feature);
      flag(spec, "--disable-" + feature);
    }
    for (String level : List.of("--optimize-level", "--shrink-level")) {
      spec.addOption(OptionSpec.builder(level).type(int.class).hidden(true).build());
    }
  }

  private static void flag(CommandSpec spec, String... names) {
    spec.addOption(OptionSpec.builder(names).type(boolean.class).arity("0").hidden(true).build());
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
    add(notices, given, STRIPPING, "no section is removed");
    add(notices, given, List.of("-n"), "the module is validated all the same");
    List<String> disabled = new ArrayList<>(List.of("-mvp"));
    FEATURES.forEach(feature -> disabled.add("--disable-" + feature));
    add(
        notices,
        given,
        disabled,
        "features are not switched off; the output has those of the input, and multi-value");
    return notices;
  }

  private static void add(
      List<String> notices, ParseResult given, List<String> names, String sentence) {
    List<String> matched = names.stream().filter(given::hasMatchedOption).toList();
    if (!matched.isEmpty()) {
      notices.add(String.join(" ", matched) + ": " + sentence);
    }
  }

  /** Whether text is asked for in place of a binary. */
  static boolean wantsText(ParseResult given) {
    return given.hasMatchedOption("-S");
  }
}
