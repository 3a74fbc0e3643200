package dev.bysync.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestNamesTest {
  private static List<String> near(String entry, String... names) {
    NearestNames nearest = new NearestNames(List.of(entry));
    for (String name : names) {
      nearest.look(name);
    }
    return nearest.found(0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          env.fetsh    | env.fetch                  | an exchange
          env.fech     | env.fetch                  | an insertion
          env.fettch   | env.fetch                  | a deletion
          Env.Fetch    | env.fetch                  | case
          env.fecht    | env.fetch                  | two in the wrong order
          fetch        | env.fetch                  | the module left out
          at           | ba                         | too short for an edit, but not this one
          map::at      | std::map::at               | the namespace left out
          std::at      | std::at(int, char)         | the parameters left out
          wasi_snapshot.fd_* | wasi_snapshot1.fd_read | a pattern
          *::aloc*     | std::alloc(unsigned)       | a pattern
          """)
  void oneNameIsNear(String entry, String name, String why) {
    assertThat(near(entry, "something_else_altogether", name))
        .as(why)
        .isEqualTo(entry.length() < 3 ? List.of() : List.of(name));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          env.fetch    | env.write
          abc          | xyz
          ab           | abc
          *x*          | anything
          env.sleep    | wasi.sleepy_hollow
          """)
  void othersAreNot(String entry, String name) {
    assertThat(near(entry, name)).isEmpty();
  }

  @Test
  void threeAreToldTheNearestFirst() {
    assertThat(near("function_1", "function123", "function_2", "function_3", "function_4"))
        .containsExactly("function_2", "function_3", "function_4");
    assertThat(near("function_1", "function_23", "functions123", "function_2", "function_2"))
        .containsExactly("function_2", "function_23", "functions123");
  }

  @Test
  void longNamesAreLeftOut() {
    String longName = "n".repeat(300);
    assertThat(near(longName.substring(1), longName)).isEmpty();
    assertThat(near("name", longName, "nama")).containsExactly("nama");
  }

  /** Ten thousand patterns against as many names would be 10^12 steps. */
  @Test
  void aSearchHasAnEnd() {
    List<String> entries = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      entries.add("*a*b*c*d*e*f" + i);
    }
    NearestNames nearest = new NearestNames(entries);
    for (int i = 0; i < 10_000; i++) {
      nearest.look("abcdefghijkl".repeat(20) + i);
    }
    assertThat(nearest.cells()).isLessThan(21_000_000);
  }
}
