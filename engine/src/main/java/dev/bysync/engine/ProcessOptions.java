package dev.bysync.engine;

import dev.bysync.asyncify.AsyncifyOptions;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * How modules are processed.
 *
 * @param asyncify options of the transform
 * @param seed seed of all that the verification draws
 * @param fuel instructions that one run of one module may execute, at least 1
 */
public record ProcessOptions(AsyncifyOptions asyncify, long seed, long fuel) {
  /** Raised whenever the same input may give another output or verdict. */
  public static final String ENGINE_VERSION = "2";

  public static ProcessOptions defaults() {
    return new ProcessOptions(AsyncifyOptions.defaults(), 1, 20_000_000);
  }

  /** Identity of results: 16 hexadecimal digits of a hash of engine version and options. */
  public String profile() {
    String text =
        "engine=%s %s seed=%d fuel=%d".formatted(ENGINE_VERSION, asyncify.canonical(), seed, fuel);
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
