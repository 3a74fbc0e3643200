package dev.bysync.job.transform;

import java.io.Serializable;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where modules that are not in their events may be read from. Whoever writes to the topic names an
 * object; without these rules the job would read any file of its machine and call any host.
 *
 * @param roots absolute URIs of folders: what is below one of them is read, nothing else; none for
 *     {@code OUT/modules}, where the ingest puts them
 * @param seconds wall time of one read, s, 1 to 86,400
 */
public record PayloadRules(List<String> roots, int seconds) implements Serializable {
  private static final int SECONDS = 300;

  public PayloadRules {
    roots = List.copyOf(roots);
  }

  /** {@code OUT/modules}, 5 minutes. */
  public static PayloadRules defaults() {
    return new PayloadRules(List.of(), SECONDS);
  }

  /** What is wrong with these, one sentence each. */
  public List<String> problems() {
    List<String> problems = new ArrayList<>();
    if (seconds < 1 || seconds > 86_400) {
      problems.add(
          "reading a payload may take 1 to 86400 s, not %d (--payload-seconds)".formatted(seconds));
    }
    for (String root : roots) {
      if (!isFolder(root)) {
        problems.add(
            "'%s' is no folder of payloads: give a URI such as file:///path or s3a://bucket/path (--payload-roots)"
                .formatted(root));
      }
    }
    return problems;
  }

  private static boolean isFolder(String root) {
    try {
      URI uri = new URI(root);
      return uri.isAbsolute()
          && !uri.isOpaque()
          && uri.getRawUserInfo() == null
          && uri.getQuery() == null;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  /** The folders for a run with this root of its store, without a slash at their ends. */
  List<URI> folders(URI out) {
    Stream<String> named =
        roots.isEmpty() ? Stream.of(withoutSlash(out.toString()) + "/modules") : roots.stream();
    return named.map(PayloadRules::withoutSlash).map(URI::create).toList();
  }

  private static String withoutSlash(String uri) {
    return uri.endsWith("/") ? uri.substring(0, uri.length() - 1) : uri;
  }
}
