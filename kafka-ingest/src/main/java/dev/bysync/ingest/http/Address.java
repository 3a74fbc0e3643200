package dev.bysync.ingest.http;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/** What has to be known of addresses. */
public final class Address {
  private Address() {}

  /**
   * An absolute address of HTTP or HTTPS with a host.
   *
   * @throws IllegalArgumentException without the text in its message
   */
  public static URI parse(String text) {
    try {
      URI uri = new URI(text);
      String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
      if ((scheme.equals("http") || scheme.equals("https")) && uri.getHost() != null) {
        return uri;
      }
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("no valid address: " + e.getReason());
    }
    throw new IllegalArgumentException("no address of http or https with a host");
  }

  /** The address as it may be shown and stored: without user, query and fragment. */
  public static String show(URI uri) {
    return origin(uri) + (uri.getRawPath() == null ? "" : uri.getRawPath());
  }

  /** Scheme, host and port. */
  public static String origin(URI uri) {
    return "%s://%s%s"
        .formatted(
            uri.getScheme().toLowerCase(Locale.ROOT),
            uri.getHost().toLowerCase(Locale.ROOT),
            uri.getPort() < 0 ? "" : ":" + uri.getPort());
  }

  /** Whether both are served by the same port of the same host in the same way. */
  static boolean isSameOrigin(URI a, URI b) {
    return a.getScheme().equalsIgnoreCase(b.getScheme())
        && a.getHost().equalsIgnoreCase(b.getHost())
        && port(a) == port(b);
  }

  static boolean isSecure(URI uri) {
    return uri.getScheme().equalsIgnoreCase("https");
  }

  /** The value of an Authorization header out of the address itself, {@code user:password@}. */
  public static Optional<String> authorization(URI uri) {
    return Optional.ofNullable(uri.getUserInfo())
        .map(
            user ->
                "Basic "
                    + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)));
  }

  /** The address without user and fragment: what is requested. */
  public static URI withoutUser(URI uri) {
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    return URI.create(origin(uri) + Objects.requireNonNullElse(uri.getRawPath(), "") + query);
  }

  private static int port(URI uri) {
    if (uri.getPort() >= 0) {
      return uri.getPort();
    }
    return isSecure(uri) ? 443 : 80;
  }
}
