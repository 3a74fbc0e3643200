package dev.bysync.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Dockerfile's lines, replayed in folders as far as that goes without Docker. */
class ImageIT {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern COPIED = Pattern.compile("COPY --from=build /src/(\\S+) /(\\S+)");
  private static final Pattern BUILD = Pattern.compile("^ +mvn (.*) package$", Pattern.MULTILINE);

  @TempDir Path temp;

  /** The build line, up to where it would compile. */
  @Test
  void mavenTakesTheContext() throws Exception {
    Path source = temp.resolve("src");
    new BuildContext(ROOT).copy(source);
    Matcher build = BUILD.matcher(Files.readString(ROOT.resolve("Dockerfile")));
    assertThat(build.find()).isTrue();
    List<String> line = new ArrayList<>(List.of("./mvnw", "-o"));
    line.addAll(List.of(build.group(1).split(" ", -1)));
    line.add("validate");

    Ended ended = run(source, Map.of(), line);

    assumeFalse(ended.text().contains("in offline mode"), "needs Maven's plugins where it looks");
    assertThat(ended.code()).as(ended.text()).isZero();
  }

  /** What goes into the image of the command runs there, on a Java that can't compile, too. */
  @Test
  void theCommandRunsFromWhatIsCopied() throws Exception {
    Matcher copied = COPIED.matcher(Files.readString(ROOT.resolve("Dockerfile")));
    int count = 0;
    for (; copied.find(); count++) {
      Path to = temp.resolve(copied.group(2));
      BuildContext.copyTree(ROOT.resolve(copied.group(1)), to, path -> !path.startsWith("cds"));
    }
    assertThat(count).isEqualTo(2);
    Map<String, String> environment =
        Map.of(
            "BYSYNC_NO_BUILD",
            "1",
            "BYSYNC_NPM_REGISTRY",
            "https://registry.invalid/",
            "HOME",
            temp.toString(),
            "JAVA_HOME",
            System.getProperty("java.home"));
    String command = temp.resolve("opt/bysync/bin/bysync").toString();
    assertThat(run(temp, environment, List.of(command, "--help")).code()).isZero();
    Ended config = run(temp, environment, List.of(command, "config"));
    assertThat(config.code()).as(config.text()).isZero();
    assertThat(config.text()).containsPattern("npm-registry +https://registry.invalid/");
  }

  @Test
  void theJobsLibrariesAreThere() throws IOException {
    String dockerfile = Files.readString(ROOT.resolve("Dockerfile"));
    Matcher version =
        Pattern.compile("<awssdk.version>(.*)</awssdk.version>")
            .matcher(Files.readString(ROOT.resolve("pom.xml")));
    assertThat(version.find()).isTrue();
    String globs = dockerfile.substring(dockerfile.indexOf("cp hadoop-aws"));
    for (String glob : globs.substring(3, globs.indexOf(" /s3a")).split("[\\s\\\\]+", -1)) {
      String pattern = glob.replace("\"$sdk\"", version.group(1));
      assertThat(found(ROOT.resolve("cli/target/bysync/lib-run"), pattern)).as(glob).isNotEmpty();
    }
    assertThat(found(ROOT.resolve("spark-job/target"), "spark-job-*-job.jar")).hasSize(1);
  }

  private static List<Path> found(Path folder, String glob) throws IOException {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, glob)) {
      files.forEach(found::add);
    }
    return found;
  }

  private record Ended(int code, String text) {}

  private Ended run(Path folder, Map<String, String> environment, List<String> line)
      throws IOException, InterruptedException {
    Path log = Files.createTempFile(temp, "run", ".log");
    ProcessBuilder builder =
        new ProcessBuilder(line)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    // those of the Maven that runs this test are about its own folder
    builder.environment().keySet().removeIf(name -> name.equals("MAVEN_PROJECTBASEDIR"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    if (!process.waitFor(180, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("no end after three minutes: " + Files.readString(log));
    }
    return new Ended(process.exitValue(), Files.readString(log));
  }
}
