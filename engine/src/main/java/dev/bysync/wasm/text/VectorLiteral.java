package dev.bysync.wasm.text;

import dev.bysync.wasm.binary.ByteSink;

/** The immediate of {@code v128.const}: a shape and a number for each lane, lowest lane first. */
final class VectorLiteral {
  private VectorLiteral() {}

  static void read(Cursor in, ByteSink out) {
    int start = in.position();
    String shape = in.keyword("a vector shape");
    switch (shape) {
      case "i8x16" -> integers(in, 16, 8, out);
      case "i16x8" -> integers(in, 8, 16, out);
      case "i32x4" -> integers(in, 4, 32, out);
      case "i64x2" -> integers(in, 2, 64, out);
      case "f32x4" -> {
        for (int i = 0; i < 4; i++) {
          out.fixed32(in.f32());
        }
      }
      case "f64x2" -> {
        for (int i = 0; i < 2; i++) {
          out.fixed64(in.f64());
        }
      }
      default -> {
        in.seek(start);
        throw in.expected("a vector shape such as i32x4");
      }
    }
  }

  private static void integers(Cursor in, int lanes, int bits, ByteSink out) {
    for (int i = 0; i < lanes; i++) {
      long value = in.integer(bits);
      for (int shift = 0; shift < bits; shift += 8) {
        out.u8((int) (value >> shift));
      }
    }
  }
}
