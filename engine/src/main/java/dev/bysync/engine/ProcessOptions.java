package dev.bysync.engine;

import dev.bysync.asyncify.AsyncifyOptions;
import dev.bysync.asyncify.EngineVersion;
import dev.bysync.strategy.Dispatch;
import dev.bysync.strategy.Strategy;
import dev.bysync.verify.VerifyOptions;
import java.nio.ByteBuffer;
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
 * @param secondOpinions percent of modules that another interpreter runs too, 0 to 100: which ones
 *     their SHA-256 decides
 * @param minSites percent of a module's reachable sites that have to be suspended for VERIFIED, 0
 *     to 100
 */
public record ProcessOptions(
    Strategy strategy,
    AsyncifyOptions asyncify,
    long seed,
    long fuel,
    int secondOpinions,
    int minSites) {
  /** Raised whenever the same input may give another output or verdict. */
  public static final String ENGINE_VERSION = EngineVersion.CURRENT;

  public ProcessOptions {
    if (secondOpinions < 0 || secondOpinions > 100) {
      throw new IllegalArgumentException(
          "second opinions must be 0 to 100 percent, not " + secondOpinions);
    }
    if (minSites < 0 || minSites > 100) {
      throw new IllegalArgumentException("min-sites must be 0 to 100 percent, not " + minSites);
    }
  }

  /** By our own transform, on our own interpreter. */
  public ProcessOptions(AsyncifyOptions asyncify, long seed, long fuel) {
    this(new Dispatch(), asyncify, seed, fuel, 0, VerifyOptions.MIN_SITES);
  }

  public static ProcessOptions defaults() {
    return new ProcessOptions(AsyncifyOptions.defaults(), 1, 20_000_000).withSecondOpinions(1);
  }

  /** The same with another {@link #strategy}. */
  public ProcessOptions withStrategy(Strategy other) {
    return new ProcessOptions(other, asyncify, seed, fuel, secondOpinions, minSites);
  }

  /** The same with other {@link #secondOpinions}. */
  public ProcessOptions withSecondOpinions(int percent) {
    return new ProcessOptions(strategy, asyncify, seed, fuel, percent, minSites);
  }

  /** The same with other {@link #minSites}. */
  public ProcessOptions withMinSites(int percent) {
    return new ProcessOptions(strategy, asyncify, seed, fuel, secondOpinions, percent);
  }

  /** Whether a module is one of those that another interpreter runs too. */
  boolean asksSecond(byte[] module) {
    long number = ByteBuffer.wrap(sha256(module)).getLong();
    return Long.remainderUnsigned(number, 100) < secondOpinions;
  }

  /** Identity of results: 16 hexadecimal digits of a hash of engine version and options. */
  public String profile() {
    String text =
        "engine=%s %s seed=%d fuel=%d second=%d min-sites=%d"
            .formatted(
                ENGINE_VERSION, strategy.canonical(asyncify), seed, fuel, secondOpinions, minSites);
    return HexFormat.of().formatHex(sha256(text.getBytes(StandardCharsets.UTF_8)), 0, 8);
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
