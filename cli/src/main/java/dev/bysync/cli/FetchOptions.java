package dev.bysync.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where packages come from. */
final class FetchOptions {
  @Option(
      names = "--npm-registry",
      paramLabel = "ADDRESS",
      description = "The registry of npm packages; default: that of npm's own configuration.")
  private @Nullable String npmRegistry;

  @Option(
      names = "--maven-repository",
      paramLabel = "ADDRESS",
      description =
          "The repository of Maven artifacts, with the mirrors and logins of Maven's settings.xml;"
              + " default: the repositories of settings.xml.")
  private @Nullable String mavenRepository;

  @Option(
      names = "--internal-redirects",
      description =
          "Let redirects, and what registries answer, lead to loopback, link-local and private"
              + " addresses; those that are given or configured are asked in any case.")
  private boolean internalRedirects;

  /** What was given, as {@code --name}, {@code value}. */
  List<String> arguments() {
    List<String> arguments = new ArrayList<>();
    PipelineOptions.add(arguments, "--npm-registry", npmRegistry);
    PipelineOptions.add(arguments, "--maven-repository", mavenRepository);
    PipelineOptions.add(arguments, "--internal-redirects", internalRedirects ? "true" : null);
    return arguments;
  }
}
