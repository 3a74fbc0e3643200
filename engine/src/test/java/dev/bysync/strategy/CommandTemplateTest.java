package dev.bysync.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bysync.analysis.OptionException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandTemplateTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          tool  -O2 {in}   -o {out}        | tool;-O2;{in};-o;{out}
          sh -c 'a "b" \\ {in}' {out}      | sh;-c;a "b" \\ {in};{out}
          t "a 'b' \\"c\\" \\d" {in}{out}  | t;a 'b' "c" \\d;{in}{out}
          t a\\ b '' {in} --to={out}       | t;a b;;{in};--to={out}
          t $(rm -r x); {in} > {out} & *   | t;$(rm;-r;x);;{in};>;{out};&;*
          """)
  void wordsAreSplitWithoutAShell(String command, String words) {
    assertThat(String.join(";", CommandTemplate.words(command))).isEqualTo(words);
  }

  @Test
  void filesAreFilledInWhereverTheyStand() {
    assertThat(CommandTemplate.fill(List.of("t", "--x={in}:{out}", "{in}"), "a", "b"))
        .containsExactly("t", "--x=a:b", "a");
  }

  @ParameterizedTest
  @ValueSource(strings = {"tool {in}", "tool {out}", "", "cp {in} 'a {out}", "cp {in} {out} \""})
  void whatCanNotBeACommandIsRefused(String command) {
    assertThatThrownBy(() -> CommandTemplate.words(command))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("external strategy");
  }
}
