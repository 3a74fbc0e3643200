package dev.bysync.ingest.source;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bysync.ingest.http.Address;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The user's configuration of npm, merged as npm does it: what the client itself says (its defaults
 * and its own npmrc), then the global npmrc, the user's, the project's in the working directory,
 * and the environment ({@code npm_config_*}), each over those before. Without a client the files
 * and the environment are enough, if they name a registry. Never printed: it holds credentials.
 */
final class NpmConfig {
  private static final int MAX_FILE_BYTES = 1 << 20;
  private static final String ENVIRONMENT = "npm_config_";
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([^}?]+)(\\??)}");

  private static final List<String> OTHERS =
      List.of("AWS_", "AZURE_", "GOOGLE_", "GCLOUD_", "HADOOP_", "KAFKA_", "BYSYNC_");

  private final Map<String, String> values = new HashMap<>();
  private final Map<String, String> environment;

  private NpmConfig(Map<String, String> environment) {
    this.environment = environment;
  }

  /**
   * Asks the client, if there is one, and reads the files.
   *
   * @param client npm's command
   * @param home the user's home directory
   * @param project the working directory
   * @param registry address of the general registry over all these, or empty
   */
  static NpmConfig load(
      String client, Map<String, String> environment, Path home, Path project, String registry) {
    NpmConfig config = new NpmConfig(environment);
    config.askClient(client, project);
    config.readFile(config.file("globalconfig"));
    Path user = config.file("userconfig");
    config.readFile(user == null ? home.resolve(".npmrc") : user);
    config.readFile(project.resolve(".npmrc"));
    environment.forEach(
        (name, value) -> {
          if (name.toLowerCase(Locale.ROOT).startsWith(ENVIRONMENT) && !value.isEmpty()) {
            config.values.put(key(name.substring(ENVIRONMENT.length())), value);
          }
        });
    if (!registry.isEmpty()) {
      config.values.put("registry", registry);
    }
    return config;
  }

  /** A key of the environment: underscores but the first are dashes, unless it is an address. */
  private static String key(String name) {
    return name.startsWith("//") || name.startsWith("@")
        ? name
        : name.substring(0, Math.min(1, name.length()))
            + name.substring(Math.min(1, name.length())).replace('_', '-').toLowerCase(Locale.ROOT);
  }

  /** Without an answer the files have to do. */
  private void askClient(String client, Path project) {
    List<String> command = List.of(client, "config", "ls", "-l", "--json", "--no-update-notifier");
    Optional<byte[]> answer = HelperProgram.ask(command, project, "", NpmConfig::isForNpm);
    if (answer.isEmpty()) {
      return;
    }
    try {
      new ObjectMapper()
          .readTree(answer.get())
          .properties()
          .forEach(
              setting -> {
                if (setting.getValue().isValueNode() && !setting.getValue().isNull()) {
                  values.put(setting.getKey(), setting.getValue().asText());
                }
              });
    } catch (IOException e) {
      return; // no answer to what was asked
    }
  }

  /** Tokens that an npmrc names are; what is for clouds, stores and Bysync is not. */
  static boolean isForNpm(String variable) {
    String name = variable.toUpperCase(Locale.ROOT);
    return OTHERS.stream().noneMatch(name::startsWith);
  }

  private @Nullable Path file(String key) {
    String variable = (ENVIRONMENT + key).toLowerCase(Locale.ROOT);
    String named =
        Stream.of(variable, variable.toUpperCase(Locale.ROOT))
            .map(name -> environment.getOrDefault(name, ""))
            .filter(name -> !name.isEmpty())
            .findFirst()
            .orElse(values.getOrDefault(key, ""));
    return named.isEmpty() ? null : Path.of(named);
  }

  /** Lines of {@code key = value}; comments begin with # or ;. */
  private void readFile(@Nullable Path file) {
    if (file == null || !Files.isRegularFile(file)) {
      return;
    }
    try {
      for (String line : new String(bytes(file), StandardCharsets.UTF_8).split("\\R", -1)) {
        String text = line.strip();
        int equals = text.indexOf('=');
        if (equals > 0 && !text.startsWith("#") && !text.startsWith(";")) {
          values.put(
              expanded(text.substring(0, equals).strip()),
              expanded(unquoted(text.substring(equals + 1).strip())));
        }
      }
    } catch (IOException e) {
      return; // npm passes over what it can't read, too
    }
  }

  private static byte[] bytes(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(MAX_FILE_BYTES);
    }
  }

  private static String unquoted(String text) {
    boolean quoted =
        text.length() > 1
            && (text.startsWith("\"") || text.startsWith("'"))
            && text.charAt(0) == text.charAt(text.length() - 1);
    return quoted ? text.substring(1, text.length() - 1) : text;
  }

  /** {@code ${NAME}} is the environment's, and stays as it is where there is none. */
  private String expanded(String text) {
    return VARIABLE
        .matcher(text)
        .replaceAll(
            match -> {
              String value = environment.get(match.group(1));
              String otherwise = match.group(2).isEmpty() ? match.group() : "";
              return Matcher.quoteReplacement(Objects.requireNonNullElse(value, otherwise));
            });
  }

  /** The registry of a package, with a slash at its end: its scope's, or the general one. */
  Optional<URI> registry(String packageName) {
    int slash = packageName.indexOf('/');
    String scope = slash > 0 ? packageName.substring(0, slash) + ":registry" : "registry";
    String address = values.getOrDefault(scope, values.getOrDefault("registry", ""));
    try {
      return Optional.of(Address.parse(address.endsWith("/") ? address : address + "/"));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * The value of the Authorization header for an address: of the entry {@code //host/path/:...}
   * with the longest path that it lies under.
   */
  Optional<String> authorization(URI uri) {
    String path = uri.getRawPath() == null ? "" : uri.getRawPath();
    String host = Address.origin(uri).substring(uri.getScheme().length() + 1);
    List<String> parts = List.of(path.split("/", -1));
    for (int n = parts.size(); n > 0; n--) {
      String place = host + String.join("/", parts.subList(0, n));
      for (String key : List.of(place + "/", place)) {
        Optional<String> found = credentials(key);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Address.authorization(uri);
  }

  private Optional<String> credentials(String place) {
    String token = values.get(place + ":_authToken");
    if (token != null) {
      return Optional.of("Bearer " + token);
    }
    String basic = values.get(place + ":_auth");
    if (basic != null) {
      return Optional.of("Basic " + basic);
    }
    String user = values.get(place + ":username");
    String password = values.get(place + ":_password");
    if (user == null || password == null) {
      return Optional.empty();
    }
    try {
      byte[] both =
          (user + ":" + new String(Base64.getDecoder().decode(password), StandardCharsets.UTF_8))
              .getBytes(StandardCharsets.UTF_8);
      return Optional.of("Basic " + Base64.getEncoder().encodeToString(both));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // npm wants it in base64
    }
  }

  /** A setting, or empty. */
  String text(String key) {
    return values.getOrDefault(key, "");
  }

  /** Without any value. */
  @Override
  public String toString() {
    return "NpmConfig" + values.keySet();
  }
}
