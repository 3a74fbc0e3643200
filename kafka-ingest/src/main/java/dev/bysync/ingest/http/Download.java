package dev.bysync.ingest.http;

import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something to be downloaded. Immutable.
 *
 * @param uri where it is; without user
 * @param named the address that the user gave or configured: {@code uri}, or what has led to it
 * @param headers further headers of the request, no secrets among them: they go along on redirects
 * @param authorization value of the Authorization header, for {@code uri}'s host alone
 * @param maxBytes the most that is taken
 * @param digests what it has to hash to
 */
public record Download(
    URI uri,
    URI named,
    Map<String, String> headers,
    @Nullable String authorization,
    long maxBytes,
    List<Digest> digests) {
  public Download {
    headers = Map.copyOf(headers);
    digests = List.copyOf(digests);
  }

  public static Download of(URI uri, long maxBytes) {
    return new Download(uri, uri, Map.of(), null, maxBytes, List.of());
  }

  /** The same, found by way of an address that the user gave. */
  public Download by(URI value) {
    return new Download(uri, value, headers, authorization, maxBytes, digests);
  }

  public Download header(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new Download(uri, named, more, authorization, maxBytes, digests);
  }

  public Download authorization(@Nullable String value) {
    return new Download(uri, named, headers, value, maxBytes, digests);
  }

  public Download digest(Digest digest) {
    List<Digest> more = new ArrayList<>(digests);
    more.add(digest);
    return new Download(uri, named, headers, authorization, maxBytes, more);
  }

  /** Without the authorization. */
  @Override
  public String toString() {
    return "Download[" + Address.show(uri) + "]";
  }
}
