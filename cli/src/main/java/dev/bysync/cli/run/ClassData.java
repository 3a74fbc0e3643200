package dev.bysync.cli.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The archive of class data that the JVM may have been told to write when it exits, so that later
 * runs start faster. The launcher takes it into use only if this run says that it came to its end.
 */
final class ClassData {
  private static final Logger LOG = LoggerFactory.getLogger(ClassData.class);

  private ClassData() {}

  /** Says that this run is one to take the archive from, and that the exit takes some seconds. */
  static void announce(Display display) {
    String archive = System.getProperty("bysync.archive");
    if (archive == null) {
      return;
    }
    try {
      Files.writeString(Path.of(archive + ".done"), "");
      display.say("saving class data, once: later runs start faster");
    } catch (IOException e) {
      LOG.warn("no class data for later runs", e);
    }
  }
}
