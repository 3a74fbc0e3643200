package dev.bysync.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** How commands on finished runs reach the store that holds them. */
final class StoreOptions {
  @Option(
      names = "--hadoop",
      paramLabel = "KEY=VALUE",
      description =
          "A property of Hadoop for a store such as s3a:, fs.s3a.endpoint among them; may be"
              + " repeated. Credentials belong into the environment or a credential provider.")
  private Map<String, String> hadoop = new LinkedHashMap<>();

  Map<String, String> hadoop() {
    return hadoop;
  }
}
