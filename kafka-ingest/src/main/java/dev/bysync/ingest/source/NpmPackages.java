package dev.bysync.ingest.source;

import dev.bysync.events.SourceKind;
import dev.bysync.ingest.http.Address;
import dev.bysync.ingest.http.Digest;
import dev.bysync.ingest.http.Download;
import dev.bysync.ingest.http.HttpFailure;
import dev.bysync.ingest.http.HttpFetcher;
import dev.bysync.ingest.http.InternalTargets;
import dev.bysync.ingest.http.Proxies;
import dev.bysync.ingest.http.Retries;
import dev.bysync.ingest.http.TrustStore;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Packages of npm registries: {@code npm:NAME[@VERSION]}, the version exact, a range or a tag. The
 * user's configuration of npm says where registries are, which scope has one of its own, who logs
 * in and which proxy is between; the registry says what a package must hash to, and a package that
 * it gives no digest of is not taken. No script of a package is run.
 */
final class NpmPackages implements PackageSource {
  private static final String PREFIX = "npm:";
  private static final Pattern NAME =
      Pattern.compile("(@[a-zA-Z0-9~-][a-zA-Z0-9._~-]*/)?[a-zA-Z0-9~_][a-zA-Z0-9._~-]*");
  private static final Pattern VERSION =
      Pattern.compile("[a-zA-Z0-9^~<>=*|][a-zA-Z0-9.+_^~<>=*| -]*");
  private static final long MAX_DESCRIPTION_BYTES = 128L << 20;
  private static final String DESCRIPTION =
      "application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8";

  private final Limits limits;
  private final Retries retries;
  private final InternalTargets internal;
  private final Supplier<NpmConfig> loader;
  private @Nullable NpmConfig config;
  private @Nullable HttpFetcher fetcher;

  /** With the configuration of the user of this process. */
  NpmPackages(Limits limits, Retries retries, Fetching fetching) {
    this(
        limits,
        retries,
        fetching.internal(),
        () ->
            NpmConfig.load(
                System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows")
                    ? "npm.cmd"
                    : "npm",
                System.getenv(),
                Path.of(System.getProperty("user.home")),
                Path.of("").toAbsolutePath(),
                fetching.npmRegistry()));
  }

  /** With another configuration, which is loaded when the first package is wanted. */
  NpmPackages(
      Limits limits, Retries retries, InternalTargets internal, Supplier<NpmConfig> loader) {
    this.limits = limits;
    this.retries = retries;
    this.internal = internal;
    this.loader = loader;
  }

  @Override
  public boolean takes(String source) {
    return source.startsWith(PREFIX);
  }

  @Override
  public FetchedPackage fetch(String source, KnownPackages known) throws FetchException {
    String specification = source.substring(PREFIX.length()).strip();
    int at = specification.indexOf('@', 1);
    String name = at < 0 ? specification : specification.substring(0, at);
    String version = at < 0 ? "latest" : specification.substring(at + 1).strip();
    if (!NAME.matcher(name).matches() || !VERSION.matcher(version).matches()) {
      throw new FetchException(
          "not the name of an npm package",
          "write npm:NAME or npm:NAME@VERSION; the version may be exact, a range or a tag");
    }
    prepare();
    NpmConfig npm = config();
    URI registry =
        npm.registry(name)
            .orElseThrow(
                () ->
                    new FetchException(
                        "no npm registry is known",
                        "give --npm-registry ADDRESS, or write registry=ADDRESS into ~/.npmrc"));
    try (Scratch scratch = new Scratch("npm")) {
      Packument.Release release = release(npm, registry, name, version, scratch);
      Digest digest = digest(release);
      String identity = "npm:%s@%s %s".formatted(name, release.version(), digest);
      if (known.contains(identity)) {
        return FetchedPackage.known(identity);
      }
      Path file = scratch.file();
      tarball(npm, registry, release, digest, file);
      Origin origin = new Origin(SourceKind.NPM, "", name, release.version(), "");
      return FetchedPackage.of(
          List.of(new FetchedPackage.Part(file, origin)), identity, scratch.keep());
    }
  }

  private Packument.Release release(
      NpmConfig npm, URI registry, String name, String version, Scratch scratch)
      throws FetchException {
    URI address = URI.create(Address.withoutUser(registry) + name.replace("/", "%2f"));
    Path file = scratch.file();
    try {
      fetcher()
          .fetch(
              Download.of(address, MAX_DESCRIPTION_BYTES)
                  .header("Accept", DESCRIPTION)
                  .authorization(authorization(npm, registry, address)),
              file);
    } catch (HttpFailure e) {
      throw FetchException.of(e, "no such package; check its name");
    }
    Packument packument;
    try (InputStream in = Files.newInputStream(file)) {
      packument = Packument.read(in);
    } catch (IOException e) {
      throw new FetchException(
          "the registry's answer can't be read: " + e.getMessage(),
          "check the registry that npm is configured for");
    }
    return packument
        .pick(version)
        .orElseThrow(
            () ->
                new FetchException(
                    "no version of it is %s; there are %d"
                        .formatted(version, packument.versions().size()),
                    "check the version: exact, a range, or one of the tags "
                        + packument.tags().keySet().stream().sorted().limit(20).toList()));
  }

  private static Digest digest(Packument.Release release) throws FetchException {
    return Digest.ofIntegrity(release.integrity())
        .or(() -> sha1(release.shasum()))
        .orElseThrow(
            () ->
                new FetchException(
                    "the registry gives no digest of version " + release.version(),
                    "get the package yourself and give the file"));
  }

  private void tarball(
      NpmConfig npm, URI registry, Packument.Release release, Digest digest, Path file)
      throws FetchException {
    List<URI> addresses = addresses(npm, registry, release);
    for (int i = 0; i < addresses.size(); i++) {
      URI address = addresses.get(i);
      try {
        fetcher()
            .fetch(
                Download.of(address, limits.maxPackageBytes())
                    .by(registry)
                    .digest(digest)
                    .authorization(authorization(npm, registry, address)),
                file);
        return;
      } catch (HttpFailure e) {
        boolean elsewhere = i + 1 < addresses.size() && e.status() >= 400 && e.status() < 500;
        if (!elsewhere) {
          throw FetchException.of(e, "the registry lists this version but has no package of it");
        }
      }
    }
  }

  private static Optional<Digest> sha1(String hex) {
    try {
      return Optional.of(Digest.of("sha1", hex));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * Where the package is. Mirrors hand on descriptions with the addresses of the registry that they
   * mirror; so, as npm does, the configured registry is asked first.
   */
  private static List<URI> addresses(NpmConfig npm, URI registry, Packument.Release release)
      throws FetchException {
    URI named;
    try {
      named = Address.withoutUser(Address.parse(release.tarball()));
    } catch (IllegalArgumentException e) {
      throw new FetchException(
          "the registry names no address of version " + release.version(),
          "get the package yourself and give the file");
    }
    List<URI> addresses = new ArrayList<>();
    String origin = Address.origin(named);
    if (!origin.equals(Address.origin(registry))
        && !npm.text("replace-registry-host").equals("never")) {
      addresses.add(
          URI.create(Address.origin(registry) + named.toString().substring(origin.length())));
    }
    addresses.add(named);
    return addresses;
  }

  /** User and password in the registry's own address are for that address alone. */
  private static @Nullable String authorization(NpmConfig npm, URI registry, URI address) {
    return npm.authorization(address)
        .or(
            () ->
                Address.origin(address).equals(Address.origin(registry))
                    ? Address.authorization(registry)
                    : Optional.empty())
        .orElse(null);
  }

  private synchronized void prepare() throws FetchException {
    if (fetcher == null) {
      NpmConfig loaded = loader.get();
      Proxies proxies =
          Proxies.of(
              Map.of(
                  "http_proxy", loaded.text("proxy"),
                  "https_proxy", loaded.text("https-proxy"),
                  "no_proxy", loaded.text("noproxy")));
      String authorities = loaded.text("cafile");
      try {
        fetcher =
            new HttpFetcher(
                retries,
                proxies,
                authorities.isEmpty() ? null : TrustStore.with(Path.of(authorities)),
                internal);
        config = loaded;
      } catch (IOException e) {
        throw new FetchException(
            "the certificates in npm's cafile can't be read: " + e.getMessage(),
            "correct cafile in npm's configuration");
      }
    }
  }

  private synchronized NpmConfig config() {
    return Objects.requireNonNull(config);
  }

  private synchronized HttpFetcher fetcher() {
    return Objects.requireNonNull(fetcher);
  }
}
