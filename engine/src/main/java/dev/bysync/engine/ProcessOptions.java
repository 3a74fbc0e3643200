package dev.bysync.engine;

import dev.bysync.asyncify.AsyncifyOptions;
import dev.bysync.strategy.Dispatch;
import dev.bysync.strategy.Strategy;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * How modules are processed.
 *
 * @param strategy what transforms them
 * @param asyncify options of our own transform
 * @param seed seed of all that the verification draws
 * @param fuel instructions that one run of one module may execute, at least 1
 */
public record ProcessOptions(Strategy strategy, AsyncifyOptions asyncify, long seed, long fuel) {
  /** Raised whenever the same input may give another output or verdict. */
  public static final String ENGINE_VERSION = "4";

  /** By our own transform. */
  public ProcessOptions(AsyncifyOptions asyncify, long seed, long fuel) {
    this(new Dispatch(), asyncify, seed, fuel);
  }

  public static ProcessOptions defaults() {
    return new ProcessOptions(AsyncifyOptions.defaults(), 1, 20_000_000);
  }

  /** The same with another {@link #strategy}. */
  public ProcessOptions withStrategy(Strategy other) {
    return new ProcessOptions(other, asyncify, seed, fuel);
  }

  /** Identity of results: 16 hexadecimal digits of a hash of engine version and options. */
  public String profile() {
    String text =
        "engine=%s %s seed=%d fuel=%d"
            .formatted(ENGINE_VERSION, strategy.canonical(asyncify), seed, fuel);
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
