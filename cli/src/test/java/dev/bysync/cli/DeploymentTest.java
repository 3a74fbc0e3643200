package dev.bysync.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The files for deployment are valid, pinned, without root, and all in them is explained. */
class DeploymentTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern PINNED =
      Pattern.compile("[a-z0-9./-]+:(?!latest$)[A-Za-z0-9._-]*[0-9][A-Za-z0-9._-]*");
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Z0-9_]+)");
  private static final Pattern HOST_PORT =
      Pattern.compile("(?:[a-z0-9-]+|0\\.0\\.0\\.0)?:([0-9]{4,5})\\b");
  private static final List<String> ONE_SHOT = List.of("s3-setup", "ingest", "job");

  @Test
  void imagesArePinnedAndWhatStaysUpIsChecked() throws IOException {
    Map<?, ?> services = map(compose().get("services"));
    assertThat(services.keySet())
        .extracting(String::valueOf)
        .contains("kafka", "s3", "spark-master", "spark-worker", "ingest", "job");
    for (Map.Entry<?, ?> entry : services.entrySet()) {
      Map<?, ?> service = map(entry.getValue());
      String name = String.valueOf(entry.getKey());
      assertThat(String.valueOf(service.get("image"))).as(name).matches(PINNED);
      assertThat(service.containsKey("healthcheck"))
          .as("%s has a health check", name)
          .isEqualTo(!ONE_SHOT.contains(name));
      assertThat(service.containsKey("mem_limit")).as("%s has a limit", name).isTrue();
      assertThat(String.valueOf(map(service.get("healthcheck")).get("test")))
          .as("%s is checked without a JVM", name)
          .doesNotContain(".sh");
      for (Object port : list(service.get("ports"))) {
        assertThat(String.valueOf(port)).as("reachable from this machine").startsWith("127.0.0.1:");
      }
    }
  }

  @Test
  void everyImagePortAndVariableIsExplained() throws IOException {
    String explanation = Files.readString(ROOT.resolve("docs/operations.md"));
    Set<String> named = new TreeSet<>();
    for (Map.Entry<?, ?> entry : map(compose().get("services")).entrySet()) {
      Map<?, ?> service = map(entry.getValue());
      named.add("`" + entry.getKey() + "`");
      named.add("`" + service.get("image") + "`");
      map(service.get("environment")).keySet().forEach(key -> named.add("`" + key + "`"));
    }
    String text = Files.readString(ROOT.resolve("docker-compose.yml"));
    for (Matcher port = HOST_PORT.matcher(text); port.find(); ) {
      named.add(port.group(1));
    }
    for (Matcher variable = VARIABLE.matcher(text); variable.find(); ) {
      named.add("`" + variable.group(1) + "`");
    }
    for (String line : Files.readAllLines(ROOT.resolve("Dockerfile"))) {
      if (line.startsWith("FROM ")) {
        named.add("`" + line.split(" ", -1)[1] + "`");
      }
    }
    for (Object volume : map(compose().get("volumes")).keySet()) {
      named.add("`" + volume + "`");
    }
    assertThat(named).contains("9092", "8333", "`S3_SECRET_KEY`", "`KAFKA_NODE_ID`");
    assertThat(named).allSatisfy(each -> assertThat(explanation).contains(each));
  }

  @Test
  void composeTakesTheFile() throws Exception {
    List<String> compose = List.of("docker", "compose", "-f", "docker-compose.yml", "config", "-q");
    assumeTrue(run(List.of("docker", "compose", "version")) == 0, "needs Docker's compose plug-in");
    assertThat(run(compose)).isZero();
  }

  /** Maven reads the poms of all modules, whichever of them it builds. */
  @Test
  void theImagesAreBuiltFromAWholeReactor() throws IOException {
    BuildContext context = new BuildContext(ROOT);
    Matcher module =
        Pattern.compile("<module>([^<]+)</module>")
            .matcher(Files.readString(ROOT.resolve("pom.xml")));
    List<String> modules = new ArrayList<>();
    while (module.find()) {
      modules.add(module.group(1));
    }
    assertThat(modules)
        .contains("cli", "chaos")
        .allSatisfy(each -> assertThat(context.has(Path.of(each, "pom.xml"))).as(each).isTrue());
    assertThat(context.has(Path.of("bin/bysync"))).isTrue();
    assertThat(context.has(Path.of("cli/target/classes"))).isFalse();
    assertThat(context.has(Path.of(".git"))).isFalse();
  }

  @Test
  void theIngestInAContainerTakesItsRegistriesFromTheUser() throws IOException {
    Map<?, ?> ingest = map(map(compose().get("services")).get("ingest"));
    Map<?, ?> environment = map(ingest.get("environment"));
    assertThat(environment.get("BYSYNC_NPM_REGISTRY")).isEqualTo("${NPM_REGISTRY:-}");
    assertThat(environment.get("BYSYNC_MAVEN_REPOSITORY")).isEqualTo("${MAVEN_REPOSITORY:-}");
  }

  /** An npm package would need an address, which the image can't ask npm for. */
  @Test
  void theDocumentedFirstSourceNeedsNoAddress() throws IOException {
    for (String document : List.of("docker-compose.yml", "docs/operations.md")) {
      assertThat(Files.readString(ROOT.resolve(document)))
          .as(document)
          .contains("docker compose run --rm ingest maven:")
          .doesNotContain("docker compose run --rm ingest npm:");
    }
  }

  @Test
  void nothingRunsAsRoot() throws IOException {
    List<String> users = new ArrayList<>();
    for (String line : Files.readAllLines(ROOT.resolve("Dockerfile"))) {
      if (line.startsWith("FROM ")) {
        assertThat(line.split(" ", -1)[1]).matches(PINNED);
        users.add("root");
      } else if (line.startsWith("USER ")) {
        users.set(users.size() - 1, line.substring(5));
      }
    }
    assertThat(users.subList(1, users.size())) // the first stage only builds
        .isNotEmpty()
        .allMatch(user -> user.matches("[1-9][0-9]*"));
    for (Map<?, ?> manifest : manifests()) {
      String text = manifest.toString();
      if (text.contains("image=")) {
        assertThat(text).contains("runAsNonRoot=true").doesNotContain("privileged=true");
        assertThat(text).contains("allowPrivilegeEscalation=false");
      }
    }
  }

  @Test
  void imagesSayWhatTheyAre() throws IOException {
    List<String> stages = new ArrayList<>();
    for (String line : Files.readAllLines(ROOT.resolve("Dockerfile"))) {
      if (line.startsWith("FROM ")) {
        stages.add("");
      } else if (!stages.isEmpty()) {
        stages.set(stages.size() - 1, stages.get(stages.size() - 1) + line + "\n");
      }
    }
    assertThat(stages.subList(1, stages.size())) // the first stage only builds
        .hasSize(2)
        .allSatisfy(
            stage ->
                assertThat(stage)
                    .contains(
                        "ARG REVISION=\n",
                        "org.opencontainers.image.revision=\"$REVISION\"",
                        "BYSYNC_REVISION=$REVISION"));
  }

  /** It asks servers that others name: nothing in the cluster is its own. */
  @Test
  void theIngestHasNoRightsInTheCluster() throws IOException {
    List<Map<?, ?>> manifests = manifests();
    assertThat(manifests)
        .filteredOn(each -> "CronJob".equals(each.get("kind")))
        .hasSize(2)
        .allSatisfy(
            each ->
                assertThat(each.toString())
                    .contains("serviceAccountName=bysync-ingest")
                    .contains("automountServiceAccountToken=false"));
    assertThat(manifests)
        .filteredOn(each -> "RoleBinding".equals(each.get("kind")))
        .allSatisfy(each -> assertThat(each.toString()).doesNotContain("bysync-ingest"));
    assertThat(manifests)
        .filteredOn(each -> "NetworkPolicy".equals(each.get("kind")))
        .hasSize(1)
        .allSatisfy(
            each ->
                assertThat(each.toString())
                    .contains("policyTypes=[Ingress, Egress]", "169.254.0.0/16", "10.0.0.0/8"));
    assertThat(manifests) // two runs at once would make pods of the same names
        .allSatisfy(each -> assertThat(each.toString()).doesNotContain("podNamePrefix"));
  }

  @Test
  void manifestsAreWhole() throws IOException {
    String compose = Files.readString(ROOT.resolve("docker-compose.yml"));
    List<String> kinds = new ArrayList<>();
    for (Map<?, ?> manifest : manifests()) {
      assertThat(manifest.get("apiVersion")).isNotNull();
      kinds.add(String.valueOf(manifest.get("kind")));
      assertThat(map(manifest.get("metadata")).get("name")).isNotNull();
      Matcher image = Pattern.compile("[{ ]image=([^,}]+)").matcher(manifest.toString());
      while (image.find()) {
        assertThat(compose).contains("image: " + image.group(1));
      }
    }
    assertThat(kinds).contains("CronJob", "SparkApplication", "ScheduledSparkApplication", "Role");
  }

  private static int run(List<String> command) throws Exception {
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(ROOT.toFile())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(60, TimeUnit.SECONDS) ? process.exitValue() : -1;
    } catch (IOException e) {
      return -1; // not installed
    }
  }

  private static Map<?, ?> compose() throws IOException {
    return map(documents(ROOT.resolve("docker-compose.yml")).get(0));
  }

  private static List<Map<?, ?>> manifests() throws IOException {
    List<Map<?, ?>> manifests = new ArrayList<>();
    try (Stream<Path> files = Files.list(ROOT.resolve("deploy/kubernetes"))) {
      for (Path file : files.sorted().toList()) {
        for (Object document : documents(file)) {
          manifests.add(map(document));
        }
      }
    }
    return manifests;
  }

  private static List<Object> documents(Path file) throws IOException {
    List<Object> documents = new ArrayList<>();
    new Yaml(new SafeConstructor(new LoaderOptions()))
        .loadAll(Files.readString(file, StandardCharsets.UTF_8))
        .forEach(documents::add);
    return documents;
  }

  private static Map<?, ?> map(@Nullable Object value) {
    return value instanceof Map<?, ?> map ? map : Map.of();
  }

  private static List<?> list(@Nullable Object value) {
    return value instanceof List<?> list ? list : List.of();
  }
}
