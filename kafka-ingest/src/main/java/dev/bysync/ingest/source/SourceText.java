package dev.bysync.ingest.source;

import dev.bysync.ingest.http.Address;
import java.util.Locale;
import java.util.regex.Pattern;

/** Sources as users write them, made fit to be shown. */
public final class SourceText {
  private static final Pattern USER = Pattern.compile("//[^/?#\\s]*@");
  private static final Pattern QUERY = Pattern.compile("\\?[^#\\s]*");

  private SourceText() {}

  /** The source without what may be secret in it: user and password of an address, its query. */
  public static String show(String source) {
    String lower = source.toLowerCase(Locale.ROOT);
    if (!lower.startsWith("http://") && !lower.startsWith("https://")) {
      return USER.matcher(source).replaceAll("//");
    }
    try {
      return HttpFiles.label(Address.parse(source));
    } catch (IllegalArgumentException e) {
      return EntryNames.printable(
          QUERY.matcher(USER.matcher(source).replaceAll("//")).replaceAll("?..."));
    }
  }
}
