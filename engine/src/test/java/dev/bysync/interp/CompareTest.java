package dev.bysync.interp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Every comparison of every two of numbers at the edges, against Java's own. */
final class CompareTest {
  private static final long[] NUMBERS = {
    0,
    1,
    -1,
    2,
    -2,
    7,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    Integer.MAX_VALUE - 1,
    Integer.MIN_VALUE + 1,
    1L << 32,
    -(1L << 32),
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    Long.MAX_VALUE - 1,
    Long.MIN_VALUE + 1,
    0x123456789ABCDEFL,
    -0x123456789ABCDEFL
  };

  @Test
  void longs() {
    for (long x : NUMBERS) {
      for (long y : NUMBERS) {
        assertThat(
                new int[] {
                  Compare.eq(x, y), Compare.ne(x, y), Compare.lt(x, y),
                  Compare.ltU(x, y), Compare.le(x, y), Compare.leU(x, y)
                })
            .as("%d, %d", x, y)
            .isEqualTo(expected(Long.compare(x, y), Long.compareUnsigned(x, y)));
      }
    }
  }

  @Test
  void ints() {
    for (long wideX : NUMBERS) {
      for (long wideY : NUMBERS) {
        int x = (int) wideX;
        int y = (int) wideY;
        assertThat(
                new int[] {
                  Compare.eq(x, y), Compare.ne(x, y), Compare.lt(x, y),
                  Compare.ltU(x, y), Compare.le(x, y), Compare.leU(x, y)
                })
            .as("%d, %d", x, y)
            .isEqualTo(expected(Integer.compare(x, y), Integer.compareUnsigned(x, y)));
      }
    }
  }

  private static int[] expected(int signed, int unsigned) {
    return new int[] {
      signed == 0 ? 1 : 0,
      signed != 0 ? 1 : 0,
      signed < 0 ? 1 : 0,
      unsigned < 0 ? 1 : 0,
      signed <= 0 ? 1 : 0,
      unsigned <= 0 ? 1 : 0
    };
  }
}
