package dev.bysync.chaos;

import java.util.HashMap;
import java.util.Map;

/** What Hadoop has to be told to use a store of ours. */
final class S3 {
  private S3() {}

  /** For a store that serves at this address. */
  static Map<String, String> hadoop(String endpoint) {
    Map<String, String> settings = new HashMap<>();
    settings.put("fs.s3a.endpoint", endpoint);
    settings.put("fs.s3a.endpoint.region", "us-east-1");
    settings.put("fs.s3a.path.style.access", "true");
    settings.put("fs.s3a.connection.ssl.enabled", "false");
    settings.put(
        "fs.s3a.aws.credentials.provider", "org.apache.hadoop.fs.s3a.SimpleAWSCredentialsProvider");
    settings.put("fs.s3a.access.key", "chaos");
    settings.put("fs.s3a.secret.key", "chaos");
    // a store that is dead is found out within seconds; the defaults would take many minutes
    settings.put("fs.s3a.attempts.maximum", "6");
    settings.put("fs.s3a.retry.limit", "6");
    settings.put("fs.s3a.connection.establish.timeout", "5s");
    settings.put("fs.s3a.impl.disable.cache", "true");
    return settings;
  }
}
