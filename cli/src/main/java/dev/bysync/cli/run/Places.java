package dev.bysync.cli.run;

import java.net.URI;
import java.nio.file.Path;

/** Addresses as a user reads them. */
final class Places {
  private Places() {}

  /** A path for what is on this machine, relative if it lies in the working directory. */
  static String show(URI place) {
    if (!"file".equals(place.getScheme())) {
      return place.toString();
    }
    Path path = Path.of(place.getPath());
    Path here = Path.of("").toAbsolutePath();
    return path.startsWith(here) ? here.relativize(path).toString() : path.toString();
  }
}
