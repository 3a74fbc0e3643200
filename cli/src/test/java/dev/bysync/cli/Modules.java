package dev.bysync.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;

/** Tiny modules, written by hand. */
public final class Modules {
  private Modules() {}

  /** {@code (module)}. */
  public static byte[] empty() {
    return HexFormat.of().parseHex("0061736d01000000");
  }

  /**
   * {@code (module (import "env" "f" (func)) (func (export "run") call 0))}, preceded by a custom
   * section with this number, so that there can be many different ones.
   */
  public static byte[] calling(int number) {
    return HexFormat.of()
        .parseHex(
            "0061736d01000000"
                + "00050166%06x".formatted(number)
                + "010401600000"
                + "02090103656e7601660000"
                + "03020100"
                + "0707010372756e0001"
                + "0a0601040010000b");
  }

  /** As {@link #calling}, with so many bytes more: a custom section at the end. */
  public static byte[] large(int number, int bytes) {
    byte[] small = calling(number);
    int size = 2 + bytes; // of the name "x" and what follows
    byte[] large = Arrays.copyOf(small, small.length + 6 + size);
    int at = small.length + 1;
    for (int shift = 0; shift < 35; shift += 7) { // unsigned LEB128, padded to five bytes
      large[at++] = (byte) (((size >>> shift) & 0x7f) | (shift < 28 ? 0x80 : 0));
    }
    large[at] = 1;
    large[at + 1] = 'x';
    return large;
  }

  /** A module that ends in the middle of a section. */
  public static byte[] truncated() {
    byte[] whole = calling(0);
    return Arrays.copyOf(whole, whole.length - 5);
  }

  /** Writes a module into a folder, which is made if need be. */
  public static void write(Path folder, String name, byte[] module) throws IOException {
    Files.createDirectories(folder);
    Files.write(folder.resolve(name), module);
  }
}
