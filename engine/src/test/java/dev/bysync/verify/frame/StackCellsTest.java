package dev.bysync.verify.frame;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class StackCellsTest {
  private static final long A = Terms.term(Terms.mix(1));
  private static final long B = Terms.term(Terms.mix(2));

  private final StackCells cells = new StackCells();

  @Test
  void givesBackWhatWasStored() {
    cells.store(8, 4, A);
    cells.store(12, 8, B);
    assertThat(cells.load(8, 4)).isEqualTo(A);
    assertThat(cells.load(12, 8)).isEqualTo(B);
  }

  @Test
  void anotherWidthOrPlaceIsAnotherValue() {
    cells.store(8, 8, A);
    assertThat(cells.load(8, 4)).isNotEqualTo(A);
    assertThat(cells.load(9, 8)).isNotEqualTo(A);
    cells.store(12, 4, B);
    assertThat(cells.load(8, 8)).isNotEqualTo(A);
  }

  @Test
  void twoHalvesAreNotTheWhole() {
    cells.store(0, 4, A);
    cells.store(4, 4, A);
    assertThat(cells.load(0, 8)).isNotEqualTo(A);
  }

  @Test
  void tellsWhatWasWritten() {
    cells.store(100, 4, A);
    cells.watch();
    assertThat(cells.highest()).isEqualTo(-1);
    cells.store(40, 8, A);
    assertThat(cells.lowest()).isEqualTo(40);
    assertThat(cells.highest()).isEqualTo(47);
  }

  @Test
  void forgets() {
    cells.store(0, 4, A);
    cells.clear();
    assertThat(cells.load(0, 4)).isNotEqualTo(A);
  }
}
