package dev.bysync.ingest.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Logins to registries, as Docker, Podman and ORAS keep them: {@code $DOCKER_CONFIG/config.json},
 * else {@code ~/.docker/config.json}. A registry's credential helper, or else the one for all, is
 * asked first: a program {@code docker-credential-NAME} on the PATH, which Docker's credential
 * helper protocol says how to talk to. Helpers that have but an identity token give no login.
 */
final class DockerLogins {
  private static final int MAX_FILE_BYTES = 1 << 20;
  private static final Pattern HELPER = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

  private final Path folder;
  private final String programs;

  private DockerLogins(Path folder, String programs) {
    this.folder = folder;
    this.programs = programs;
  }

  static DockerLogins of(Map<String, String> environment, Path home) {
    String directory = environment.getOrDefault("DOCKER_CONFIG", "");
    return new DockerLogins(
        directory.isEmpty() ? home.resolve(".docker") : Path.of(directory),
        environment.getOrDefault("PATH", ""));
  }

  /** The value of the Authorization header for a registry. */
  Optional<String> authorization(String host) {
    Path file = folder.resolve("config.json");
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try (InputStream in = Files.newInputStream(file)) {
      JsonNode config = new ObjectMapper().readTree(in.readNBytes(MAX_FILE_BYTES));
      String all = config.path("credsStore").asText("");
      Optional<String> helped = ask(config.path("credHelpers").path(host).asText(all), host);
      return helped.isPresent() ? helped : listed(config.path("auths"), host);
    } catch (IOException e) {
      return Optional.empty(); // the registry will say that it wants a login
    }
  }

  private static Optional<String> listed(JsonNode logins, String host) {
    String basic = logins.path(host).path("auth").asText("");
    if (basic.isEmpty()) {
      basic = logins.path("https://" + host).path("auth").asText("");
    }
    return basic.isEmpty() ? Optional.empty() : Optional.of("Basic " + basic);
  }

  private Optional<String> ask(String helper, String host) throws IOException {
    Optional<Path> program = program(helper);
    if (program.isEmpty()) {
      return Optional.empty();
    }
    List<String> command = List.of(program.get().toString(), "get");
    // A helper's business is credentials: that of a cloud's registry logs in by the cloud's own.
    Optional<byte[]> answer = HelperProgram.ask(command, folder, host, name -> true);
    if (answer.isEmpty()) {
      return Optional.empty();
    }
    JsonNode login;
    try {
      login = new ObjectMapper().readTree(answer.get());
    } catch (IOException e) {
      return Optional.empty(); // it says in words that it knows of none
    }
    String user = login.path("Username").asText("");
    String secret = login.path("Secret").asText("");
    if (user.isEmpty() || user.equals("<token>") || secret.isEmpty()) {
      return Optional.empty();
    }
    byte[] both = (user + ":" + secret).getBytes(StandardCharsets.UTF_8);
    return Optional.of("Basic " + Base64.getEncoder().encodeToString(both));
  }

  private Optional<Path> program(String helper) {
    if (!HELPER.matcher(helper).matches()) {
      return Optional.empty();
    }
    for (String directory : programs.split(Pattern.quote(File.pathSeparator), -1)) {
      for (String suffix : List.of("", ".exe")) {
        try {
          Path program = Path.of(directory, "docker-credential-" + helper + suffix);
          if (!directory.isEmpty() && Files.isExecutable(program)) {
            return Optional.of(program.toAbsolutePath());
          }
        } catch (InvalidPathException e) {
          break; // nothing can be there
        }
      }
    }
    return Optional.empty();
  }
}
