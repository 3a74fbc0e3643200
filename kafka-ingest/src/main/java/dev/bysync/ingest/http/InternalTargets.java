package dev.bysync.ingest.http;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;

/**
 * What is done where a server on the way, not the user, names an address that only this machine or
 * its network reaches: a redirect, a package's address in a registry's answer, the realm of a
 * login. Whoever publishes a package could else have this machine ask its own services.
 */
public enum InternalTargets {
  /** They are not asked. */
  REFUSED,
  /** They are asked as any other. */
  ALLOWED;

  private static final int UNIQUE_LOCAL_MASK = 0xfe; // RFC 4193: fc00::/7
  private static final int UNIQUE_LOCAL = 0xfc;

  /**
   * Whether an address may be asked that the user has not named. The JVM keeps what a name resolved
   * to for longer than it takes to connect, so it is the checked address that is asked.
   */
  boolean allows(URI uri) {
    if (this == ALLOWED) {
      return true;
    }
    try {
      for (InetAddress each : InetAddress.getAllByName(uri.getHost())) {
        if (isInternal(each)) {
          return false;
        }
      }
      return true;
    } catch (UnknownHostException e) {
      return true; // a proxy knows it, or the request fails
    }
  }

  /** Loopback, link-local, private, shared and multicast addresses, and those of no machine. */
  static boolean isInternal(InetAddress address) {
    byte[] bytes = address.getAddress();
    int first = Byte.toUnsignedInt(bytes[0]);
    int second = Byte.toUnsignedInt(bytes[1]);
    return address.isLoopbackAddress()
        || address.isLinkLocalAddress()
        || address.isSiteLocalAddress()
        || address.isAnyLocalAddress()
        || address.isMulticastAddress()
        || (bytes.length == 4
            ? first == 0
                || first >= 240 // reserved, and broadcast
                || (first == 100 && (second & 0xc0) == 64) // RFC 6598: shared with a provider
            : (first & UNIQUE_LOCAL_MASK) == UNIQUE_LOCAL || embedsInternal(bytes));
  }

  /** RFC 6052 and RFC 3056: an IPv4 address behind a translator's or 6to4's prefix. */
  private static boolean embedsInternal(byte[] bytes) {
    boolean translated = startsWith(bytes, 0, 0x64, 0xff, 0x9b);
    boolean compatible = startsWith(bytes, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    if (translated || compatible) {
      return isInternal(v4(bytes, 12));
    }
    return startsWith(bytes, 0x20, 0x02) && isInternal(v4(bytes, 2));
  }

  private static boolean startsWith(byte[] bytes, int... prefix) {
    for (int i = 0; i < prefix.length; i++) {
      if (Byte.toUnsignedInt(bytes[i]) != prefix[i]) {
        return false;
      }
    }
    return true;
  }

  private static InetAddress v4(byte[] bytes, int at) {
    try {
      return InetAddress.getByAddress(
          new byte[] {bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]});
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }
}
