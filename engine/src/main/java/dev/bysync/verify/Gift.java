package dev.bysync.verify;

import dev.bysync.verify.machine.Machine;
import dev.bysync.verify.machine.Shape;
import dev.bysync.verify.machine.Signature;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Text that the host writes into memory that a program has just allocated for it, as glue code does
 * before it passes a string: without any, parsers see nothing but zeros. A guess by name and shape;
 * a wrong one does the same to both modules.
 */
final class Gift {
  private static final int MAX_LENGTH = 64;
  private static final List<String> TEXTS =
      List.of(
          "AAAA,CAAC;AACA,EAAE,GAAG;ACDA,IAAI\0",
          "{\"a\":[1,2.5,true,null],\"b\":\"c\"}\0",
          "select 1+2, 'x' from (select 3);\0",
          "<a href=\"b\">c &amp; d</a><p>e\0",
          "f(x) = x * 12 + y[3]; // # *g* `h`\0",
          "/tmp/file.txt\0");

  private Gift() {}

  /**
   * Writes, if a call looks like an allocation: named so, with a size as its first argument and a
   * place in the original's first memory as its result.
   */
  static void give(Machine machine, Shape original, Script.Call call, long[] results, long seed) {
    boolean allocates = call.export().name().toLowerCase(Locale.ROOT).contains("alloc");
    if (!allocates || results.length != 1 || call.args().length == 0 || original.memories() == 0) {
      return;
    }
    if (Signature.slots(call.export().signature().params()) > 3) {
      return;
    }
    long place = results[0] & 0xFFFFFFFFL;
    long random = Draw.mix(Draw.mix(seed, place), call.args()[0]);
    byte[] text =
        TEXTS
            .get((int) Long.remainderUnsigned(random, TEXTS.size()))
            .getBytes(StandardCharsets.US_ASCII);
    int length = (int) Math.min(Math.min(text.length, MAX_LENGTH), call.args()[0] & 0xFFFFFFFFL);
    if (place >= 1024 && place + length <= machine.memorySize(0)) {
      machine.write(0, place, Arrays.copyOf(text, length));
    }
  }
}
