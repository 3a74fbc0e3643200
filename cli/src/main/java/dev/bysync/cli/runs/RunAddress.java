package dev.bysync.cli.runs;

import dev.bysync.cli.outcome.CliFailure;
import dev.bysync.report.run.Run;
import dev.bysync.report.run.RunStore;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;

/**
 * Where a run is: {@code OUT} for the latest of a store, {@code OUT/runs/ID} for a certain one; a
 * path or a URI.
 *
 * @param out root of the store
 * @param id the run, or empty for the latest
 */
public record RunAddress(URI out, Optional<String> id) {
  private static final Pattern RUN = Pattern.compile("(.*?)/?runs/([^/]+)/?");

  /** Reads an address. */
  public static RunAddress parse(String text) {
    Matcher matcher = RUN.matcher(text);
    return matcher.matches()
        ? new RunAddress(uri(matcher.group(1)), Optional.of(matcher.group(2)))
        : new RunAddress(uri(text), Optional.empty());
  }

  /** A path or a URI as a URI. */
  static URI uri(String text) {
    try {
      URI uri = new URI(text);
      if (uri.isAbsolute()) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // a path then
    }
    return Path.of(text).toAbsolutePath().normalize().toUri();
  }

  /** Hadoop's configuration with these properties. */
  static Configuration configuration(Map<String, String> properties) {
    Configuration configuration = new Configuration();
    properties.forEach(configuration::set);
    return configuration;
  }

  RunStore store(Configuration configuration) throws IOException {
    return RunStore.open(configuration, out);
  }

  /**
   * Reads the run.
   *
   * @throws CliFailure if there is none, or the store fails
   */
  Run read(Configuration configuration) {
    try {
      RunStore store = store(configuration);
      String name = id.isPresent() ? id.get() : store.latest().orElse("");
      return store
          .read(name)
          .orElseThrow(
              () ->
                  CliFailure.badInput(
                      "there is no run %sin %s; bysync runs lists what there is"
                          .formatted(name.isEmpty() ? "" : name + " ", out),
                      null));
    } catch (IOException e) {
      throw CliFailure.infrastructure("%s can't be read: %s".formatted(out, e.getMessage()), e);
    }
  }
}
