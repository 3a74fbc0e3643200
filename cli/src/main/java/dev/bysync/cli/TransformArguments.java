package dev.bysync.cli;

import dev.bysync.analysis.OptionException;
import dev.bysync.asyncify.OptionParser;
import dev.bysync.asyncify.TransformOption;
import dev.bysync.cli.outcome.CliFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * The transform's options on a command line: each as a long option and, by Binaryen's name, as a
 * {@code --pass-arg}.
 */
final class TransformArguments {
  private static final String PASS_ARG = "--pass-arg";

  private TransformArguments() {}

  /** Adds the options to a command; those that only explain have no use for {@code --verbose}. */
  static void declare(CommandSpec spec, boolean transforms) {
    ArgGroupSpec.Builder group =
        ArgGroupSpec.builder()
            .exclusive(false)
            .validate(false)
            .order(1)
            .heading("%nWhat is instrumented, and how (lists: A,B,... or @FILE):%n");
    group.addArg(
        OptionSpec.builder(PASS_ARG, "-pa")
            .type(List.class)
            .auxiliaryTypes(String.class)
            .paramLabel("NAME[@VALUE]")
            .description("One of these options by the name that wasm-opt has for it.")
            .build());
    for (TransformOption option : TransformOption.values()) {
      if (transforms || option != TransformOption.VERBOSE) {
        group.addArg(spec(option));
      }
    }
    spec.addArgGroup(group.build());
  }

  private static OptionSpec spec(TransformOption option) {
    OptionSpec.Builder builder =
        OptionSpec.builder("--" + option.longName()).description(option.description());
    return switch (option.form()) {
      case FLAG -> builder.type(boolean.class).arity("0").build();
      case VALUE -> builder.type(String.class).paramLabel(label(option)).build();
      case LIST -> builder.type(String.class).paramLabel("LIST").build();
    };
  }

  private static String label(TransformOption option) {
    return switch (option) {
      case INDIRECT -> "POLICY";
      case MEMORY -> "EXPORT";
      case FEATURE_LEVEL -> "LEVEL";
      default -> "N";
    };
  }

  /** Reads what was given; {@code --pass-arg} first, so that a long option counts more. */
  static OptionParser read(CommandSpec spec) {
    ParseResult given = spec.commandLine().getParseResult();
    OptionParser parser = new OptionParser(name -> Files.readString(Path.of(name)));
    List<String> passArguments = given.matchedOptionValue(PASS_ARG, List.<String>of());
    passArguments.forEach(parser::addPassArgument);
    for (TransformOption option : TransformOption.values()) {
      String name = "--" + option.longName();
      if (given.hasMatchedOption(name)) {
        Object value = given.matchedOptionValue(name, "");
        if (option.form() != TransformOption.Form.FLAG) {
          parser.add(option, String.valueOf(value));
        } else if (Boolean.parseBoolean(String.valueOf(value).toLowerCase(Locale.ROOT))) {
          parser.add(option, "");
        }
      }
    }
    return parser;
  }

  /**
   * What was given as settings of the job: {@code --name}, {@code value}.
   *
   * @throws CliFailure if there is something that a job can't follow
   */
  static List<String> settings(CommandSpec spec) {
    List<String> settings = new ArrayList<>();
    try {
      read(spec)
          .given()
          .forEach(
              (option, value) -> {
                if (option == TransformOption.VERBOSE) {
                  throw CliFailure.usage("asyncify-verbose: bysync plan tells that of a module");
                }
                settings.add("--" + option.longName());
                settings.add(option.form() == TransformOption.Form.FLAG ? "true" : value);
              });
    } catch (OptionException e) {
      throw CliFailure.usage(String.valueOf(e.getMessage()));
    }
    return settings;
  }
}
