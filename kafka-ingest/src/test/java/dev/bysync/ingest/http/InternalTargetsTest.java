package dev.bysync.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InternalTargetsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.9.9.9",
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "100.64.0.1",
        "100.127.255.255",
        "169.254.169.254",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "[::]",
        "[::1]",
        "[fe80::1]",
        "[fec0::1]",
        "[fc00::1]",
        "[fdff::1]",
        "[ff02::1]",
        "[::ffff:10.0.0.1]",
        "[::10.0.0.1]",
        "[64:ff9b::a00:1]",
        "[2002:a00:1::1]",
        "localhost",
        "2130706433"
      })
  void internal(String host) {
    URI uri = URI.create("http://" + host + "/x");
    assertThat(InternalTargets.REFUSED.allows(uri)).isFalse();
    assertThat(InternalTargets.ALLOWED.allows(uri)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.1.1.1",
        "100.63.255.255",
        "100.128.0.0",
        "172.32.0.1",
        "192.167.1.1",
        "223.255.255.255",
        "[2606:4700::1]",
        "[64:ff9b::101:101]",
        "[2002:101:101::1]"
      })
  void others(String host) {
    assertThat(InternalTargets.REFUSED.allows(URI.create("http://" + host + "/x"))).isTrue();
  }

  @Test
  void aNameThatNobodyKnowsIsLeftToTheProxy() {
    assertThat(InternalTargets.REFUSED.allows(URI.create("http://nobody.invalid/"))).isTrue();
  }
}
