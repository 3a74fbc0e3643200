package dev.bysync.ingest.source;

import dev.bysync.ingest.http.HttpFailure;
import java.util.regex.Pattern;

/** A source as a whole can't be had. */
final class FetchException extends Exception {
  private static final int MAX_WHAT_CHARS = 500;
  private static final Pattern CREDENTIALS = Pattern.compile("//[^/?#\\s]*@");
  private final String remedy;

  /** What clients report may hold an address with credentials: they are cut out. */
  FetchException(String what, String remedy) {
    super(
        EntryNames.shorten(
            EntryNames.printable(CREDENTIALS.matcher(what).replaceAll("//")), MAX_WHAT_CHARS));
    this.remedy = remedy;
  }

  /**
   * A failed download.
   *
   * @param missing what to say if the server says that there is no such thing
   */
  static FetchException of(HttpFailure failure, String missing) {
    String what = String.valueOf(failure.getMessage());
    return switch (failure.kind()) {
      case STATUS -> {
        int status = failure.status();
        if (status == 401 || status == 403) {
          yield new FetchException(what, "log in, or check the rights of the account");
        }
        if (status == 404 || status == 410) {
          yield new FetchException(what, missing);
        }
        yield new FetchException(what, "the server has a fault; run again later");
      }
      case NETWORK -> new FetchException(what, "check the network, then run again");
      case TOO_LARGE ->
          new FetchException(what, "get it yourself and give the file, if it is safe");
      case INTEGRITY ->
          new FetchException(
              what, "what the server sends is not what was published; tell its owner");
      case REDIRECT -> new FetchException(what, "give the address where it is now");
      case DISK -> new FetchException(what, "free some space in the temporary directory");
    };
  }

  String what() {
    return String.valueOf(getMessage());
  }

  String remedy() {
    return remedy;
  }
}
