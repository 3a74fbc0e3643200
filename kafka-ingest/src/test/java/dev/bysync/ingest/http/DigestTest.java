package dev.bysync.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class DigestTest {
  // printf abc | openssl dgst -sha1 -binary | base64, and -sha256 likewise (FIPS 180, example
  // "abc")
  private static final String SHA1 = "sha1-qZk+NkcGgWq6PiVxeFDCbJzQ2J0=";
  private static final String SHA256 = "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=";

  @Test
  void theStrongestCounts() {
    assertThat(Digest.ofIntegrity(SHA1 + " " + SHA256 + "?option md5-xx"))
        .hasValue(
            Digest.of(
                "sha256", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    assertThat(Digest.ofIntegrity(SHA1))
        .hasValue(Digest.of("SHA1", "A9993E364706816ABA3E25717850C26C9CD0D89D"));
  }

  @Test
  void whatIsNone() {
    assertThat(Digest.ofIntegrity("")).isEmpty();
    assertThat(Digest.ofIntegrity("md5-abc")).isEmpty();
    assertThat(Digest.ofIntegrity("sha256-AAAA")).isEmpty();
    assertThat(Digest.ofIntegrity("sha256-*")).isEmpty();
    assertThatThrownBy(() -> Digest.of("sha256", "00"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Digest.of("md5", "00")).isInstanceOf(IllegalArgumentException.class);
  }
}
