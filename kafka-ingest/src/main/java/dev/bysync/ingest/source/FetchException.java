package dev.bysync.ingest.source;

import java.util.regex.Pattern;

/** A source as a whole can't be had. */
final class FetchException extends Exception {
  private static final int MAX_WHAT_CHARS = 500;
  private static final Pattern CREDENTIALS = Pattern.compile("//[^/@\\s]*@");
  private final String remedy;

  /** What clients report may hold an address with credentials: they are cut out. */
  FetchException(String what, String remedy) {
    super(
        EntryNames.shorten(
            EntryNames.printable(CREDENTIALS.matcher(what).replaceAll("//")), MAX_WHAT_CHARS));
    this.remedy = remedy;
  }

  String what() {
    return String.valueOf(getMessage());
  }

  String remedy() {
    return remedy;
  }
}
