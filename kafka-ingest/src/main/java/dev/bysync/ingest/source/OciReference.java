package dev.bysync.ingest.source;

import java.net.URI;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code HOST[:PORT]/REPOSITORY[:TAG][@sha256:HEX]}, or {@code @sha512:HEX}, as the distribution
 * specification writes it. A host is always needed: there is no default registry.
 *
 * @param host with port, if there is one
 * @param repository path of the repository
 * @param reference a digest, or else a tag
 */
record OciReference(String host, String repository, String reference) {
  private static final Pattern FORM =
      Pattern.compile(
          "(?<host>[A-Za-z0-9.-]+(:[0-9]{1,5})?|\\[[0-9a-fA-F:]+](:[0-9]{1,5})?)"
              + "/(?<repository>[a-z0-9]+([._/-]+[a-z0-9]+)*)"
              + "(:(?<tag>[A-Za-z0-9_][A-Za-z0-9._-]{0,127}))?"
              + "(@(?<digest>sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}))?");
  private static final int MAX_CHARS = 1000;

  /** Takes one apart. */
  static OciReference parse(String text) throws FetchException {
    Matcher matcher = FORM.matcher(text);
    if (text.length() > MAX_CHARS || !matcher.matches()) {
      throw new FetchException(
          "not the reference of an OCI artifact",
          "write oci:HOST/REPOSITORY:TAG or oci:HOST/REPOSITORY@sha256:HEX");
    }
    String tag = matcher.group("tag") == null ? "latest" : matcher.group("tag");
    String digest = matcher.group("digest");
    return new OciReference(
        matcher.group("host"), matcher.group("repository"), digest == null ? tag : digest);
  }

  /** Host and repository, as modules from there are labelled. */
  String name() {
    return host + "/" + repository;
  }

  /** Registries on this machine are asked without TLS, as Docker does. */
  URI api(String kind, String what) {
    boolean local = host.matches("(localhost|127\\.[0-9.]+|\\[::1])(:[0-9]+)?");
    return URI.create(
        "%s://%s/v2/%s/%s/%s".formatted(local ? "http" : "https", host, repository, kind, what));
  }
}
