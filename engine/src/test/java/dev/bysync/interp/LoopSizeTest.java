package dev.bysync.interp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The loop is small enough to be compiled; read from its class file (JVM specification 4). */
final class LoopSizeTest {
  /** HotSpot's HugeMethodLimit: it never compiles a method of more bytecodes. */
  private static final int HUGE = 8000;

  private static final int UTF8 = 1;
  private static final int LONG = 5;
  private static final int DOUBLE = 6;

  private final Map<Integer, String> names = new HashMap<>();

  @Test
  void hotSpotCompilesTheLoop() throws IOException {
    assertThat(codeLength(Loop.class, "run"))
        .as(
            "bytecodes of Loop.run: HotSpot doesn't compile methods of more than %s, which makes the"
                + " interpreter 20 times slower and shows nowhere else; move operations to PlainOps"
                + " or RareOps",
            HUGE)
        .isBetween(1000, HUGE - 500);
  }

  private int codeLength(Class<?> type, String method) throws IOException {
    try (InputStream file = type.getResourceAsStream(type.getSimpleName() + ".class");
        DataInputStream in = new DataInputStream(Objects.requireNonNull(file))) {
      in.skipNBytes(8);
      readPool(in);
      in.skipNBytes(6);
      in.skipNBytes(2L * in.readUnsignedShort());
      members(in, "");
      return members(in, method);
    }
  }

  private void readPool(DataInputStream in) throws IOException {
    int count = in.readUnsignedShort();
    for (int i = 1; i < count; i++) {
      int tag = in.readUnsignedByte();
      switch (tag) {
        case UTF8 -> names.put(i, in.readUTF());
        case LONG, DOUBLE -> {
          in.skipNBytes(8);
          i++;
        }
        case 7, 8, 16, 19, 20 -> in.skipNBytes(2);
        case 15 -> in.skipNBytes(3);
        default -> in.skipNBytes(4);
      }
    }
  }

  /** Reads fields or methods; the code length of the one that is wanted, or 0. */
  private int members(DataInputStream in, String wanted) throws IOException {
    int found = 0;
    for (int left = in.readUnsignedShort(); left > 0; left--) {
      in.skipNBytes(2);
      String name = names.getOrDefault(in.readUnsignedShort(), "");
      in.skipNBytes(2);
      for (int attributes = in.readUnsignedShort(); attributes > 0; attributes--) {
        String attribute = names.getOrDefault(in.readUnsignedShort(), "");
        int length = in.readInt();
        if (name.equals(wanted) && attribute.equals("Code")) {
          in.skipNBytes(4);
          found = in.readInt();
          in.skipNBytes(length - 8);
        } else {
          in.skipNBytes(length);
        }
      }
    }
    return found;
  }
}
