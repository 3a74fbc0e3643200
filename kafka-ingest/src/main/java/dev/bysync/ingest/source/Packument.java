package dev.bysync.ingest.source;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.semver4j.Semver;
import org.semver4j.range.RangeList;
import org.semver4j.range.RangeListFactory;

/**
 * What a registry says of a package: its versions and tags. Read in one pass, keeping of each
 * version only what is needed to get it.
 *
 * @param tags versions by tag
 * @param versions releases by version
 */
record Packument(Map<String, String> tags, Map<String, Release> versions) {
  /**
   * A version of a package.
   *
   * @param version as the registry writes it
   * @param tarball address of the package
   * @param integrity digests in the form of Subresource Integrity; may be empty
   * @param shasum SHA-1, hexadecimal; may be empty
   * @param deprecated whether its author says not to use it
   */
  record Release(
      String version, String tarball, String integrity, String shasum, boolean deprecated) {}

  /** Reads the abbreviated or the full form. */
  static Packument read(InputStream in) throws IOException {
    Map<String, String> tags = new HashMap<>();
    Map<String, Release> versions = new LinkedHashMap<>();
    try (JsonParser json = new JsonFactory().createParser(in)) {
      expect(json.nextToken(), JsonToken.START_OBJECT);
      for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
        JsonToken value = json.nextToken();
        if (name.equals("dist-tags") && value == JsonToken.START_OBJECT) {
          for (String tag = json.nextFieldName(); tag != null; tag = json.nextFieldName()) {
            tags.put(tag, text(json));
          }
        } else if (name.equals("versions") && value == JsonToken.START_OBJECT) {
          for (String v = json.nextFieldName(); v != null; v = json.nextFieldName()) {
            versions.put(v, release(v, json));
          }
        } else {
          json.skipChildren();
        }
      }
    }
    return new Packument(tags, versions);
  }

  private static Release release(String version, JsonParser json) throws IOException {
    Map<String, String> dist = new HashMap<>();
    boolean deprecated = false;
    expect(json.nextToken(), JsonToken.START_OBJECT);
    for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
      JsonToken value = json.nextToken();
      if (name.equals("dist") && value == JsonToken.START_OBJECT) {
        for (String field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
          dist.put(field, text(json));
        }
      } else {
        deprecated |=
            name.equals("deprecated")
                && (value == JsonToken.VALUE_TRUE
                    || (value == JsonToken.VALUE_STRING && !json.getText().isEmpty()));
        json.skipChildren();
      }
    }
    return new Release(
        version,
        dist.getOrDefault("tarball", ""),
        dist.getOrDefault("integrity", ""),
        dist.getOrDefault("shasum", ""),
        deprecated);
  }

  /** The next value if it is a text, else empty. */
  private static String text(JsonParser json) throws IOException {
    if (json.nextToken() == JsonToken.VALUE_STRING) {
      return json.getText();
    }
    json.skipChildren();
    return "";
  }

  private static void expect(@Nullable JsonToken found, JsonToken expected) throws IOException {
    if (found != expected) {
      throw new IOException("not the description of a package");
    }
  }

  /**
   * The release that npm would install: by tag, by exact version, or of those in a range the
   * current one if it is in it, else the newest, one that is not deprecated before one that is.
   */
  Optional<Release> pick(String wanted) {
    String tagged = tags.get(wanted);
    if (tagged != null) {
      return Optional.ofNullable(versions.get(tagged));
    }
    if (wanted.equals("latest")) {
      return newest(version -> version.getPreRelease().isEmpty()); // a registry that keeps no tags
    }
    Semver exact = Semver.parse(wanted);
    if (exact != null) {
      Release release = versions.get(exact.getVersion());
      return Optional.ofNullable(release == null ? versions.get(wanted) : release);
    }
    RangeList range = RangeListFactory.create(wanted);
    if (range.get().stream().allMatch(List::isEmpty)) {
      return Optional.empty(); // neither tag nor range
    }
    Semver current = Semver.parse(tags.getOrDefault("latest", ""));
    if (current != null && range.isSatisfiedBy(current)) {
      Release release = versions.get(current.getVersion());
      if (release != null && !release.deprecated()) {
        return Optional.of(release);
      }
    }
    return newest(range::isSatisfiedBy);
  }

  private Optional<Release> newest(Predicate<Semver> wanted) {
    return versions.values().stream()
        .filter(release -> Semver.isValid(release.version()))
        .filter(release -> wanted.test(new Semver(release.version())))
        .max(
            Comparator.comparing((Release release) -> !release.deprecated())
                .thenComparing(release -> new Semver(release.version())));
  }
}
