package dev.bysync.analysis;

/** Patterns in which {@code *} stands for any number of any characters. */
final class Wildcards {
  private Wildcards() {}

  static boolean isPattern(String text) {
    return text.indexOf('*') >= 0;
  }

  /** Whether all of the text matches; tries again behind the last {@code *} only. */
  static boolean matches(String pattern, String text) {
    int p = 0;
    int t = 0;
    int star = -1;
    int resume = 0;
    while (t < text.length()) {
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        resume = t;
      } else if (p < pattern.length() && pattern.charAt(p) == text.charAt(t)) {
        p++;
        t++;
      } else if (star >= 0) {
        p = star + 1;
        t = ++resume;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }
}
