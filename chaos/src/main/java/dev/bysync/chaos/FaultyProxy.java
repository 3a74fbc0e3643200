package dev.bysync.chaos;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands before a store and spoils part of what is asked of it. */
final class FaultyProxy implements AutoCloseable {
  /** What goes wrong. */
  enum Fault {
    /** Nothing. */
    NONE,
    /** Every tenth request is answered with 503. */
    UNAVAILABLE,
    /** Every third request is answered with 503 SlowDown. */
    THROTTLED,
    /** Of every tenth request with a body the connection is closed half-way through the body. */
    CUT_UPLOADS,
    /** Every tenth write reaches the store, but its answer is lost. */
    LOST_ANSWERS
  }

  private static final Set<String> NOT_FORWARDED =
      Set.of("host", "connection", "content-length", "expect", "upgrade", "transfer-encoding");

  private final HttpServer server;
  private final HttpClient client = HttpClient.newHttpClient();
  private final String target;
  private final Random random;
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicInteger faults = new AtomicInteger();
  private volatile Fault fault = Fault.NONE;

  private FaultyProxy(HttpServer server, String target, long seed) {
    this.server = server;
    this.target = target;
    this.random = new Random(seed);
  }

  static FaultyProxy before(String target, long seed) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    FaultyProxy proxy = new FaultyProxy(server, target, seed);
    server.createContext("/", proxy::handle);
    server.setExecutor(Executors.newFixedThreadPool(8));
    server.start();
    return proxy;
  }

  String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  void fault(Fault next) {
    fault = next;
    requests.set(0);
    faults.set(0);
  }

  /** What it did since its fault was chosen, for people. */
  String account() {
    return "%d of %d requests spoiled".formatted(faults.get(), requests.get());
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void handle(HttpExchange exchange) throws IOException {
    requests.incrementAndGet();
    boolean writes =
        exchange.getRequestMethod().equals("PUT") || exchange.getRequestMethod().equals("POST");
    try (exchange) {
      switch (fault) {
        case UNAVAILABLE -> {
          if (strikes(10)) {
            refuse(exchange, "ServiceUnavailable");
            return;
          }
        }
        case THROTTLED -> {
          if (strikes(3)) {
            refuse(exchange, "SlowDown");
            return;
          }
        }
        case CUT_UPLOADS -> {
          if (writes && strikes(10)) {
            cut(exchange);
            return;
          }
        }
        case LOST_ANSWERS -> {
          if (writes && strikes(10)) {
            forward(exchange, Answer.LOSE);
            return;
          }
        }
        case NONE -> {
          // forwarded like all others
        }
      }
      forward(exchange, Answer.GIVE);
    }
  }

  private enum Answer {
    GIVE,
    LOSE
  }

  private synchronized boolean strikes(int oneOf) {
    boolean strike = random.nextInt(oneOf) == 0;
    if (strike) {
      faults.incrementAndGet();
    }
    return strike;
  }

  private static void refuse(HttpExchange exchange, String code) throws IOException {
    exchange.getRequestBody().readAllBytes();
    byte[] text =
        "<Error><Code>%s</Code><Message>not now</Message></Error>"
            .formatted(code)
            .getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/xml");
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(503, head ? -1 : text.length);
    if (!head) {
      exchange.getResponseBody().write(text);
    }
  }

  /** Reads half of the body; closing the exchange then closes the connection. */
  private static void cut(HttpExchange exchange) throws IOException {
    String length = exchange.getRequestHeaders().getFirst("Content-Length");
    long half = length == null ? 1 : Long.parseLong(length) / 2;
    exchange.getRequestBody().skipNBytes(half);
  }

  private void forward(HttpExchange exchange, Answer answer) throws IOException {
    URI uri = URI.create(target + exchange.getRequestURI());
    byte[] body = exchange.getRequestBody().readAllBytes();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .method(
                exchange.getRequestMethod(),
                body.length == 0
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofByteArray(body));
    for (Map.Entry<String, List<String>> header : exchange.getRequestHeaders().entrySet()) {
      if (!NOT_FORWARDED.contains(header.getKey().toLowerCase(Locale.ROOT))) {
        header.getValue().forEach(value -> request.header(header.getKey(), value));
      }
    }
    HttpResponse<InputStream> response;
    try {
      response = client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    byte[] content = response.body().readAllBytes();
    if (answer == Answer.LOSE) {
      return;
    }
    Headers headers = exchange.getResponseHeaders();
    response
        .headers()
        .map()
        .forEach(
            (name, values) -> {
              if (!NOT_FORWARDED.contains(name) && !name.startsWith(":")) {
                headers.put(name, values);
              }
            });
    boolean head = exchange.getRequestMethod().equals("HEAD");
    if (head) {
      response
          .headers()
          .firstValue("content-length")
          .ifPresent(length -> headers.set("Content-Length", length));
    }
    exchange.sendResponseHeaders(
        response.statusCode(), head || content.length == 0 ? -1 : content.length);
    if (!head && content.length > 0) {
      exchange.getResponseBody().write(content);
    }
  }
}
