package dev.bysync.ingest.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Proxies as HTTP_PROXY, HTTPS_PROXY and NO_PROXY name them, in either case; where these don't, as
 * the JVM's own properties do.
 */
public final class Proxies extends ProxySelector {
  private final String http;
  private final String https;
  private final List<String> none;

  private Proxies(String http, String https, String none) {
    this.http = http;
    this.https = https;
    this.none =
        Stream.of(none.toLowerCase(Locale.ROOT).split("[,\\s]+", -1))
            .filter(each -> !each.isEmpty())
            .toList();
  }

  /** By addresses of proxies, which may be empty, and hosts that have none, separated by commas. */
  public static Proxies of(String http, String https, String none) {
    return new Proxies(http, https, none);
  }

  public static Proxies of(Map<String, String> environment) {
    return new Proxies(
        value(environment, "http_proxy"),
        value(environment, "https_proxy"),
        value(environment, "no_proxy"));
  }

  private static String value(Map<String, String> environment, String name) {
    String lower = environment.getOrDefault(name, "");
    return lower.isEmpty() ? environment.getOrDefault(name.toUpperCase(Locale.ROOT), "") : lower;
  }

  @Override
  public List<Proxy> select(URI uri) {
    String proxy = Address.isSecure(uri) ? https : http;
    if (proxy.isEmpty()) {
      ProxySelector system = ProxySelector.getDefault();
      return system == null ? List.of(Proxy.NO_PROXY) : system.select(uri);
    }
    if (isExcepted(uri.getHost().toLowerCase(Locale.ROOT))) {
      return List.of(Proxy.NO_PROXY);
    }
    URI address = URI.create(proxy.contains("://") ? proxy : "http://" + proxy);
    int port = address.getPort() < 0 ? 80 : address.getPort();
    return List.of(new Proxy(Proxy.Type.HTTP, new InetSocketAddress(address.getHost(), port)));
  }

  private boolean isExcepted(String host) {
    for (String each : none) {
      String suffix = each.startsWith(".") ? each.substring(1) : each;
      if (each.equals("*") || host.equals(suffix) || host.endsWith("." + suffix)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void connectFailed(URI uri, SocketAddress proxy, IOException failure) {
    // the request itself fails, and says so
  }
}
