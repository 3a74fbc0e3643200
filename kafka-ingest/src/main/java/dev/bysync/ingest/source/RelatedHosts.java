package dev.bysync.ingest.source;

import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.http.conn.util.PublicSuffixMatcher;
import org.apache.http.conn.util.PublicSuffixMatcherLoader;

/**
 * Which hosts have one owner, by the list of public suffixes: a login for one may go to another.
 */
final class RelatedHosts {
  private static final Pattern NUMBERS = Pattern.compile("[0-9.]+|.*:.*");

  private RelatedHosts() {}

  /**
   * Whether it is one host, or both are below one name that somebody registered: {@code
   * registry.example.org} and {@code auth.example.org}, but not {@code a.co.uk} and {@code
   * b.co.uk}.
   */
  static boolean areRelated(String host, String other) {
    String a = host.toLowerCase(Locale.ROOT);
    String b = other.toLowerCase(Locale.ROOT);
    if (a.equals(b)) {
      return true;
    }
    if (NUMBERS.matcher(a).matches() || NUMBERS.matcher(b).matches()) {
      return false;
    }
    PublicSuffixMatcher suffixes = PublicSuffixMatcherLoader.getDefault();
    String root = suffixes.getDomainRoot(a);
    return root != null && root.indexOf('.') > 0 && root.equals(suffixes.getDomainRoot(b));
  }
}
