package dev.bysync.ingest.http;

import dev.bysync.ingest.http.HttpFailure.Kind;
import java.io.IOException;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Downloads to files; see the package for what that promises. Thread-safe. */
public final class HttpFetcher {
  /**
   * A download that is there.
   *
   * @param size bytes
   * @param contentType as the server says, lower case and without parameters; may be empty
   */
  public record Fetched(long size, String contentType) {}

  private static final int MAX_REDIRECTS = 5;
  private static final Duration CONNECT = Duration.ofSeconds(20);
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

  private final HttpClient client;
  private final Retries retries;
  private final InternalTargets internal;

  /**
   * @param proxies which proxy is asked
   * @param tls whom to trust; null for the JVM's default
   * @param internal what is done where servers name addresses of this network
   */
  public HttpFetcher(
      Retries retries, ProxySelector proxies, @Nullable SSLContext tls, InternalTargets internal) {
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER) // we do: credentials stay behind
            .connectTimeout(CONNECT)
            .proxy(proxies);
    if (tls != null) {
      builder.sslContext(tls);
    }
    this.client = builder.build();
    this.retries = retries;
    this.internal = internal;
  }

  /**
   * Downloads to a file, which is made or overwritten.
   *
   * @throws HttpFailure if it can't be had; the file may hold a part then
   */
  public Fetched fetch(Download download, Path file) throws HttpFailure {
    for (int failed = 1; ; failed++) {
      try {
        return attempt(download, file);
      } catch (HttpFailure e) {
        if (!e.isPassing() || failed >= retries.attempts()) {
          throw e;
        }
        pause(download, retryAfter(e, retries.pauseAfter(failed)));
      }
    }
  }

  private Duration retryAfter(HttpFailure failure, Duration ours) {
    try {
      long seconds = Long.parseLong(failure.header("retry-after").orElse("0").strip());
      Duration asked = Duration.ofSeconds(Math.max(0, seconds));
      Duration longest = retries.longestPause();
      Duration bounded = asked.compareTo(longest) > 0 ? longest : asked;
      return bounded.compareTo(ours) > 0 ? bounded : ours;
    } catch (NumberFormatException | ArithmeticException e) {
      return ours; // a date, or nonsense
    }
  }

  private void pause(Download download, Duration duration) throws HttpFailure {
    try {
      retries.clock().pause(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw HttpFailure.of(Kind.NETWORK, Address.show(download.uri()) + ": interrupted", e);
    }
  }

  private Fetched attempt(Download download, Path file) throws HttpFailure {
    URI uri = download.uri();
    for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      check(download, uri);
      HttpResponse<Long> response = send(download, uri, file);
      int status = response.statusCode();
      if (status == 200) {
        return new Fetched(response.body(), contentType(response.headers()));
      }
      if (!REDIRECTS.contains(status)) {
        throw HttpFailure.status(
            status, Address.show(uri) + ": status " + status, kept(response.headers()));
      }
      uri = target(uri, response.headers());
    }
    throw HttpFailure.of(
        Kind.REDIRECT,
        "%s: more than %d redirects".formatted(Address.show(download.uri()), MAX_REDIRECTS),
        null);
  }

  private void check(Download download, URI uri) throws HttpFailure {
    if (!Address.isSameOrigin(download.named(), uri) && !internal.allows(uri)) {
      throw HttpFailure.of(
          Kind.REDIRECT,
          "%s: leads to %s, in this machine's own network (--internal-redirects)"
              .formatted(Address.show(download.named()), Address.show(uri)),
          null);
    }
  }

  private static URI target(URI from, HttpHeaders headers) throws HttpFailure {
    URI to;
    try {
      to = Address.parse(from.resolve(headers.firstValue("location").orElse("")).toString());
    } catch (IllegalArgumentException e) {
      throw HttpFailure.of(Kind.REDIRECT, Address.show(from) + ": redirects to nowhere", e);
    }
    if (Address.isSecure(from) && !Address.isSecure(to)) {
      throw HttpFailure.of(
          Kind.REDIRECT,
          "%s: redirects from https to %s".formatted(Address.show(from), Address.show(to)),
          null);
    }
    return Address.withoutUser(to);
  }

  private HttpResponse<Long> send(Download download, URI uri, Path file) throws HttpFailure {
    HttpRequest request = request(download, uri);
    FileBody body;
    try {
      body = new FileBody(file, download.maxBytes(), download.digests());
    } catch (IOException e) {
      throw HttpFailure.of(Kind.DISK, "can't write a temporary file: " + e.getMessage(), e);
    }
    CompletableFuture<HttpResponse<Long>> answer =
        client.sendAsync(request, info -> info.statusCode() == 200 ? body : new NoBody());
    try {
      return answer.get(retries.attempt().toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw failure(uri, e.getCause() == null ? e : e.getCause());
    } catch (TimeoutException e) {
      throw HttpFailure.of(
          Kind.NETWORK,
          "%s: took longer than %d s".formatted(Address.show(uri), retries.attempt().toSeconds()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw HttpFailure.of(Kind.NETWORK, Address.show(uri) + ": interrupted", e);
    } finally {
      answer.cancel(true); // closes the connection of one that did not end
      body.abandon();
    }
  }

  private HttpRequest request(Download download, URI uri) throws HttpFailure {
    try {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(uri).timeout(retries.attempt()).header("User-Agent", "bysync");
      download.headers().forEach(request::header);
      String authorization = download.authorization();
      if (authorization != null && Address.isSameOrigin(download.uri(), uri)) {
        request.header("Authorization", authorization);
      }
      return request.GET().build();
    } catch (IllegalArgumentException e) { // its message may hold the header
      throw HttpFailure.of(
          Kind.REDIRECT,
          Address.show(uri) + ": the address, or the login for it, can't be sent",
          null);
    }
  }

  private static HttpFailure failure(URI uri, Throwable cause) {
    for (Throwable t = cause; t != null; t = t.getCause()) {
      Kind kind = null;
      if (t instanceof FileBody.TooLargeException) {
        kind = Kind.TOO_LARGE;
      } else if (t instanceof FileBody.IntegrityException) {
        kind = Kind.INTEGRITY;
      } else if (t instanceof FileBody.DiskException) {
        kind = Kind.DISK;
      }
      if (kind != null) {
        return HttpFailure.of(kind, Address.show(uri) + ": " + t.getMessage(), cause);
      }
    }
    String what =
        cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    return HttpFailure.of(Kind.NETWORK, Address.show(uri) + ": " + what, cause);
  }

  private static Map<String, String> kept(HttpHeaders headers) {
    Map<String, String> kept = new HashMap<>();
    for (String name : List.of("www-authenticate", "retry-after")) {
      headers.firstValue(name).ifPresent(value -> kept.put(name, value));
    }
    return kept;
  }

  private static String contentType(HttpHeaders headers) {
    String whole = headers.firstValue("content-type").orElse("");
    int parameters = whole.indexOf(';');
    return (parameters < 0 ? whole : whole.substring(0, parameters))
        .strip()
        .toLowerCase(Locale.ROOT);
  }

  /** The body of an answer that is of no use: not read. */
  private static final class NoBody implements HttpResponse.BodySubscriber<Long> {
    private final CompletableFuture<Long> nothing = new CompletableFuture<>();

    @Override
    public CompletionStage<Long> getBody() {
      return nothing;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      subscription.cancel();
      nothing.complete(0L);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {}

    @Override
    public void onError(Throwable failure) {
      nothing.complete(0L);
    }

    @Override
    public void onComplete() {
      nothing.complete(0L);
    }
  }
}
