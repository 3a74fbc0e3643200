package dev.bysync.cli.local;

import dev.bysync.cli.outcome.CliFailure;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * An S3 endpoint (Adobe's S3Mock) inside this process, on the loopback address; its objects are
 * files that outlive it. For trying a run against object storage where there is none: it checks no
 * credentials, so nothing but this machine may reach it.
 *
 * <p>Its libraries (Spring, another Jackson, another AWS SDK) contradict Spark's, so they live in a
 * class loader of their own under the platform's, and are reached by reflection.
 */
public final class EmbeddedS3 implements AutoCloseable {
  private static final String APPLICATION = "com.adobe.testing.s3mock.S3MockApplication";
  private static final String LOOPBACK = "dev.bysync.cli.s3.LoopbackConnectors";
  private static final String TOMCAT_URLS =
      "org.apache.catalina.webresources.TomcatURLStreamHandlerFactory";

  private final Object application;
  private final String endpoint;

  private EmbeddedS3(Object application, String endpoint) {
    this.application = application;
    this.endpoint = endpoint;
  }

  /**
   * Starts the endpoint and returns when it serves.
   *
   * @param directory where objects are kept
   * @param bucket a bucket that has to exist
   * @param jars the folder with the endpoint's own jars
   * @throws CliFailure if it doesn't start
   */
  public static EmbeddedS3 start(Path directory, String bucket, Path jars) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try {
      Files.createDirectories(directory);
      URLClassLoader loader =
          new URLClassLoader("s3", urls(jars), ClassLoader.getPlatformClassLoader());
      thread.setContextClassLoader(loader);
      // Tomcat would claim the one URL handler factory of the JVM, which others want too
      loader.loadClass(TOMCAT_URLS).getMethod("disable").invoke(null);
      Class<?> type = loader.loadClass(APPLICATION);
      Object application =
          type.getMethod("start", Map.class, String[].class)
              .invoke(null, properties(directory, bucket), new String[0]);
      Object port = type.getMethod("getHttpPort").invoke(application);
      return new EmbeddedS3(application, "http://127.0.0.1:" + port);
    } catch (IOException | ReflectiveOperationException e) {
      Throwable cause =
          e instanceof InvocationTargetException && e.getCause() != null ? e.getCause() : e;
      throw CliFailure.infrastructure(
          "the embedded S3 endpoint didn't start: "
              + cause.getMessage()
              + ".\nIts objects are kept in "
              + directory
              + "; may this user write there?",
          cause);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static Map<String, Object> properties(Path directory, String bucket) {
    String store = "com.adobe.testing.s3mock.store.";
    Map<String, Object> properties = new HashMap<>();
    properties.put("server.port", 0);
    properties.put("http.port", 0);
    properties.put("silent", true);
    properties.put("spring.main.sources", LOOPBACK);
    // else Tomcat leaves a folder among the temporary ones at each start
    properties.put("server.tomcat.basedir", directory.resolveSibling("tomcat").toString());
    properties.put(store + "root", directory.toString());
    properties.put(store + "retain-files-on-exit", true);
    properties.put(store + "initial-buckets", bucket);
    return properties;
  }

  private static URL[] urls(Path jars) throws IOException {
    List<URL> urls = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(jars, "*.jar")) {
      for (Path file : files) {
        urls.add(url(file));
      }
    }
    return urls.toArray(new URL[0]);
  }

  private static URL url(Path file) throws MalformedURLException {
    return file.toUri().toURL();
  }

  /** The address of the endpoint. */
  public String endpoint() {
    return endpoint;
  }

  /** What Hadoop's S3A has to be told to use this endpoint. */
  public Map<String, String> hadoopProperties() {
    return Map.of(
        "fs.s3a.endpoint", endpoint,
        "fs.s3a.endpoint.region", "us-east-1",
        "fs.s3a.path.style.access", "true",
        "fs.s3a.connection.ssl.enabled", "false",
        "fs.s3a.aws.credentials.provider", "org.apache.hadoop.fs.s3a.SimpleAWSCredentialsProvider",
        "fs.s3a.access.key", "embedded",
        "fs.s3a.secret.key", "embedded");
  }

  /** Stops it. Its class loader stays open: a shutdown hook of S3Mock's loads further classes. */
  @Override
  public void close() throws IOException {
    try {
      application.getClass().getMethod("stop").invoke(application);
    } catch (ReflectiveOperationException e) {
      throw new IOException("the embedded S3 endpoint didn't stop", e);
    }
  }
}
