package dev.bysync.ingest.http;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What the bytes of a download must hash to.
 *
 * @param algorithm as Java names it
 * @param hex lower-case hexadecimal digits
 */
public record Digest(String algorithm, String hex) {
  /** By name, the strongest last. */
  private static final List<String> STRENGTH = List.of("sha1", "sha256", "sha384", "sha512");

  private static final Map<String, String> JAVA_NAMES =
      Map.of("sha1", "SHA-1", "sha256", "SHA-256", "sha384", "SHA-384", "sha512", "SHA-512");
  private static final Pattern HEX = Pattern.compile("(?:[0-9a-f]{2})+");

  /**
   * A digest by the algorithm's name without a dash and hexadecimal digits.
   *
   * @throws IllegalArgumentException if the algorithm is not known or the digits don't fit it
   */
  public static Digest of(String name, String hex) {
    String algorithm = JAVA_NAMES.get(name.toLowerCase(Locale.ROOT));
    String digits = hex.toLowerCase(Locale.ROOT);
    if (algorithm == null
        || !HEX.matcher(digits).matches()
        || digits.length() != 2 * messageDigest(algorithm).getDigestLength()) {
      throw new IllegalArgumentException("no digest of a known kind");
    }
    return new Digest(algorithm, digits);
  }

  /**
   * The strongest of a list in the form of Subresource Integrity, {@code sha512-BASE64 ...}; empty
   * if there is none of a known kind.
   */
  public static Optional<Digest> ofIntegrity(String list) {
    List<String> entries = new ArrayList<>(List.of(list.strip().split("\\s+", -1)));
    entries.removeIf(entry -> !STRENGTH.contains(name(entry)));
    return entries.stream()
        .max(Comparator.comparingInt(entry -> STRENGTH.indexOf(name(entry))))
        .flatMap(Digest::decoded);
  }

  private static String name(String entry) {
    return entry.substring(0, Math.max(0, entry.indexOf('-'))).toLowerCase(Locale.ROOT);
  }

  private static Optional<Digest> decoded(String entry) {
    int options = entry.indexOf('?');
    String base64 = entry.substring(entry.indexOf('-') + 1, options < 0 ? entry.length() : options);
    try {
      return Optional.of(
          of(name(entry), HexFormat.of().formatHex(Base64.getDecoder().decode(base64))));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  MessageDigest messageDigest() {
    return messageDigest(algorithm);
  }

  private static MessageDigest messageDigest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has " + algorithm, e);
    }
  }

  @Override
  public String toString() {
    return algorithm + ":" + hex;
  }
}
