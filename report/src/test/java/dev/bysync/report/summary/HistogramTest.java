package dev.bysync.report.summary;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class HistogramTest {
  @Test
  void countsEveryValueOnceInItsBin() {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      double[] values =
          random
              .doubles(1 + random.nextInt(300), -3, 40)
              .map(v -> v < 35 ? v / 8 : v * v)
              .toArray();
      Histogram histogram = Histogram.of(values);
      int last = histogram.counts().size() - 1;
      assertThat(histogram.counts().stream().mapToInt(Integer::intValue).sum())
          .isEqualTo(values.length);
      for (int bin = 0; bin <= last; bin++) {
        double low = histogram.low() + bin * histogram.width();
        double high =
            bin == last && histogram.open() ? Double.POSITIVE_INFINITY : low + histogram.width();
        double reach = histogram.width() * 1e-9;
        long least =
            java.util.Arrays.stream(values)
                .filter(v -> v >= low + reach && v < high - reach)
                .count();
        long most =
            java.util.Arrays.stream(values)
                .filter(v -> v >= low - reach && v < high + reach)
                .count();
        assertThat((long) histogram.counts().get(bin)).isBetween(least, most);
      }
      assertThat(last).isLessThan(60);
    }
  }

  @Test
  void drawsNothingAndOneValue() {
    assertThat(Histogram.of(new double[0]).counts()).isEmpty();
    assertThat(Histogram.of(new double[] {1.25, 1.25}).counts()).containsExactly(2);
  }

  @Test
  void gathersWhatIsFarOutInAnOpenBin() {
    double[] values = new double[101];
    for (int i = 0; i < 100; i++) {
      values[i] = 1 + i / 100.0;
    }
    values[100] = 1000;
    Histogram histogram = Histogram.of(values);
    assertThat(histogram.open()).isTrue();
    assertThat(histogram.width()).isEqualTo(0.05);
  }
}
