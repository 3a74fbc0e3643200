package dev.bysync.job;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.launcher.JavaModuleOptions;

/** JVMs of their own with the class path of these tests, in which Spark can start executors. */
final class ChildJvm {
  private final Path folder;

  /** Children work in this folder, and leave what they say on standard error there. */
  ChildJvm(Path folder) {
    this.folder = folder;
  }

  static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  /** What a child has said on standard error. */
  String errors(String name) throws IOException {
    return Files.readString(errorFile(name).toPath());
  }

  Process start(String name, List<String> options, String mainClass, String... arguments)
      throws IOException {
    Path home = folder.resolve("spark-home");
    Files.createDirectories(home.resolve("jars"));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(JavaModuleOptions.defaultModuleOptionArray()));
    command.addAll(List.of("-Xmx512m", "-XX:+UseSerialGC"));
    command.addAll(options);
    command.addAll(List.of("-cp", classPath(), mainClass));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(errorFile(name)).directory(folder.toFile());
    builder.environment().put("SPARK_HOME", home.toString());
    builder.environment().put("SPARK_SCALA_VERSION", "2.13");
    return builder.start();
  }

  private File errorFile(String name) {
    return folder.resolve(name + ".err").toFile();
  }
}
