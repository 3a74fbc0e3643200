package dev.bysync.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MarkdownTextTest {
  @Test
  void textIsNothingButText() {
    assertThat(MarkdownText.escape("a.wasm, 1,024 bytes (env.f)"))
        .isEqualTo("a.wasm, 1,024 bytes (env.f)");
    assertThat(MarkdownText.escape("asyncify_get_state _a_"))
        .isEqualTo("asyncify_get_state \\_a\\_");
    assertThat(MarkdownText.escape("<img src=x> &lt; ![i](javascript:x) |`*_{}#~ @all"))
        .isEqualTo("&lt;img src=x> &amp;lt; !\\[i\\](javascript:x) \\|\\`\\*\\_{}\\#\\~ &#64;all");
    assertThat(MarkdownText.escape("one\n# two\u001b[2J\u202e\u2028\ud83d\ude00"))
        .isEqualTo("one \\# two?\\[2J??\ud83d\ude00");
  }

  @Test
  void nothingEndsCode() {
    assertThat(MarkdownText.code("a`b\n\u001b|c")).isEqualTo("`a'b ?|c`");
  }
}
