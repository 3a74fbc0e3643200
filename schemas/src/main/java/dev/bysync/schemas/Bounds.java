package dev.bysync.schemas;

import java.io.IOException;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;

/**
 * Walks encoded data without building anything. Avro allocates what a length or a count in the data
 * claims before it looks at how much data there is; after this walk every claim is known to be
 * covered by bytes that are really there, so that decoding needs memory in proportion to its input.
 */
final class Bounds {
  private final BinaryDecoder in;

  private Bounds(BinaryDecoder in) {
    this.in = in;
  }

  /**
   * Checks that {@code bytes} from {@code offset} to the end are one datum of the schema.
   *
   * @throws IOException if they end too early, go on too long or are no such datum
   */
  static void check(Schema schema, byte[] bytes, int offset) throws IOException {
    BinaryDecoder in =
        DecoderFactory.get().binaryDecoder(bytes, offset, bytes.length - offset, null);
    try {
      new Bounds(in).walk(schema);
    } catch (AvroRuntimeException | UnsupportedOperationException e) {
      throw new IOException(e.getMessage(), e); // Avro's own limits
    }
    if (!in.isEnd()) {
      throw new IOException("bytes are left over after the event");
    }
  }

  private void walk(Schema schema) throws IOException {
    switch (schema.getType()) { // recursive over our own schemas, which are not
      case RECORD -> {
        for (Schema.Field field : schema.getFields()) {
          walk(field.schema());
        }
      }
      case UNION -> walk(schema.getTypes().get(index(schema.getTypes().size())));
      case ENUM -> index(schema.getEnumSymbols().size());
      case MAP -> {
        for (long n = in.readMapStart(); n > 0; n = in.mapNext()) {
          for (long i = 0; i < n; i++) { // each key takes a byte: ends with the data
            sized();
            walk(schema.getValueType());
          }
        }
      }
      case STRING, BYTES -> sized();
      case INT -> in.readInt();
      case LONG -> in.readLong();
      case NULL -> in.readNull();
      default -> throw new IOException("no event has a " + schema.getType());
    }
  }

  private void sized() throws IOException {
    long length = in.readLong();
    if (length < 0 || length > Integer.MAX_VALUE) {
      throw new IOException("length " + length + " is out of range");
    }
    in.skipFixed((int) length); // the end of the data ends it
  }

  private int index(int size) throws IOException {
    int index = in.readInt(); // an enum's and a union's index are encoded alike
    if (index < 0 || index >= size) {
      throw new IOException("index " + index + " out of " + size);
    }
    return index;
  }
}
