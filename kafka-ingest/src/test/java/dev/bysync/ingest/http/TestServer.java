package dev.bysync.ingest.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A server on this machine that answers as it is told. */
public final class TestServer implements AutoCloseable {
  /** Answers a request. */
  public interface Handler {
    void handle(HttpExchange exchange) throws IOException;
  }

  /** A request as it came. */
  public record Request(String path, Map<String, List<String>> headers) {
    public String header(String name) {
      return String.join(",", headers.getOrDefault(name, List.of()));
    }
  }

  /** Everything that was asked, in order. */
  public final List<Request> requests = new CopyOnWriteArrayList<>();

  /** The most that were being answered at a time. */
  public final AtomicInteger mostAtATime = new AtomicInteger();

  private final Map<String, Handler> handlers = new ConcurrentHashMap<>();
  private final AtomicInteger atATime = new AtomicInteger();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;

  public TestServer() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  private void answer(HttpExchange exchange) throws IOException {
    mostAtATime.accumulateAndGet(atATime.incrementAndGet(), Math::max);
    try (exchange) {
      String path = exchange.getRequestURI().toString();
      requests.add(new Request(path, Map.copyOf(exchange.getRequestHeaders())));
      Handler handler = handlers.get(path);
      if (handler == null) {
        exchange.sendResponseHeaders(404, -1);
      } else {
        handler.handle(exchange);
      }
    } finally {
      atATime.decrementAndGet();
    }
  }

  public String address() {
    return "http://localhost:" + port();
  }

  public int port() {
    return server.getAddress().getPort();
  }

  /** Answers a path, with its query if it has one. */
  public void on(String path, Handler handler) {
    handlers.put(path, handler);
  }

  public void serve(String path, byte[] content) {
    on(path, exchange -> send(exchange, content));
  }

  public static void send(HttpExchange exchange, byte[] content) throws IOException {
    exchange.sendResponseHeaders(200, content.length == 0 ? -1 : content.length);
    exchange.getResponseBody().write(content);
  }

  public void redirect(String path, String to) {
    on(
        path,
        exchange -> {
          exchange.getResponseHeaders().set("Location", to);
          exchange.sendResponseHeaders(302, -1);
        });
  }

  public List<String> paths() {
    return requests.stream().map(Request::path).toList();
  }

  /** Retries that keep no test waiting, and note how long they would have waited. */
  public static Retries hasty(List<Duration> pauses) {
    return new Retries(
        4, Duration.ofSeconds(1), Duration.ofSeconds(30), Duration.ofSeconds(20), pauses::add);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
