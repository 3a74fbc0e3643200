package dev.bysync.ingest.source;

/** What some bytes are, by how they begin; names are never asked. */
enum Format {
  WASM,
  /** The component format, which has modules in it. */
  COMPONENT,
  ZIP,
  GZIP,
  BZIP2,
  XZ,
  ZSTD,
  TAR,
  /** No zero byte at its beginning: JavaScript perhaps. */
  TEXT,
  OTHER;

  /** How many bytes are needed to tell. */
  static final int HEAD_BYTES = 512;

  private static final int LAYER_AT = 6; // component model, binary format: magic, version, layer
  private static final int USTAR_AT = 257; // POSIX pax 1003.1, ustar header block: magic

  /** Whether it is one file, compressed, and not several. */
  boolean isCompression() {
    return switch (this) {
      case GZIP, BZIP2, XZ, ZSTD -> true;
      case WASM, COMPONENT, ZIP, TAR, TEXT, OTHER -> false;
    };
  }

  static Format of(byte[] head) {
    if (startsWith(head, 0, 0, 'a', 's', 'm')) {
      return startsWith(head, LAYER_AT, 1, 0) ? COMPONENT : WASM;
    }
    if (startsWith(head, 0, 'P', 'K', 3, 4) || startsWith(head, 0, 'P', 'K', 5, 6)) {
      return ZIP; // a first entry, or the end record of an archive without any
    }
    if (startsWith(head, 0, 0x1F, 0x8B, 8)) {
      return GZIP;
    }
    if (startsWith(head, 0, 'B', 'Z', 'h') && startsWith(head, 4, 0x31, 0x41, 0x59, 0x26)) {
      return BZIP2; // its first block; one of nothing holds nothing
    }
    if (startsWith(head, 0, 0xFD, '7', 'z', 'X', 'Z', 0)) {
      return XZ;
    }
    if (startsWith(head, 0, 0x28, 0xB5, 0x2F, 0xFD)) {
      return ZSTD; // RFC 8878, section 3.1.1
    }
    if (startsWith(head, USTAR_AT, 'u', 's', 't', 'a', 'r')) {
      return TAR;
    }
    return isText(head) ? TEXT : OTHER;
  }

  private static boolean isText(byte[] head) {
    for (byte each : head) {
      if (each == 0) {
        return false;
      }
    }
    return head.length > 0;
  }

  private static boolean startsWith(byte[] head, int at, int... magic) {
    if (head.length < at + magic.length) {
      return false;
    }
    for (int i = 0; i < magic.length; i++) {
      if (head[at + i] != (byte) magic[i]) {
        return false;
      }
    }
    return true;
  }
}
