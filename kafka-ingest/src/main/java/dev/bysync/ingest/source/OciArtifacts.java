package dev.bysync.ingest.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bysync.events.SourceKind;
import dev.bysync.ingest.http.Address;
import dev.bysync.ingest.http.Digest;
import dev.bysync.ingest.http.Download;
import dev.bysync.ingest.http.HttpFailure;
import dev.bysync.ingest.http.HttpFetcher;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Artifacts and images of OCI registries, {@code oci:HOST/REPOSITORY[:TAG][@sha256:HEX]}: all
 * layers of all manifests, each blob once. Everything that is named by a digest, in the reference
 * or by the registry, is checked against it, and by SHA-256 or SHA-512 alone, as the image
 * specification registers them. Modules are labelled with the digest of the manifest that the
 * reference led to.
 */
final class OciArtifacts implements PackageSource {
  private static final String PREFIX = "oci:";
  private static final int MAX_MANIFESTS = 64;
  private static final int MAX_LAYERS = 1000;
  private static final long MAX_MANIFEST_BYTES = 4 << 20;
  private static final String MANIFESTS =
      String.join(
          ", ",
          "application/vnd.oci.image.manifest.v1+json",
          "application/vnd.oci.image.index.v1+json",
          "application/vnd.docker.distribution.manifest.v2+json",
          "application/vnd.docker.distribution.manifest.list.v2+json");
  private static final Set<String> ALGORITHMS = Set.of("sha256", "sha512");

  /** RFC 6750; anything else is no header. */
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

  private static final Pattern PARAMETER = Pattern.compile("(realm|service|scope)=\"([^\"]*)\"");
  private static final String LOGIN =
      "no such artifact; check its name, and that the login may see it";

  private final Limits limits;
  private final HttpFetcher fetcher;
  private final DockerLogins logins;

  OciArtifacts(Limits limits, HttpFetcher fetcher, DockerLogins logins) {
    this.limits = limits;
    this.fetcher = fetcher;
    this.logins = logins;
  }

  @Override
  public boolean takes(String source) {
    return source.startsWith(PREFIX);
  }

  @Override
  public FetchedPackage fetch(String source, KnownPackages known) throws FetchException {
    OciReference reference = OciReference.parse(source.substring(PREFIX.length()));
    try (Scratch scratch = new Scratch("oci")) {
      return new Fetch(reference, scratch).run(known);
    } catch (HttpFailure e) {
      throw FetchException.of(e, LOGIN);
    } catch (IOException e) {
      throw new FetchException(
          "the registry's answer can't be read: " + e.getMessage(), "check the registry");
    }
  }

  /** One artifact. */
  private final class Fetch {
    private final OciReference reference;
    private final Scratch scratch;
    private final ObjectMapper json = new ObjectMapper();
    private @Nullable String authorization;
    private long bytes;

    Fetch(OciReference reference, Scratch scratch) {
      this.reference = reference;
      this.scratch = scratch;
    }

    FetchedPackage run(KnownPackages known) throws HttpFailure, IOException, FetchException {
      Path file = manifest(reference.reference());
      String version = "sha256:" + sha256(file);
      String identity = "oci:%s@%s".formatted(reference.name(), version);
      if (known.contains(identity)) {
        return FetchedPackage.known(identity);
      }
      Map<String, String> layers = new LinkedHashMap<>(); // name by digest
      Set<String> manifests = new LinkedHashSet<>(); // those of an index, and of indexes in it
      Deque<String> pending = new ArrayDeque<>();
      add(json.readTree(Files.readAllBytes(file)), layers, manifests, pending);
      for (String digest = pending.poll(); digest != null; digest = pending.poll()) {
        add(json.readTree(Files.readAllBytes(manifest(digest))), layers, manifests, pending);
      }
      List<FetchedPackage.Part> parts = new ArrayList<>();
      for (Map.Entry<String, String> layer : layers.entrySet()) {
        Path blob = scratch.file();
        long rest = limits.maxPackageBytes() - bytes;
        bytes +=
            get(
                Download.of(reference.api("blobs", layer.getKey()), rest)
                    .digest(digest(layer.getKey())),
                blob);
        parts.add(
            new FetchedPackage.Part(
                blob,
                new Origin(SourceKind.OCI, reference.host(), reference.name(), version, "")
                    .entry(layer.getValue())));
      }
      return FetchedPackage.of(parts, identity, scratch.keep());
    }

    private void add(
        JsonNode manifest, Map<String, String> layers, Set<String> manifests, Deque<String> pending)
        throws FetchException {
      for (JsonNode each : manifest.path("manifests")) {
        String digest = each.path("digest").asText();
        digest(digest);
        if (manifests.add(digest)) {
          pending.add(digest);
        }
      }
      for (JsonNode each : manifest.path("layers")) {
        String digest = each.path("digest").asText();
        digest(digest);
        String title = each.path("annotations").path("org.opencontainers.image.title").asText("");
        layers.putIfAbsent(digest, title.isEmpty() ? digest.replace(':', '-') : title);
      }
      if (manifests.size() > MAX_MANIFESTS || layers.size() > MAX_LAYERS) {
        throw new FetchException(
            "more than %d manifests or %d layers".formatted(MAX_MANIFESTS, MAX_LAYERS),
            "give the one that is meant by its digest");
      }
    }

    private Path manifest(String which) throws HttpFailure, FetchException, IOException {
      Path file = scratch.file();
      Download download =
          Download.of(reference.api("manifests", which), MAX_MANIFEST_BYTES)
              .header("Accept", MANIFESTS);
      boolean named = which.indexOf(':') >= 0; // a tag has none
      get(named ? download.digest(digest(which)) : download, file);
      return file;
    }

    private Digest digest(String text) throws FetchException {
      String algorithm = text.substring(0, Math.max(0, text.indexOf(':')));
      String hex = text.substring(text.indexOf(':') + 1);
      try {
        if (ALGORITHMS.contains(algorithm) && hex.equals(hex.toLowerCase(Locale.ROOT))) {
          return Digest.of(algorithm, hex);
        }
      } catch (IllegalArgumentException e) {
        // told below
      }
      throw new FetchException(
          "the registry names something by no digest of SHA-256 or SHA-512", "check the registry");
    }

    /** Downloads, after logging in if the registry wants that: tokens last some minutes only. */
    private long get(Download download, Path file) throws HttpFailure, IOException, FetchException {
      try {
        return fetcher.fetch(download.authorization(authorization), file).size();
      } catch (HttpFailure e) {
        if (e.status() != 401) {
          throw e;
        }
        String renewed = login(e);
        if (renewed.equals(authorization)) {
          throw e;
        }
        authorization = renewed;
        return fetcher.fetch(download.authorization(authorization), file).size();
      }
    }

    /** Distribution specification, token authentication; Basic where that is asked for. */
    private String login(HttpFailure refusal) throws HttpFailure, IOException, FetchException {
      String challenge = refusal.header("www-authenticate").orElse("");
      if (!challenge.regionMatches(true, 0, "Bearer ", 0, 7)) {
        return logins.authorization(reference.host()).orElseThrow(() -> refusal);
      }
      Map<String, String> asked = new LinkedHashMap<>();
      Matcher matcher = PARAMETER.matcher(challenge);
      while (matcher.find()) {
        asked.put(matcher.group(1), matcher.group(2));
      }
      URI realm;
      try {
        realm = Address.withoutUser(Address.parse(asked.getOrDefault("realm", "")));
      } catch (IllegalArgumentException e) {
        throw refusal;
      }
      URI registry = reference.api("blobs", "");
      // Not the realm's own login either: its token would go to a registry that it isn't for.
      Optional<String> own =
          RelatedHosts.areRelated(registry.getHost(), realm.getHost())
              ? logins.authorization(reference.host())
              : Optional.empty();
      if (own.isPresent()
          && registry.getScheme().equals("https")
          && realm.getScheme().equals("http")) {
        throw refusal; // a login is not sent in the clear
      }
      StringBuilder address = new StringBuilder(realm.toString());
      char separator = realm.getRawQuery() == null ? '?' : '&';
      for (String name : List.of("service", "scope")) {
        String value = asked.get(name);
        if (value != null) {
          address.append(separator).append(name).append('=');
          address.append(URLEncoder.encode(value, StandardCharsets.UTF_8));
          separator = '&';
        }
      }
      Path answer = scratch.file();
      fetcher.fetch(
          Download.of(URI.create(address.toString()), MAX_MANIFEST_BYTES)
              .by(registry)
              .authorization(own.orElse(null)),
          answer);
      JsonNode token = json.readTree(Files.readAllBytes(answer));
      String text = token.path("token").asText(token.path("access_token").asText(""));
      if (text.isEmpty()) {
        throw refusal;
      }
      if (!TOKEN.matcher(text).matches()) {
        throw new FetchException(
            "the registry's login answers with no token", "check the registry");
      }
      return "Bearer " + text;
    }

    private static String sha256(Path file) throws IOException {
      MessageDigest digest = Sha256.digest();
      try (InputStream in = Files.newInputStream(file)) {
        digest.update(in.readAllBytes()); // bounded when it was downloaded
      }
      return HexFormat.of().formatHex(digest.digest());
    }
  }
}
