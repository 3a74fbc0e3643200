package dev.bysync.ingest.source;

import dev.bysync.events.SourceKind;
import dev.bysync.ingest.http.Address;
import dev.bysync.ingest.http.Digest;
import dev.bysync.ingest.http.Download;
import dev.bysync.ingest.http.HttpFailure;
import dev.bysync.ingest.http.HttpFetcher;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * Files by address: {@code https://HOST/PATH[#sha256=HEX]}. User and password in the address go to
 * that host alone and appear nowhere; nor does a query, which may be a signature: modules from
 * there are labelled with the path and a hash of the query.
 */
final class HttpFiles implements PackageSource {
  private static final String SHA256 = "sha256=";

  private final Limits limits;
  private final HttpFetcher fetcher;

  HttpFiles(Limits limits, HttpFetcher fetcher) {
    this.limits = limits;
    this.fetcher = fetcher;
  }

  @Override
  public boolean takes(String source) {
    String start = source.substring(0, Math.min(8, source.length())).toLowerCase(Locale.ROOT);
    return start.startsWith("http://") || start.startsWith("https://");
  }

  @Override
  public FetchedPackage fetch(String source, KnownPackages known) throws FetchException {
    String identity = "";
    Download download;
    URI uri;
    try {
      uri = Address.parse(source);
      download =
          Download.of(Address.withoutUser(uri), limits.maxPackageBytes())
              .authorization(Address.authorization(uri).orElse(null));
      String fragment = uri.getFragment() == null ? "" : uri.getFragment();
      if (fragment.startsWith(SHA256)) {
        Digest digest = Digest.of("sha256", fragment.substring(SHA256.length()));
        download = download.digest(digest);
        identity = label(uri) + "#" + digest;
      }
    } catch (IllegalArgumentException e) {
      throw new FetchException(
          String.valueOf(e.getMessage()),
          "write https://HOST/PATH or https://HOST/PATH#sha256=HEX");
    }
    if (!identity.isEmpty() && known.contains(identity)) {
      return FetchedPackage.known(identity);
    }
    try (Scratch scratch = new Scratch("http")) {
      Path file = scratch.file();
      fetcher.fetch(download, file);
      Origin origin = new Origin(SourceKind.HTTP, "", "", "", label(uri));
      return FetchedPackage.of(
          List.of(new FetchedPackage.Part(file, origin)), identity, scratch.keep());
    } catch (HttpFailure e) {
      throw FetchException.of(e, "check the address");
    }
  }

  /** The address as it may be shown and stored. */
  static String label(URI uri) {
    String label = EntryNames.printable(Address.show(uri));
    if (uri.getRawQuery() != null) {
      byte[] hash = Sha256.digest().digest(uri.getRawQuery().getBytes(StandardCharsets.UTF_8));
      label += "?~" + HexFormat.of().formatHex(hash, 0, 8);
    }
    return EntryNames.shorten(label, Origin.MAX_PATH_CHARS);
  }
}
