package dev.bysync.ingest.source;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bysync.events.SourceKind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Packages by the user's own npm client, {@code npm pack} into a temporary directory: registry,
 * scopes, credentials, proxies and the check of the package's integrity are npm's. No script of the
 * package is run.
 */
final class NpmPackages {
  private static final Pattern NAME =
      Pattern.compile("(@[a-zA-Z0-9~-][a-zA-Z0-9._~-]*/)?[a-zA-Z0-9~][a-zA-Z0-9._~-]*");
  private static final Pattern VERSION = Pattern.compile("[a-zA-Z0-9^~][a-zA-Z0-9.+_^~-]*");
  private static final int MAX_REPORT_BYTES = 16 << 20;
  private static final String CHECK =
      "check name and version, and that \"npm view PACKAGE\" works here";

  private final String client;
  private final Duration timeout;

  /** Takes npm from the PATH. */
  NpmPackages(Duration timeout) {
    this(
        System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows")
            ? "npm.cmd"
            : "npm",
        timeout);
  }

  NpmPackages(String client, Duration timeout) {
    this.client = client;
    this.timeout = timeout;
  }

  /** {@code NAME[@VERSION]}; the version may be a tag or a range without spaces. */
  FetchedPackage fetch(String specification) throws FetchException {
    int at = specification.indexOf('@', 1);
    String name = at < 0 ? specification : specification.substring(0, at);
    String version = at < 0 ? "latest" : specification.substring(at + 1);
    if (!NAME.matcher(name).matches() || !VERSION.matcher(version).matches()) {
      throw new FetchException(
          "not the name of an npm package", "write npm:NAME or npm:NAME@VERSION");
    }
    Path directory;
    try {
      directory = TemporaryFiles.createDirectory("npm");
    } catch (TemporaryFiles.SpoolException e) {
      throw new FetchException(String.valueOf(e.getMessage()), "free some space there");
    }
    boolean fetched = false;
    try {
      String resolved = pack(name + "@" + version, directory);
      Origin origin = new Origin(SourceKind.NPM, "", name, resolved, "");
      FetchedPackage result = new FetchedPackage(onlyPackage(directory), origin, directory);
      fetched = true;
      return result;
    } catch (IOException e) {
      throw new FetchException("npm's result can't be read: " + e.getMessage(), CHECK);
    } finally {
      if (!fetched) {
        TemporaryFiles.delete(directory);
      }
    }
  }

  /** Returns the version that npm settled on. */
  private String pack(String specification, Path directory) throws FetchException, IOException {
    Path out = directory.resolve("report.json");
    Path err = directory.resolve("errors.txt");
    Process npm =
        start(
            new ProcessBuilder(
                    client,
                    "pack",
                    specification,
                    "--json",
                    "--ignore-scripts",
                    "--loglevel=error",
                    "--no-update-notifier",
                    "--pack-destination",
                    directory.toString())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile()));
    npm.getOutputStream().close();
    if (!finished(npm)) {
      throw new FetchException(
          "npm took longer than %d s".formatted(timeout.toSeconds()),
          "check the network, then run again");
    }
    if (npm.exitValue() != 0) {
      throw new FetchException("npm: " + complaint(out, err), CHECK);
    }
    JsonNode resolved = json(out).findValue("version");
    if (resolved == null) {
      throw new IOException("it names no version");
    }
    return resolved.asText();
  }

  private static Process start(ProcessBuilder npm) throws FetchException {
    try {
      return npm.start();
    } catch (IOException e) {
      throw new FetchException(
          "npm can't be started: it is not installed, or not on the PATH",
          "install Node.js, or give the package's .tgz as a file");
    }
  }

  private boolean finished(Process npm) {
    try {
      return npm.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      npm.descendants().forEach(ProcessHandle::destroyForcibly);
      npm.destroyForcibly();
    }
  }

  private static String complaint(Path out, Path err) throws IOException {
    try {
      JsonNode error = json(out).path("error");
      if (error.hasNonNull("summary")) {
        return error.path("code").asText() + " " + error.path("summary").asText();
      }
    } catch (JsonProcessingException e) {
      return text(err); // no JSON: npm failed before it could write it
    }
    return text(err);
  }

  private static JsonNode json(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return new ObjectMapper().readTree(in.readNBytes(MAX_REPORT_BYTES));
    }
  }

  private static String text(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(2048), StandardCharsets.UTF_8).strip();
    }
  }

  private static Path onlyPackage(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> packages = files.filter(file -> file.toString().endsWith(".tgz")).toList();
      if (packages.size() != 1) {
        throw new IOException("it left %d packages".formatted(packages.size()));
      }
      return packages.get(0);
    }
  }
}
