package dev.bysync.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;

/** Tiny modules, written by hand. */
final class Modules {
  private Modules() {}

  /** {@code (module)}. */
  static byte[] empty() {
    return HexFormat.of().parseHex("0061736d01000000");
  }

  /**
   * {@code (module (import "env" "f" (func)) (func (export "run") call 0))}, preceded by a custom
   * section with this number, so that there can be many different ones.
   */
  static byte[] calling(int number) {
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

  /** A module that ends in the middle of a section. */
  static byte[] truncated() {
    byte[] whole = calling(0);
    return Arrays.copyOf(whole, whole.length - 5);
  }

  /** Writes a module into a folder, which is made if need be. */
  static void write(Path folder, String name, byte[] module) throws IOException {
    Files.createDirectories(folder);
    Files.write(folder.resolve(name), module);
  }
}
