package dev.bysync.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.bysync.engine.ProcessOptions;
import dev.bysync.job.sink.MetricsTable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Secrets are planted wherever a user may keep them, the command is run with them, well and badly,
 * and everything that it wrote is searched: output, logs, the broker's topics, checkpoints, table,
 * reports, objects.
 */
class SecretsIT {
  /** What is planted where; each found in the requests that the servers got, or else in nothing. */
  private final String npm = planted("npm");

  private final String password = planted("password");
  private final String query = planted("query");
  private final String docker = planted("docker");
  private final String token = planted("token");
  private final String sasl = planted("sasl");
  private final String store = planted("store");
  private final String s3Key = planted("s3key");
  private final String s3Secret = planted("s3secret");

  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final StringBuilder told = new StringBuilder();

  @TempDir Path secrets;
  @TempDir Path temp;
  private HttpServer server = HttpServer.create();

  SecretsIT() throws IOException {}

  private static String planted(String where) {
    return "planted-" + where + "-" + UUID.randomUUID();
  }

  @BeforeEach
  void plant() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    Files.writeString(
        secrets.resolve("npmrc"),
        "registry=http://localhost:%1$d/npm/\n//localhost:%1$d/npm/:_authToken=%2$s\n"
            .formatted(port(), npm));
    Files.writeString(
        secrets.resolve("config.json"),
        "{\"auths\":{\"localhost:%d\":{\"auth\":\"%s\"}}}"
            .formatted(port(), base64("me:" + docker)));
    Files.writeString(
        secrets.resolve("kafka.properties"),
        """
        security.protocol=PLAINTEXT
        sasl.mechanism=PLAIN
        sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username="me" password="%s";
        ssl.truststore.password=%s
        """
            .formatted(sasl, store));
    Files.writeString(
        secrets.resolve("refused.properties"),
        """
        security.protocol=SASL_PLAINTEXT
        sasl.mechanism=PLAIN
        sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username="me" password="%s";
        default.api.timeout.ms=2000
        request.timeout.ms=1000
        """
            .formatted(sasl));
    Files.writeString(
        secrets.resolve("malformed.properties"),
        "security.protocol=SASL_PLAINTEXT\nsasl.mechanism=PLAIN\nsasl.jaas.config=Plain required password=\"%s\"\n"
            .formatted(sasl));
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void noneIsEverWritten() throws Exception {
    String[] sources = {
      "npm:planted-package",
      "http://me:%s@localhost:%d/file.wasm?token=%s".formatted(password, port(), query),
      "oci:localhost:%d/planted/image:1".formatted(port()),
      "http://me:%s@localhost:%d/missing?token=%s".formatted(password, port(), query),
      "http://me:%s@local host/{odd}?token=%s".formatted(password, query),
      "npm:refused"
    };
    int code =
        run(
            "run",
            sources,
            "--out",
            "out",
            "--kafka-properties",
            file("kafka.properties"),
            "--json-log",
            "log.json",
            "--json");
    assertThat(code).as(told.toString()).isEqualTo(3); // of the sources that can't be had
    Modules.write(temp.resolve("modules"), "large.wasm", Modules.large(7, 600_000));
    String[] modules = {"modules"};
    assertThat(
            run(
                "run",
                modules,
                "--out",
                "s3a://planted/x",
                "--embedded-s3",
                "--state",
                "state",
                "--spark",
                "spark.hadoop.fs.s3a.access.key=" + s3Key,
                "--spark",
                "spark.hadoop.fs.s3a.secret.key=" + s3Secret))
        .as(told.toString())
        .isZero();
    String nobody = "127.0.0.1:1";
    for (String properties : List.of("refused.properties", "malformed.properties")) {
      assertThat(
              run(
                  "ingest",
                  sources,
                  "--debug",
                  "--kafka",
                  nobody,
                  "--out",
                  "out",
                  "--kafka-properties",
                  file(properties)))
          .as(told.toString())
          .isEqualTo(4);
    }
    String address = "s3a://key:%s@bucket/x".formatted(s3Secret);
    assertThat(run("run", modules, "--debug", "--out", address)).isEqualTo(2);
    assertThat(run("ingest", modules, "--debug", "--kafka", nobody, "--out", address)).isEqualTo(2);
    String[] none = {};
    assertThat(run("config", none, "--kafka-properties", file("kafka.properties"))).isZero();
    assertThat(run("config", none, "--out", address)).isEqualTo(2);

    assertThat(String.join("\n", requests)) // they were used
        .contains(npm, base64("me:" + password), query, base64("me:" + docker), token);
    assertThat(told).contains("sasl.jaas.config", "(hidden)", "status 401");
    assertThat(temp.resolve("log.json")).content().contains("\"event\":\"module\"");
    table();
    List<String> found = new ArrayList<>();
    boolean control = false;
    for (Map.Entry<String, byte[]> each : written().entrySet()) {
      String text = new String(each.getValue(), StandardCharsets.ISO_8859_1);
      control |= text.contains("planted-package") && !each.getKey().equals("output");
      for (String secret : searched()) {
        if (text.contains(secret)) {
          found.add(secret + " in " + each.getKey());
        }
      }
    }
    assertThat(found).isEmpty();
    assertThat(control).as("the search finds what is there").isTrue();
  }

  private List<String> searched() {
    return List.of(
        npm,
        password,
        query,
        docker,
        token,
        sasl,
        store,
        s3Key,
        s3Secret,
        base64("me:" + password),
        base64("me:" + docker));
  }

  /** The rows as a reader sees them: files of the table may be compressed. */
  private void table() throws IOException {
    MetricsTable table =
        MetricsTable.open(
            new Configuration(), temp.resolve("out").toUri(), ProcessOptions.defaults().profile());
    assertThat(table.provenance()).hasSize(3);
    told.append(table.provenance()).append(table.modules()).append(table.deadLetters());
  }

  private Map<String, byte[]> written() throws IOException {
    Map<String, byte[]> written = new HashMap<>();
    written.put("output", told.toString().getBytes(StandardCharsets.ISO_8859_1));
    try (Stream<Path> files = Files.walk(temp)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        written.put(temp.relativize(file).toString(), Files.readAllBytes(file));
      }
    }
    return written;
  }

  private int run(String command, String[] sources, String... options) throws Exception {
    List<String> line = new ArrayList<>();
    line.add(command);
    line.addAll(List.of(sources));
    line.addAll(List.of(options));
    Map<String, String> environment =
        Map.of(
            "NPM_CONFIG_USERCONFIG",
            file("npmrc"),
            "DOCKER_CONFIG",
            secrets.toString(),
            "AWS_ACCESS_KEY_ID",
            s3Key,
            "AWS_SECRET_ACCESS_KEY",
            s3Secret,
            "BYSYNC_JAVA_OPTS",
            "-Djava.io.tmpdir=" + Files.createDirectories(temp.resolve("tmp")));
    Command.Result result = Command.run(temp, environment, line.toArray(new String[0]));
    told.append(command).append(' ').append(result.out()).append(result.err()).append('\n');
    return result.exitCode();
  }

  private String file(String name) {
    return secrets.resolve(name).toString();
  }

  private int port() {
    return server.getAddress().getPort();
  }

  /** A registry of npm, one of OCI with tokens, and a file: all want a login. */
  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().toString();
      String login = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
      requests.add(path + " " + login);
      byte[] module = Modules.calling(path.length());
      byte[] tarball = zipped(module);
      if (path.startsWith("/npm/refused")) {
        exchange.sendResponseHeaders(401, -1);
      } else if (path.equals("/npm/planted-package")) {
        send(exchange, description(tarballOf("/npm/t.tgz")));
      } else if (path.equals("/npm/t.tgz")) {
        send(exchange, tarball);
      } else if (path.startsWith("/file.wasm")) {
        send(exchange, module);
      } else if (path.startsWith("/token")) {
        send(exchange, "{\"token\":\"%s\"}".formatted(token).getBytes(StandardCharsets.UTF_8));
      } else if (path.equals("/v2/planted/image/manifests/1") && !login.contains(token)) {
        exchange
            .getResponseHeaders()
            .set(
                "WWW-Authenticate", "Bearer realm=\"http://localhost:%d/token\"".formatted(port()));
        exchange.sendResponseHeaders(401, -1);
      } else if (path.equals("/v2/planted/image/manifests/1")) {
        send(
            exchange,
            "{\"layers\":[{\"digest\":\"sha256:%s\"}]}"
                .formatted(hash("SHA-256", tarballOf("/v2/blob")))
                .getBytes(StandardCharsets.UTF_8));
      } else if (path.startsWith("/v2/planted/image/blobs/")) {
        send(exchange, tarballOf("/v2/blob"));
      } else {
        exchange.sendResponseHeaders(404, -1);
      }
    }
  }

  private static void send(HttpExchange exchange, byte[] content) throws IOException {
    exchange.sendResponseHeaders(200, content.length);
    exchange.getResponseBody().write(content);
  }

  private static byte[] tarballOf(String path) throws IOException {
    return zipped(Modules.calling(path.length()));
  }

  private byte[] description(byte[] tarball) {
    return "{\"dist-tags\":{\"latest\":\"1.0.0\"},\"versions\":{\"1.0.0\":{\"dist\":{\"tarball\":\"http://localhost:%d/npm/t.tgz\",\"shasum\":\"%s\"}}}}"
        .formatted(port(), hash("SHA-1", tarball))
        .getBytes(StandardCharsets.UTF_8);
  }

  /** Any archive will do: formats are told by content. */
  private static byte[] zipped(byte[] module) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(new GZIPOutputStream(bytes))) {
      ZipEntry entry = new ZipEntry("package/x.wasm");
      entry.setTime(0);
      zip.putNextEntry(entry);
      zip.write(module);
    }
    return bytes.toByteArray();
  }

  private static String hash(String algorithm, byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
