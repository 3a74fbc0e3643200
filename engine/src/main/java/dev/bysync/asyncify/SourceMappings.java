package dev.bysync.asyncify;

import dev.bysync.wasm.module.IntArray;

/**
 * The mappings of a source map (ECMA-426), taken from a module to its transform.
 *
 * <pre>
 *   mappings  segment (',' segment)*          one line: a module has no others
 *   segment   column [source line column [name]]     differences to the segment before, in
 *             base 64 of 5 bits a digit, least first, sign lowest, bit 5: more follow
 *
 *   AAgBC     column 0, source 0, line 16, column 1
 * </pre>
 *
 * <p>A column is an instruction's offset in the module; it is mapped by the last segment at or
 * before it. So every run of an {@link OffsetMap} begins with the segment that its first
 * instruction had, its other segments move with it, and what is behind the last run, functions of
 * the transform's own, is mapped to nothing, by a segment of one field; in a map that has no such
 * segments it goes with the last instruction, for Binaryen 108 and before can't read them.
 */
public final class SourceMappings {
  private static final String DIGITS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  private static final int FIELDS = 5;

  /** Stands for a field that a segment lacks. */
  private static final int NONE = Integer.MIN_VALUE;

  // one row a segment, FIELDS cells each: column, source, line, column in the source, name
  private final IntArray cells = new IntArray();
  private final StringBuilder out = new StringBuilder();
  private final int[] written = new int[FIELDS];
  private int last = -1;
  private boolean hasUnmapped;

  private SourceMappings() {}

  /**
   * Rewrites the mappings.
   *
   * @param mappings the mappings of the original
   * @param offsets where its instructions went
   * @throws IllegalArgumentException if the mappings are malformed or have several lines
   */
  public static String rewrite(String mappings, OffsetMap offsets) {
    SourceMappings map = new SourceMappings();
    map.read(mappings);
    map.move(offsets);
    return map.out.toString();
  }

  private void read(String text) {
    int[] fields = new int[FIELDS];
    int at = 0;
    while (at < text.length()) {
      int count = 0;
      while (at < text.length() && text.charAt(at) != ',') {
        if (count == FIELDS) {
          throw malformed(at, "a segment of more than 5 fields");
        }
        long value = 0;
        int shift = 0;
        int digit;
        do {
          digit = at < text.length() ? DIGITS.indexOf(text.charAt(at)) : -1;
          if (digit < 0 || shift > 30) {
            throw malformed(at, "no number in base 64");
          }
          value |= (long) (digit & 31) << shift;
          shift += 5;
          at++;
        } while ((digit & 32) != 0);
        fields[count] += (int) ((value & 1) != 0 ? -(value >>> 1) : value >>> 1);
        count++;
      }
      if (count == 2 || count == 3) {
        throw malformed(at, "a segment of " + count + " fields");
      }
      hasUnmapped |= count == 1;
      for (int i = 0; i < FIELDS && count > 0; i++) {
        cells.add(i < count ? fields[i] : NONE);
      }
      if (cells.size() > FIELDS && column(size() - 1) < column(size() - 2)) {
        throw malformed(at, "columns do not ascend");
      }
      at++;
    }
  }

  private static IllegalArgumentException malformed(int at, String detail) {
    return new IllegalArgumentException("mappings, character " + at + ": " + detail);
  }

  private int size() {
    return cells.size() / FIELDS;
  }

  private int column(int segment) {
    return cells.get(segment * FIELDS);
  }

  private void move(OffsetMap offsets) {
    for (int run = 0; run < offsets.size(); run++) {
      int from = offsets.original(run);
      int end = from + offsets.length(run);
      int segment = lastAtOrBefore(from);
      if (segment >= 0) {
        write(segment, offsets.output(run));
      }
      for (int next = segment + 1; next < size() && column(next) < end; next++) {
        write(next, offsets.output(run) + column(next) - from);
      }
    }
    if (offsets.size() > 0 && last >= 0 && hasUnmapped) {
      // nothing of the original is behind its last instruction
      int run = offsets.size() - 1;
      begin(offsets.output(run) + offsets.length(run));
    }
  }

  private int lastAtOrBefore(int offset) {
    int low = 0;
    int high = size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (column(middle) <= offset) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low - 1;
  }

  private void write(int segment, int column) {
    if (segment == last) {
      return;
    }
    last = segment;
    begin(column);
    for (int i = 1; i < FIELDS; i++) {
      int value = cells.get(segment * FIELDS + i);
      if (value != NONE) {
        number(value - written[i]);
        written[i] = value;
      }
    }
  }

  private void begin(int column) {
    if (out.length() > 0) {
      out.append(',');
    }
    number(column - written[0]);
    written[0] = column;
  }

  private void number(int value) {
    long rest = value < 0 ? (-(long) value << 1) | 1 : (long) value << 1;
    do {
      int digit = (int) (rest & 31);
      rest >>>= 5;
      out.append(DIGITS.charAt(rest == 0 ? digit : digit | 32));
    } while (rest != 0);
  }
}
