package dev.bysync.ingest.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Logins to registries in the file that Docker, Podman and ORAS write: {@code
 * $DOCKER_CONFIG/config.json}, else {@code ~/.docker/config.json}. Logins that the file leaves to a
 * credential helper are not found.
 */
final class DockerLogins {
  private static final int MAX_FILE_BYTES = 1 << 20;

  private final Path file;

  private DockerLogins(Path file) {
    this.file = file;
  }

  static DockerLogins of(Map<String, String> environment, Path home) {
    String directory = environment.getOrDefault("DOCKER_CONFIG", "");
    return new DockerLogins(
        (directory.isEmpty() ? home.resolve(".docker") : Path.of(directory))
            .resolve("config.json"));
  }

  /** The value of the Authorization header for a registry. */
  Optional<String> authorization(String host) {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try (InputStream in = Files.newInputStream(file)) {
      JsonNode logins = new ObjectMapper().readTree(in.readNBytes(MAX_FILE_BYTES)).path("auths");
      String basic = logins.path(host).path("auth").asText("");
      if (basic.isEmpty()) {
        basic = logins.path("https://" + host).path("auth").asText("");
      }
      return basic.isEmpty() ? Optional.empty() : Optional.of("Basic " + basic);
    } catch (IOException e) {
      return Optional.empty(); // the registry will say that it wants a login
    }
  }
}
